"""FinRE (financial news, 44 labels) and SanWen (literature, 10 labels), as in Li et al. 2019; MIT."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.training.corpora.corpus import ENTITY, Corpus, there
from kg.errors import InputError
from nlp.data.example import Entity, Example, Relation

NONE = "unknown"  # the label of a pair that was looked at and has no relation; pairs without a label were not
Row = tuple[str, str, str]  # head, tail, label


def finre(root: Path) -> Corpus:
    """Read FinRE: an example a sentence, with all pairs that are labelled in it."""
    return _load(root / "relations" / "finre_zh", "FinRE")


def sanwen(root: Path) -> Corpus:
    """Read SanWen: an example a sentence, with all pairs that are labelled in it."""
    return _load(root / "relations" / "sanwen_zh", "SanWen")


def _load(folder: Path, name: str) -> Corpus:
    parts = {"train": "train", "dev": "valid", "test": "test"}
    return Corpus.of(name, (_read(there(folder) / f"{file}.txt", part) for part, file in parts.items()))


def _read(file: Path, part: str) -> list[Example]:
    sentences: dict[str, list[Row]] = {}
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            cells = line.rstrip("\n").split("\t")
            if len(cells) != 4:
                raise InputError(f"{file}:{number}: {len(cells)} columns, not 4")
            head, tail, label, text = cells
            sentences.setdefault(text, []).append((head, tail, label))
    return [example(f"{part}-{n}", text, rows) for n, (text, rows) in enumerate(sentences.items())]


def example(name: str, text: str, rows: Sequence[Row]) -> Example:
    """Make an example of the labelled pairs of a sentence, which these sets name without offsets.

    A name stands for all places where it is written, but for those inside a longer name. The sets copy a pair that has
    two relations; here it has both.
    """
    surfaces = {surface for head, tail, _ in rows for surface in (head, tail)}
    taken: list[tuple[int, int]] = []
    entities: list[Entity] = []
    clusters: list[tuple[str, ...]] = []
    first: dict[tuple[str, int], str] = {}
    for thing, surface in enumerate(sorted(surfaces, key=lambda s: (-len(s), s))):
        everywhere = _all(text, surface)
        spans = [s for s in everywhere if not any(a <= s[0] and s[1] <= b for a, b in taken)] or everywhere
        taken += spans
        ids = [f"e{thing}.{n}" for n in range(len(spans))]
        entities += [Entity(i, start, end, ENTITY) for i, (start, end) in zip(ids, spans, strict=True)]
        twice = any(head == tail == surface for head, tail, _ in rows)  # then its first two places are two things
        if not twice:
            clusters.append(tuple(ids))
        first[surface, 0], first[surface, 1] = ids[0], ids[1] if twice and len(ids) > 1 else ids[0]
    relations = dict.fromkeys(
        Relation(first[head, 0], first[tail, 1 if head == tail else 0], label) for head, tail, label in rows
    )
    entities.sort(key=lambda entity: (entity.start, entity.end, entity.id))
    return Example(name, text, tuple(entities), tuple(relations), clusters=tuple(clusters), document=text)


def _all(text: str, surface: str) -> list[tuple[int, int]]:
    found, position = [], text.find(surface)
    while position >= 0:
        found.append((position, position + len(surface)))
        position = text.find(surface, position + len(surface))
    return found or [(0, len(text))]
