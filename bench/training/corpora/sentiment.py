"""Sentiment: SST-2 (Socher et al. 2013), rotten tomatoes (Pang and Lee 2005), ChnSentiCorp (Tan and Zhang 2008)."""

from __future__ import annotations

from pathlib import Path

from bench.training.corpora.corpus import Corpus, held_out, there
from kg.errors import InputError
from nlp.data.example import Example, Label

TRAIN, DEV = 4265, 533  # of each class of rotten tomatoes, in the order of the files; the other 533 are the test


def sst2(root: Path) -> Corpus:
    """Read SST-2: phrases to train, 872 sentences to test (GLUE's dev part, whose test part has no public labels)."""
    folder = there(root / "classification" / "sst2" / "sst2")
    parts = {part: _table(folder / f"{part}.tsv", part, 1) for part in ("train", "dev", "test")}
    return Corpus("SST-2", **parts, note="tested on GLUE's dev part; development data: 6,735 of GLUE's train part")


def rotten(root: Path) -> Corpus:
    """Read rotten tomatoes, which has no split, by place in its files: 8,530, 1,066 and 1,066 snippets."""
    folder = there(root / "classification" / "rt_polarity")
    parts: dict[str, list[Example]] = {"train": [], "dev": [], "test": []}
    for file, label in (("rt-polarity.pos", "positive"), ("rt-polarity.neg", "negative")):
        lines = (folder / file).read_text(encoding="utf-8", errors="replace").split("\n")
        for number, line in enumerate(line for line in lines if line.strip()):
            part = "train" if number < TRAIN else "dev" if number < TRAIN + DEV else "test"
            parts[part].append(Example(f"{label}-{number}", line.strip(), labels=(Label(label),)))
    return Corpus(
        "rotten tomatoes", **parts, note=f"of each class the first {TRAIN:,}, the next {DEV} and the last {DEV}"
    )


def chnsenticorp(root: Path) -> Corpus:
    """Read ChnSentiCorp. Its test part has no labels, so its dev part is the test here."""
    folder = there(root / "classification" / "chnsenticorp_zh")
    train, dev = held_out(_table(folder / "train.tsv", "train", 0))
    test = _table(folder / "dev.tsv", "dev", 0)
    return Corpus(
        "ChnSentiCorp", train, dev, test, "tested on the published dev part; development data: a tenth of train"
    )


def _table(file: Path, part: str, skip: int) -> list[Example]:
    """Read lines of a text, a tab and a label."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if number <= skip or not line.strip():
            continue
        text, tab, label = line.rpartition("\t")
        if not tab:
            raise InputError(f"{file}:{number}: no tab between text and label")
        name = {"1": "positive", "0": "negative"}.get(label.strip(), label.strip())
        found.append(Example(f"{part}-{number}", text.strip(), labels=(Label(name),)))
    return found
