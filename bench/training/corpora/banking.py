"""BANKING77: 77 intents of a bank's customers (Casanueva et al. 2020; CC BY 4.0)."""

from __future__ import annotations

import csv
from pathlib import Path

from bench.training.corpora.corpus import Corpus, held_out, there
from nlp.data.example import Example, Label


def load(root: Path) -> Corpus:
    """Read it; a tenth of the training part is the development data."""
    folder = there(root / "classification" / "banking77")
    train, dev = held_out(_read(folder / "train.csv", "train"))
    return Corpus("BANKING77", train, dev, _read(folder / "test.csv", "test"), "development data: a tenth of train")


def _read(file: Path, part: str) -> list[Example]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Example(f"{part}-{n}", row["text"], labels=(Label(row["category"]),))
            for n, row in enumerate(csv.DictReader(lines))
        ]
