"""What the joint task learns from: windows of passages, all their spans, and what is annotated of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlp.data.example import Example
from nlp.runtime.choose import enumerate_spans
from nlp.runtime.scenes import Floats, Ints
from nlp.runtime.span_arrays import span_pieces
from nlp.runtime.units import locate
from nlp.runtime.views import Passage, View


@dataclass(frozen=True, slots=True)
class Taught:
    """A passage with what is annotated in it."""

    passage: Passage
    base: int  # of its first piece in its window
    spans: Ints  # (spans, 2), first and last unit
    pieces: Ints  # (spans, 2)
    target: Ints  # (spans,): 0 none, else 1 + type
    types_known: Floats  # (types,)
    facts: Mapping[tuple[int, int], tuple[int, ...]]  # rows of two spans -> relations
    relations_known: Floats  # (relations,)


@dataclass(frozen=True, slots=True)
class Window:
    """A window to learn from."""

    view: View
    taught: list[Taught]

    def __len__(self) -> int:
        return len(self.view)


def taught(example: Example, passage: Passage, base: int, schema: Mapping[str, Any]) -> Taught:
    """Find what is annotated in a passage; an entity that does not begin and end with a unit cannot be learned.

    Args:
        example: What the passage is of.
        passage: With its place there.
        base: Of its first piece in its window.
        schema: Of the model.
    """
    types = {name: n for n, name in enumerate(schema["types"])}
    relations = {name: n for n, name in enumerate(schema["relations"])}
    spans = enumerate_spans(len(passage.firsts), schema["widest"])
    row = {(int(a), int(b)): n for n, (a, b) in enumerate(spans)}
    target = np.zeros(len(spans), np.int64)
    at: dict[str, int] = {}
    for entity in example.entities:
        start, end = entity.start - passage.start, entity.end - passage.start
        found = locate(passage.starts, passage.ends, start, end) if 0 <= start < end else None
        if found in row and (passage.starts[found[0]], passage.ends[found[1]]) == (start, end):
            at[entity.id] = row[found]
            if entity.label in types:
                target[row[found]] = 1 + types[entity.label]
    facts: dict[tuple[int, int], tuple[int, ...]] = {}
    for relation in example.relations:
        if relation.head in at and relation.tail in at and relation.label in relations:
            pair = (at[relation.head], at[relation.tail])
            for each in (pair, pair[::-1]) if relation.label in schema["symmetric"] else (pair,):
                facts[each] = (*facts.get(each, ()), relations[relation.label])
    return Taught(
        passage, base, spans, span_pieces(passage.firsts, len(passage.pieces), spans), target,
        _known(list(types), example.annotated), facts, _known(list(relations), example.annotated),
    )  # fmt: skip


def _known(names: Sequence[str], annotated: frozenset[str] | None) -> Floats:
    return np.array([annotated is None or name in annotated for name in names], np.float32)
