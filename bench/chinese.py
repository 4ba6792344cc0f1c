"""What the Chinese reader finds: facts of invented passages, and entities of public test sets.

    python -m bench chinese [--folder DIR]

Facts: of the passages in bench/data/chinese-test.jsonl, by the text rule of KnowledgeNet (both spans overlap); those in
chinese-dev.jsonl have set its thresholds. Facts of relations that it never states count as missed. Entities: strict
spans and types of person, organization, location. Weibo's train part is among the training data, MSRA is not.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.training.corpora.chinese_ner import weibo
from bench.training.corpora.corpus import sentences, there
from kg.types import Chunk, Page, Reading, SpanKind
from nlp.data import formats
from nlp.data.example import Example
from nlp.evaluation.text_f1 import score as text_f1
from nlp.pretrained import chinese_reader_folder
from nlp.runtime.reader import JointReader

ROOT = Path(__file__).resolve().parent.parent
PASSAGES = ROOT / "bench" / "data" / "chinese-test.jsonl"
DATA = ROOT.parent / "shared" / "data"
TYPES = {
    "PER": "Person", "ORG": "Organization", "LOC": "Location",
    "NR": "Person", "NT": "Organization", "NS": "Location",
    "PER.NAM": "Person", "ORG.NAM": "Organization", "LOC.NAM": "Location", "GPE.NAM": "Location",
}  # fmt: skip


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def scores(right: int, found: int, gold: int) -> dict[str, float]:
    precision, recall = share(right, found), share(right, gold)
    f1 = share(2 * precision * recall, precision + recall)
    return {"precision": precision, "recall": recall, "f1": f1, "gold": gold, "found": found}


def read(reader: JointReader, texts: Sequence[str]) -> list[Reading]:
    return reader.read([Page(text, (Chunk(0, len(text)),)) for text in texts])


def entities(reader: JointReader, examples: Iterable[Example]) -> dict[str, float]:
    """Score spans with their types."""
    chosen = list(examples)
    right = found = gold = 0
    for example, reading in zip(chosen, read(reader, [e.text for e in chosen]), strict=True):
        true = {(e.start, e.end, TYPES[e.label]) for e in example.entities if e.label in TYPES}
        said = {
            (s.start, s.end, s.type)
            for s in reading.spans
            if s.kind is SpanKind.NAME and s.type in ("Person", "Organization", "Location")
        }
        right, found, gold = right + len(true & said), found + len(said), gold + len(true)
    return scores(right, found, gold)


def facts(reader: JointReader, file: Path) -> dict[str, dict[str, float]]:
    """Score the facts of labelled passages, in all and by relation."""
    examples = formats.read(file)
    gold, found = {}, {}
    for example, reading in zip(examples, read(reader, [e.text for e in examples]), strict=True):
        at = {e.id: e for e in example.entities}
        ends = [(at[r.head], at[r.tail], r.label) for r in example.relations]
        every = frozenset(reader.settings.relations)
        gold[example.id] = ([(n, h.start, h.end, t.start, t.end) for h, t, n in ends], every)
        spans = [(reading.spans[link.head], reading.spans[link.tail], link.predicate) for link in reading.links]
        found[example.id] = [(name, h.start, h.end, t.start, t.end) for h, t, name in spans]
    return text_f1(gold, found).table()


def msra(root: Path) -> list[Example]:
    file = next(iter(sorted(there(root / "ner" / "msra_ner_zh").rglob("test.ner"))))
    return sentences(file, "test", "")


def main() -> None:
    parser = argparse.ArgumentParser(description="What the Chinese reader finds.")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--folder", type=Path, default=chinese_reader_folder())
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "chinese.json")
    options = parser.parse_args()
    reader = JointReader(options.folder)
    result: dict[str, Any] = {
        "facts": facts(reader, PASSAGES),
        "weibo names": entities(reader, weibo(options.data).test),
        "msra": entities(reader, msra(options.data)),
    }
    print(f"{'':<28}{'precision':>10}{'recall':>8}{'F1':>7}{'gold':>7}")
    for name, row in [*result["facts"].items(), *(item for item in result.items() if item[0] != "facts")]:
        print(f"{name:<28}{row['precision']:>10.3f}{row['recall']:>8.3f}{row['f1']:>7.3f}{int(row['gold']):>7}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
