"""Times and quality of the search index on the 2WikiMultihopQA passages, and its times at a larger size.

    python -m bench.index [--data FOLDER] [--encoder FOLDER | --hashing] [--large]

Prints a table and writes JSON to bench/out/index.json. A question's gold passages are those whose titles are the
subjects of its evidence triples; questions with a subject that is no title are left out of recall, not of the times.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from kg.index import HashingEncoder, IndexedDocument, NameEntry, SearchIndex, open_index
from kg.ports import Encoder, Passage
from kg.types import Readers, Viewer

ROOT = Path(__file__).parents[1]
ALL = Viewer.all()
BATCH = 500  # documents of one transaction


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/retrieval/2wiki_hipporag")
    parser.add_argument("--encoder", type=Path, default=ROOT / "nlp/pretrained/encoder")
    parser.add_argument("--hashing", action="store_true", help="the encoder that needs no model")
    parser.add_argument("--large", action="store_true", help="100,000 passages and 1,000,000 aliases besides, made up")
    arguments = parser.parse_args()
    encoder = HashingEncoder() if arguments.hashing else load_encoder(arguments.encoder)
    report = passages(arguments.data, encoder)
    if arguments.large:
        report |= many_passages() | many_names(arguments.data)
    report["peak memory, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, value in report.items():
        print(f"{name:55} {value:12.3f}" if isinstance(value, float) else f"{name:55} {value:>12}")
    out = ROOT / "bench/out/index.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def load_encoder(folder: Path) -> Encoder:
    from nlp.runtime.encoder import OnnxEncoder

    return OnnxEncoder(folder)


def passages(data: Path, encoder: Encoder) -> dict[str, Any]:
    corpus = json.loads((data / "2wikimultihopqa_corpus.json").read_text(encoding="utf-8"))
    questions = json.loads((data / "2wikimultihop_questions.json").read_text(encoding="utf-8"))
    titles = {page["title"] for page in corpus}
    documents = [
        IndexedDocument(
            f"d{n}", str(n), "", page["title"], Readers(), ((f"c{n}", 0, len(page["text"]), page["text"], ""),)
        )
        for n, page in enumerate(corpus)
    ]
    names = [NameEntry(f"e{n}", "Concept", title, "*", ()) for n, title in enumerate(sorted(titles))]
    report: dict[str, Any] = {"encoder": encoder.name, "passages": len(documents)}
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(Path(folder), encoder)
        report["index passages, s"] = clock(lambda: fill(index, documents))
        report["index them again, s"] = clock(lambda: fill(index, documents))
        report["index names, s"] = clock(lambda: index.apply(99, names=names))
        report["file, MiB"] = sum(path.stat().st_size for path in Path(folder).iterdir()) / 2**20
        gold = [{triple[0] for triple in question["evidence"]} for question in questions]
        asked = [question["question"] for question in questions]
        vectors: list[np.ndarray] = []
        report |= times("encode a question", asked, lambda text: vectors.append(encoder.encode([text])[0]))
        words: list[list[Passage]] = []
        near: list[list[Passage]] = []
        report |= times("full text", asked, lambda text: words.append(index.full_text(text, ALL, limit=20)))
        report |= times("nearest", vectors, lambda vector: near.append(index.nearest(vector, ALL, limit=20)))
        fused = [fuse(*pair) for pair in zip(words, near, strict=True)]
        for name, found in (("full text", words), ("nearest", near), ("both, fused by rank", fused)):
            for k in (2, 5):
                shares = [
                    len(wanted & {passage.title for passage in hits[:k]}) / len(wanted)
                    for wanted, hits in zip(gold, found, strict=True)
                    if wanted <= titles
                ]
                report[f"recall@{k}, {name}"] = float(np.mean(shares))
        report["questions in recall"] = sum(wanted <= titles for wanted in gold)
        report |= name_times(index, sorted(titles), asked)
        index.close()
    return report


def name_times(index: SearchIndex, names: list[str], texts: list[str]) -> dict[str, Any]:
    sample = random.Random(0).sample(names, min(100, len(names)))
    report = times("find an equal name", sample, lambda name: index.find(name, ALL))
    report |= times("find a misspelt name", [misspell(name) for name in sample], lambda name: index.find(name, ALL))
    right = [index.find(misspell(name), ALL, limit=1) for name in sample]
    report["misspelt name found first"] = float(
        np.mean([bool(found) and found[0].name == name for found, name in zip(right, sample, strict=True)])
    )
    return report | times("names in a question", texts, lambda text: index.spans(text, ALL))


def many_passages(number: int = 100_000) -> dict[str, Any]:
    """Time made-up passages: words by Zipf's law, random vectors."""
    chance = np.random.default_rng(0)
    vocabulary = np.array([word(n) for n in range(50_000)])
    ranks = np.minimum(chance.zipf(1.2, (number, 80)), len(vocabulary)) - 1
    encoder = RandomEncoder()
    documents = [
        IndexedDocument(f"d{n}", "", "", "", Readers(), ((f"c{n}", 0, 0, " ".join(vocabulary[row]), ""),))
        for n, row in enumerate(ranks)
    ]
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(Path(folder), encoder)
        report: dict[str, Any] = {"100k: index without encoding, s": clock(lambda: fill(index, documents))}
        queries = [" ".join(vocabulary[np.minimum(chance.zipf(1.2, 10), len(vocabulary)) - 1]) for _ in range(100)]
        vectors = [encoder.encode([""])[0] for _ in range(50)]
        report["100k: first nearest, s"] = clock(lambda: index.nearest(vectors[0], ALL))
        report |= times("100k: nearest", vectors, lambda vector: index.nearest(vector, ALL))
        report |= times("100k: full text, 10 words", queries, lambda text: index.full_text(text, ALL))
        index.apply(1000, documents=documents[:1])
        report["100k: nearest after a change, s"] = clock(lambda: index.nearest(vectors[0], ALL))
        index.close()
    return report


def many_names(data: Path, number: int = 1_000_000) -> dict[str, Any]:
    """Time made-up names: one to three capitalised words of the passages, each as often as it stands there."""
    chance = random.Random(0)
    corpus = json.loads((data / "2wikimultihopqa_corpus.json").read_text(encoding="utf-8"))
    words = [found for page in corpus for found in re.findall(r"[A-Z][a-z]+", page["text"])]
    names = [" ".join(chance.choices(words, k=chance.choice((1, 2, 2, 3)))) for _ in range(number)]
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(Path(folder), None)
        entries = [NameEntry(f"e{n}", "Person", name, "*", ()) for n, name in enumerate(names)]
        report["1M names: index, s"] = clock(lambda: fill_names(index, entries))
        texts = [f"When did {name} found {other}?" for name, other in zip(names[:100], names[100:200], strict=True)]
        report |= {f"1M names: {k}": v for k, v in name_times(index, names[:200], texts).items()}
        index.close()
    return report


class RandomEncoder:
    """Gives every text a random unit vector."""

    name = "random"
    dimensions = 384

    def __init__(self) -> None:
        self._chance = np.random.default_rng(1)

    def encode(self, texts: Iterable[str]) -> np.ndarray:
        vectors = self._chance.standard_normal((len(list(texts)), self.dimensions), dtype=np.float32)
        unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def fill(index: SearchIndex, documents: list[IndexedDocument]) -> None:
    for first in range(0, len(documents), BATCH):
        index.apply(first + 1, documents=documents[first : first + BATCH])


def fill_names(index: SearchIndex, entries: list[NameEntry]) -> None:
    for first in range(0, len(entries), 20_000):
        index.apply(first + 1, names=entries[first : first + 20_000])


def fuse(*rankings: list[Passage]) -> list[Passage]:
    """Fuse rankings by reciprocal rank (Cormack et al. 2009, k = 60)."""
    scores: dict[str, float] = {}
    by_id = {passage.chunk_id: passage for ranking in rankings for passage in ranking}
    for ranking in rankings:
        for rank, passage in enumerate(ranking, 1):
            scores[passage.chunk_id] = scores.get(passage.chunk_id, 0) + 1 / (60 + rank)
    return [by_id[id] for id in sorted(scores, key=lambda id: (-scores[id], id))]


def word(number: int) -> str:
    """Return a made-up word for a number."""
    syllables = ["ka", "lo", "mi", "ra", "ten", "sor", "vel", "bi", "an", "der", "son", "mo", "ta", "ri", "el", "gu"]
    out = ""
    while number or not out:
        number, rest = divmod(number, len(syllables))
        out += syllables[rest]
    return out


def misspell(name: str) -> str:
    """Change one letter in the middle of a name."""
    place = len(name) // 2
    return name[:place] + ("q" if name[place] != "q" else "z") + name[place + 1 :]


def clock(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def times(what: str, items: Iterable[Any], run: Callable[[Any], object]) -> dict[str, Any]:
    taken = [1000 * clock(lambda item=item: run(item)) for item in items]  # type: ignore[misc]
    return {f"{what}, p50 ms": float(np.percentile(taken, 50)), f"{what}, p95 ms": float(np.percentile(taken, 95))}


if __name__ == "__main__":
    main()
