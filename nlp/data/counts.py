"""What a set of labelled texts holds, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nlp.data.example import Entity, Example

Measure = Callable[[Sequence[str]], Sequence[int]]
"""Gives the lengths of texts, in pieces or words."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """Lengths of texts, with what a task reads beside them (a pair's other text, a question)."""

    unit: str
    median: int
    most: int  # 95% are no longer
    longest: int
    total: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one set.

    Attributes:
        texts, documents: How many; a text without a document is one.
        lengths: Of the texts.
        too_long: Ids of texts longer than the window.
        repeated: Texts that came before in the set, with the same pair or question.
        labels: Texts by label, the commonest first.
        unlabelled, multiple: Texts without an annotation of labels, and with more than one label.
        entities, relations: Instances by label.
        without_entities: Texts in which no entity is marked.
        nested: Entities that lie within another one.
        crossing: Entities that overlap another one with neither inside the other.
        doubled: Entities marked twice with one label.
        partial: Texts whose `annotated` names only some labels.
        clusters, pairs, questions, unanswerable, targets: How many of each.
    """

    texts: int
    documents: int
    lengths: Lengths
    too_long: tuple[str, ...] = ()
    repeated: int = 0
    labels: Mapping[str, int] = field(default_factory=dict)
    unlabelled: int = 0
    multiple: int = 0
    entities: Mapping[str, int] = field(default_factory=dict)
    relations: Mapping[str, int] = field(default_factory=dict)
    without_entities: int = 0
    nested: int = 0
    crossing: int = 0
    doubled: int = 0
    partial: int = 0
    clusters: int = 0
    pairs: int = 0
    questions: int = 0
    unanswerable: int = 0
    targets: int = 0


def count(examples: Sequence[Example], measure: Measure, unit: str, longest: int) -> Counts:
    """Count what a set holds.

    Args:
        examples: The set.
        measure: Gives lengths.
        unit: In which unit.
        longest: Length of the window; 0: there is none.
    """
    sizes = _sizes(examples, measure)
    ordered = sorted(sizes) or [0]
    seen = {(e.text, e.pair, e.question) for e in examples}
    overlaps = [_overlaps(e.entities) for e in examples]
    return Counts(
        texts=len(examples),
        documents=len({("d", e.document) if e.document else ("e", e.id) for e in examples}),
        lengths=Lengths(
            unit,
            ordered[len(ordered) // 2],
            ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)],
            ordered[-1],
            sum(ordered),
        ),
        too_long=tuple(e.id for e, size in zip(examples, sizes, strict=True) if longest and size > longest),
        repeated=len(examples) - len(seen),
        labels=_by_size(label.name for e in examples for label in e.labels or ()),
        unlabelled=sum(e.labels is None for e in examples),
        multiple=sum(len(e.labels or ()) > 1 for e in examples),
        entities=_by_size(entity.label for e in examples for entity in e.entities),
        relations=_by_size(relation.label for e in examples for relation in e.relations),
        without_entities=sum(not e.entities for e in examples),
        nested=sum(nested for nested, _, _ in overlaps),
        crossing=sum(crossing for _, crossing, _ in overlaps),
        doubled=sum(doubled for _, _, doubled in overlaps),
        partial=sum(e.annotated is not None for e in examples),
        clusters=sum(len(e.clusters) for e in examples),
        pairs=sum(e.pair is not None for e in examples),
        questions=sum(e.question is not None for e in examples),
        unanswerable=sum(e.question is not None and not e.answers for e in examples),
        targets=sum(e.target is not None for e in examples),
    )


def _sizes(examples: Sequence[Example], measure: Measure) -> list[int]:
    sizes = list(measure([example.text for example in examples]))
    second = [(n, e.question or e.pair or "") for n, e in enumerate(examples) if e.question or e.pair]
    for (number, _), size in zip(second, measure([text for _, text in second]), strict=True):
        sizes[number] += size
    return sizes


def _by_size(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def _overlaps(entities: Sequence[Entity]) -> tuple[int, int, int]:
    """How many entities lie within another, cross another, and are marked twice."""
    nested = crossing = 0
    order = sorted(entities, key=lambda e: (e.start, -e.end))
    for index, inner in enumerate(order):
        before = [outer for outer in order[:index] if outer.end > inner.start]
        nested += any(inner.end <= o.end and (o.start, o.end) != (inner.start, inner.end) for o in before)
        crossing += any(inner.end > o.end for o in before)
    return nested, crossing, len(entities) - len({(e.start, e.end, e.label) for e in entities})
