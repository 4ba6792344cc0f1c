"""Passages found for the questions of 2WikiMultihopQA, as HippoRAG uses it: recall of the gold passages, and times.

    python -m bench retrieval [--data FOLDER] [--encoder FOLDER] [--untitled]

Prints a table and writes JSON to bench/out/retrieval.json. A question's gold passages are those whose titles are the
subjects of its evidence triples; questions with a subject that is no title are left out of recall, not of the times.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.retrieve.rankings import fused
from assistant.retrieve.retriever import Retriever
from bench.index import ALL, ROOT, fill, load_encoder
from kg.index import IndexedDocument, SearchIndex, open_index
from kg.ports import Passage
from kg.types import Readers

DEVELOPMENT = 3
"""Every third question was looked at while the retriever was built; the others were only counted."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/retrieval/2wiki_hipporag")
    parser.add_argument("--encoder", type=Path, default=ROOT / "nlp/pretrained/encoder")
    parser.add_argument("--untitled", action="store_true", help="passages without their titles")
    parser.add_argument("--index", type=Path, help="folder where the index is kept for the next run")
    arguments = parser.parse_args()
    corpus = json.loads((arguments.data / "2wikimultihopqa_corpus.json").read_text(encoding="utf-8"))
    questions = json.loads((arguments.data / "2wikimultihop_questions.json").read_text(encoding="utf-8"))
    encoder = load_encoder(arguments.encoder)
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(arguments.index or Path(folder), encoder)
        if not index.counts()["chunks"]:
            fill(index, [document(n, page, not arguments.untitled) for n, page in enumerate(corpus)])
        report = {"passages": len(corpus), **measure(index, encoder, corpus, questions)}
        index.close()
    for name, value in report.items():
        print(f"{name:50} {value:12.3f}" if isinstance(value, float) else f"{name:50} {value:>12}")
    out = ROOT / f"bench/out/retrieval{'-untitled' if arguments.untitled else ''}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def document(number: int, page: dict[str, str], titled: bool) -> IndexedDocument:
    """A page as the index holds it."""
    chunk = (f"c{number}", 0, len(page["text"]), page["text"], "")
    return IndexedDocument(f"d{number}", str(number), "", page["title"] if titled else "", Readers(), (chunk,))


def measure(index: SearchIndex, encoder: Any, corpus: list[Any], questions: list[Any]) -> dict[str, Any]:
    """Ask every question in every way."""
    place = {page["title"]: f"d{number}" for number, page in enumerate(corpus)}
    gold = [[place.get(subject) for subject in {triple[0] for triple in q["evidence"]}] for q in questions]
    counted = [number for number, wanted in enumerate(gold) if None not in wanted]
    retriever = Retriever(index, encoder)
    vectors: dict[str, Any] = {q["question"]: encoder.encode([q["question"]])[0] for q in questions}
    ways: dict[str, Callable[[str], Sequence[Passage]]] = {
        "full text (BM25)": lambda text: index.full_text(text, ALL, limit=20),
        "vectors": lambda text: index.nearest(vectors[text], ALL, limit=20),
        "both, fused by rank": lambda text: fused(
            [index.full_text(text, ALL, limit=20), index.nearest(vectors[text], ALL, limit=20)]
        ),
        "joined by names": lambda text: retriever.find(text, ALL, limit=20),
    }
    report: dict[str, Any] = {"questions in recall": len(counted)}
    for way, ask in ways.items():
        taken, found = [], []
        for question in questions:
            start = time.perf_counter()
            found.append([passage.document_id for passage in ask(question["question"])])
            taken.append(1000 * (time.perf_counter() - start))
        for k in (2, 5):
            share = {n: len(set(gold[n]) & set(found[n][:k])) / len(gold[n]) for n in counted}
            report[f"recall@{k}, {way}"] = float(np.mean([*share.values()]))
            held = [value for place, value in enumerate(share.values()) if place % DEVELOPMENT]
            report[f"recall@{k}, {way}, two thirds not looked at"] = float(np.mean(held))
        report[f"p50 ms, {way}"] = float(np.percentile(taken, 50))
        report[f"p95 ms, {way}"] = float(np.percentile(taken, 95))
    return report


if __name__ == "__main__":
    main()
