"""Documents with annotated entities as windows to learn from, varied from epoch to epoch."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.data.example import Example
from nlp.runtime.units import locate
from nlp.runtime.views import Layout, Passage, View, documents, passages, specials, views


@dataclass(frozen=True, slots=True)
class Tagged:
    """A passage, what it is annotated with (start, end, label; offsets are its own), and what it is not."""

    passage: Passage
    golds: tuple[tuple[int, int, str], ...]
    annotated: frozenset[str] | None
    document: int

    def spans(self) -> list[tuple[int, int, str]]:
        """Return the entities in units: first, last, label."""
        found = []
        for start, end, label in self.golds:
            at = locate(self.passage.starts, self.passage.ends, start, end)
            if at is not None:
                found.append((*at, label))
        return found


@dataclass(frozen=True, slots=True)
class Document:
    """The passages of one document."""

    passages: tuple[Tagged, ...]

    def __len__(self) -> int:
        return sum(len(tagged.passage.pieces) for tagged in self.passages)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A window and its own passages."""

    view: View
    passages: tuple[Tagged, ...]

    def __len__(self) -> int:
        return len(self.view)


def read(examples: Sequence[Example], tokenizer: Tokenizer, layout: Layout) -> list[Document]:
    """Cut examples into documents of annotated passages; what no passage holds as a whole is left out."""
    found = []
    for number, group in enumerate(documents(examples)):
        members = []
        for passage in passages([examples[i].text for i in group], tokenizer, layout, group.start):
            example = examples[passage.text]
            end = passage.start + len(passage.pieces.text)
            golds = tuple(
                (entity.start - passage.start, entity.end - passage.start, entity.label)
                for entity in example.entities
                if passage.start <= entity.start and entity.end <= end
            )
            members.append(Tagged(passage, golds, example.annotated, number))
        if members:
            found.append(Document(tuple(members)))
    return found


def lessons(
    found: Sequence[Document], tokenizer: Tokenizer, layout: Layout, rng: random.Random, longest: int | None = None
) -> list[Lesson]:
    """Lay documents out in windows, cut elsewhere each time."""
    begin, separator = specials(tokenizer)
    layout = replace(layout, longest=longest or layout.longest, context=0)
    out = []
    for document in found:
        turn = rng.randrange(len(document.passages))
        for view in views([t.passage for t in document.passages], layout, begin, separator, turn):
            out.append(Lesson(view, tuple(document.passages[i] for i in view.own)))
    return out


def respelled(
    found: Sequence[Document], tokenizer: Tokenizer, layout: Layout, lower: float, upper: float, rng: random.Random
) -> list[Document]:
    """Write some passages in lower or in upper case, so that a model reads those too.

    Args:
        found: The documents.
        tokenizer: Of the encoder.
        layout: How passages are cut.
        lower, upper: Share of the passages.
        rng: Decides.
    """
    if not lower and not upper:
        return list(found)
    out = []
    for document in found:
        members = []
        for tagged in document.passages:
            draw, text = rng.random(), tagged.passage.pieces.text
            change: Callable[[str], str] | None = (
                str.lower if draw < lower else str.upper if draw < lower + upper else None
            )
            if change is not None and all(len(change(c)) == 1 for c in text):
                cut = passages([change(text)], tokenizer, layout)
                if len(cut) == 1 and cut[0].start == 0:
                    members.append(replace(tagged, passage=cut[0]))
                    continue
            members.append(tagged)
        out.append(Document(tuple(members)))
    return out


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows laid out, and the passages in them as rows: `first[row, unit]` is a piece of the flattened batch."""

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    shapes: NDArray[np.int64]
    rows: tuple[Tagged, ...]
    first: NDArray[np.int64]  # (rows, units)
    known: NDArray[np.bool_]  # (rows, units): whether there is a unit


def collate(group: Sequence[Lesson]) -> Batch:
    """Lay out a batch."""
    length = max(len(lesson) for lesson in group)
    ids, mask, shapes = (np.zeros((len(group), length), np.int64) for _ in range(3))
    rows: list[Tagged] = []
    places: list[list[int]] = []
    for row, lesson in enumerate(group):
        size = len(lesson)
        ids[row, :size], shapes[row, :size], mask[row, :size] = lesson.view.ids, lesson.view.shapes, 1
        for tagged, base in zip(lesson.passages, lesson.view.bases, strict=True):
            rows.append(tagged)
            places.append([row * length + base + piece for piece in tagged.passage.firsts])
    first = np.zeros((len(rows), max(len(place) for place in places)), np.int64)
    known = np.zeros(first.shape, np.bool_)
    for row, place in enumerate(places):
        first[row, : len(place)], known[row, : len(place)] = place, True
    return Batch(ids, mask, shapes, tuple(rows), first, known)


def blur(ids: NDArray[np.int64], first: NDArray[np.int64], share: float, unknown: int, rng: random.Random) -> None:
    """Replace some first pieces of units by an unknown one, in place, so that the model leans on what stands around."""
    flat = ids.reshape(-1)
    for place in np.unique(first).tolist():
        if place and rng.random() < share:
            flat[place] = unknown


def allowed_tags(tagged: Tagged, labels: Mapping[str, int]) -> NDArray[np.bool_]:
    """Return which BIO tags each unit may have, (units, 1 + 2 * labels).

    Annotated entities have theirs; other units are O, or any tag of a label that the text is not annotated for.
    """
    out = np.zeros((len(tagged.passage.firsts), 1 + 2 * len(labels)), np.bool_)
    out[:, 0] = True
    if tagged.annotated is not None:
        for label, number in labels.items():
            if label not in tagged.annotated:
                out[:, 1 + 2 * number : 3 + 2 * number] = True
    taken: set[int] = set()
    # Where annotated entities cross, the longer one counts: a sequence of tags has room for one.
    for first, last, label in sorted(tagged.spans(), key=lambda span: span[0] - span[1]):
        if label in labels and not taken.intersection(range(first, last + 1)):
            taken.update(range(first, last + 1))
            out[first : last + 1] = False
            out[first, 1 + 2 * labels[label]] = True
            out[first + 1 : last + 1, 2 + 2 * labels[label]] = True
    return out
