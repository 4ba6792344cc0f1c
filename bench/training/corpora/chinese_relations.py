"""FinRE (financial news, 44 labels) and SanWen (literature, 10 labels), as in Li et al. 2019; MIT."""

from __future__ import annotations

from pathlib import Path

from bench.training.corpora.corpus import ENTITY, Corpus, there
from kg.errors import InputError
from nlp.data.example import Entity, Example, Relation

NONE = "unknown"  # the label that says that there is no relation


def finre(root: Path) -> Corpus:
    """Read FinRE: an example a pair, without relations where the pair has none."""
    return _load(root / "relations" / "finre_zh", "FinRE")


def sanwen(root: Path) -> Corpus:
    """Read SanWen: an example a pair, without relations where the pair has none."""
    return _load(root / "relations" / "sanwen_zh", "SanWen")


def _load(folder: Path, name: str) -> Corpus:
    parts = {"train": "train", "dev": "valid", "test": "test"}
    return Corpus.of(name, (_read(there(folder) / f"{file}.txt", part) for part, file in parts.items()))


def _read(file: Path, part: str) -> list[Example]:
    found: list[Example] = []
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            cells = line.rstrip("\n").split("\t")
            if len(cells) != 4:
                raise InputError(f"{file}:{number}: {len(cells)} columns, not 4")
            head, tail, label, text = cells
            (a, b), (c, d) = places(text, head, tail)
            entities = (Entity("e0", a, b, ENTITY), Entity("e1", c, d, ENTITY))
            relations = () if label == NONE else (Relation("e0", "e1", label),)
            # Rows of one sentence belong together: a split must not cut them apart.
            found.append(Example(f"{part}-{number}", text, entities, relations, document=text))
    return found


def places(text: str, head: str, tail: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Find two names, which these sets give without offsets: the first two places that do not overlap, if there are.

    A name that the text does not hold as written is given the whole text.
    """
    heads, tails = _all(text, head), _all(text, tail)
    for a in heads:
        for b in tails:
            if a[1] <= b[0] or b[1] <= a[0]:
                return a, b
    return heads[0], tails[0]


def _all(text: str, name: str) -> list[tuple[int, int]]:
    found, position = [], text.find(name)
    while position >= 0:
        found.append((position, position + len(name)))
        position = text.find(name, position + 1)
    return found or [(0, len(text))]
