"""CoNLL04: entities and relations in news sentences (Roth and Yih 2004), split as in SpERT."""

from __future__ import annotations

import json
from pathlib import Path

from bench.training.corpora.corpus import Corpus, tagged, there
from nlp.data.example import Example, Relation


def load(root: Path) -> Corpus:
    """Read the three parts: 922, 231 and 288 sentences."""
    folder = there(root / "relations" / "conll04" / "json")
    return Corpus.of("CoNLL04", (_read(folder / f"conll04_{part}.json", part) for part in ("train", "dev", "test")))


def with_dev(root: Path) -> Corpus:
    """Train on the training and development parts, as SpERT's published figures are; nothing may be chosen on dev."""
    split = load(root)
    return Corpus("CoNLL04", [*split.train, *split.dev], (), split.test, "trained on train and dev")


def _read(file: Path, part: str) -> list[Example]:
    found = []
    for number, row in enumerate(json.loads(file.read_text(encoding="utf-8"))):
        plain = tagged(f"{part}-{number}", row["tokens"], row["tags"], " ")
        relations = tuple(
            Relation(plain.entities[r["head"]].id, plain.entities[r["tail"]].id, r["type"]) for r in row["relations"]
        )
        found.append(Example(plain.id, plain.text, plain.entities, relations))
    return found
