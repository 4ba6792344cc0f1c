"""Re-DocRED: relations of 96 kinds between the things of a document (Tan et al. 2022; MIT, text CC BY-SA)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.training.corpora.corpus import Corpus, held_out, there
from nlp.data.example import Entity, Example, Relation

NOTE = "trained on the dev part (500 documents; the train part is not in the collection)"


def load(root: Path) -> Corpus:
    """Read documents with entities, clusters and relations; a tenth of the dev part is the development data.

    Every mention is an entity; all mentions of one thing are a cluster (of one, too); a relation, which the set states
    of things, stands between the first mentions of the two.
    """
    folder = there(root / "relations" / "re_docred")
    train, dev = held_out(_read(folder / "dev_revised.json", "dev"))
    return Corpus(
        "Re-DocRED", train, dev, _read(folder / "test_revised.json", "test"), f"{NOTE}; a tenth of it held out"
    )


def all_of_dev(root: Path) -> Corpus:
    """Train on the whole dev part; nothing may be chosen any more."""
    folder = there(root / "relations" / "re_docred")
    return Corpus(
        "Re-DocRED", _read(folder / "dev_revised.json", "dev"), (), _read(folder / "test_revised.json", "test"), NOTE
    )


def _read(file: Path, part: str) -> list[Example]:
    rows = json.loads(file.read_text(encoding="utf-8"))
    return [_example(row, f"{part}-{number}") for number, row in enumerate(rows)]


def _example(row: dict[str, Any], name: str) -> Example:
    places: list[list[tuple[int, int]]] = []
    position = 0
    for sentence in row["sents"]:
        places.append([])
        for word in sentence:
            places[-1].append((position, position + len(word)))
            position += len(word) + 1
    text = " ".join(word for sentence in row["sents"] for word in sentence)
    entities: list[Entity] = []
    clusters: list[tuple[str, ...]] = []
    for thing, mentions in enumerate(row["vertexSet"]):
        spans: dict[tuple[int, int], str] = {}
        for mention in mentions:
            line = places[mention["sent_id"]]
            start, end = line[mention["pos"][0]][0], line[mention["pos"][1] - 1][1]
            spans.setdefault((start, end), mention["type"])
        ids = [f"e{thing}.{n}" for n in range(len(spans))]
        ordered = sorted(spans.items())
        entities += [Entity(i, start, end, label) for i, ((start, end), label) in zip(ids, ordered, strict=True)]
        clusters.append(tuple(ids))
    relations = tuple(
        dict.fromkeys(Relation(clusters[r["h"]][0], clusters[r["t"]][0], r["r"]) for r in row.get("labels", ()))
    )
    entities.sort(key=lambda entity: (entity.start, entity.end, entity.id))
    return Example(name, text, tuple(entities), relations, clusters=tuple(clusters), document=name)
