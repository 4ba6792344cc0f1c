"""Precision of the joint reader in running text: Re-DocRED's test documents, where everything is annotated.

    python -m bench.redocred [--folder DIR]

KnowledgeNet's passages were chosen because a relation is likely there; plain text is not like that. Here every relation
that the reader reports between two annotated names is looked up in the document's labels (Wikidata relations with the
same meaning). Recall is not measured: labels hold what the whole document says, not what one sentence does.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from kg.types import Chunk, Page, SpanKind
from nlp.training.corpora.redocred import RELATIONS, SILENT

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "relations" / "re_docred" / "test_revised.json"


def page_of(item: dict[str, Any]) -> tuple[Page, list[tuple[int, int, int]]]:
    """Make a page of a document, a chunk a sentence; and (start, end, entity) of its mentions."""
    texts = [" ".join(words) for words in item["sents"]]
    offsets, chunks = [0], []
    for text in texts:
        chunks.append(Chunk(offsets[-1], offsets[-1] + len(text)))
        offsets.append(offsets[-1] + len(text) + 1)
    mentions = []
    for entity, group in enumerate(item["vertexSet"]):
        for mention in group:
            words = item["sents"][mention["sent_id"]]
            first, last = mention["pos"]
            start = offsets[mention["sent_id"]] + sum(len(word) + 1 for word in words[:first])
            mentions.append((start, start + len(" ".join(words[first:last])), entity))
    return Page("\n".join(texts), tuple(chunks)), mentions


def measure(items: list[dict[str, Any]], folder: Path | None) -> dict[str, dict[str, float]]:
    """Count reported relations between annotated names, and how many of them are labelled, by relation and in all."""
    from nlp.pretrained import default_reader_folder
    from nlp.runtime.reader import JointReader

    reader = JointReader(folder or default_reader_folder())
    pages = [page_of(item) for item in items]
    found, right = Counter[str](), Counter[str]()
    for item, (_, mentions), reading in zip(items, pages, reader.read([p for p, _ in pages]), strict=True):
        labels = set()
        for label in item["labels"]:
            if label["r"] in RELATIONS:
                relation, turned = RELATIONS[label["r"]]
                ends = (label["t"], label["h"]) if turned else (label["h"], label["t"])
                labels.add((ends[0], relation, ends[1]))
                if relation == "SPOUSE":
                    labels.add((ends[1], relation, ends[0]))
        entities = [
            next((e for s, t, e in mentions if s < span.end and span.start < t), None)
            if span.kind in (SpanKind.NAME, SpanKind.VALUE)
            else None
            for span in reading.spans
        ]
        for link in reading.links:
            head, tail = entities[link.head], entities[link.tail]
            if head is None or tail is None or head == tail or link.predicate in SILENT:
                continue
            for key in (link.predicate, "all"):
                found[key] += 1
                right[key] += (head, link.predicate, tail) in labels
    return {key: {"found": found[key], "precision": right[key] / found[key]} for key in sorted(found)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Precision of the joint reader in running text.")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--folder", type=Path, help="a reader's folder (default: the one that ships)")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "redocred.json")
    options = parser.parse_args()
    result = measure(json.loads(options.data.read_text(encoding="utf-8")), options.folder)
    for name, row in result.items():
        print(f"{name:<24}{row['precision']:>8.3f}{int(row['found']):>7}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
