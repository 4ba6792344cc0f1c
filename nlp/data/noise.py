"""Annotations that contradict each other: what a person should look at before a model learns it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp.data.example import Entity, Example
from nlp.data.overlap import Print
from nlp.data.tokens import spans

_OFTEN = 4  # marked at least so often
_NEARLY = 0.8  # and in this share of its occurrences
_CONTEXT = 3  # words on either side
_SIMILAR = 0.5  # Jaccard similarity of contexts
_COMPARED = 30


@dataclass(frozen=True, slots=True)
class Suspect:
    """A likely mistake of annotation.

    Attributes:
        kind: "labels" (equal texts, different labels), "entities" (equal texts, different entities), "surface" (one
            surface, different labels, similar contexts) or "unmarked" (a surface that is marked nearly everywhere).
        set, id: Where.
        start, end: The stretch; 0, 0: the whole text.
        says: One sentence for a person.
    """

    kind: str
    set: str
    id: str
    start: int
    end: int
    says: str


@dataclass(frozen=True, slots=True)
class _Place:
    set: str
    example: Example
    entity: Entity
    context: frozenset[tuple[int, str]]


def suspects(sets: Mapping[str, Sequence[Example]], prints: Mapping[str, Sequence[Print]]) -> list[Suspect]:
    """Find annotations of several sets that contradict each other.

    Args:
        sets: The sets by name.
        prints: What `nlp.data.overlap.prints` makes of each.
    """
    found = list(_equal_texts(sets, prints))
    if not any(example.entities for examples in sets.values() for example in examples):
        return found
    tokens = {(name, e.id): spans(e.text) for name, examples in sets.items() for e in examples}
    marked = _marked(sets, tokens)
    return [*found, *_surfaces(marked), *_unmarked(sets, tokens, marked)]


def _equal_texts(sets: Mapping[str, Sequence[Example]], prints: Mapping[str, Sequence[Print]]) -> Iterator[Suspect]:
    groups: dict[tuple[str, ...], list[tuple[str, Example]]] = defaultdict(list)
    for name, examples in sets.items():
        for example, one in zip(examples, prints[name], strict=True):
            groups[one.words].append((name, example))
    for group in groups.values():
        if len(group) < 2:
            continue
        labelled = [(name, e) for name, e in group if e.labels is not None]
        said = [frozenset(label.name for label in e.labels or ()) for _, e in labelled]
        yield from _against_majority("labels", labelled, said)
        complete = [(name, e) for name, e in group if e.annotated is None]
        if any(e.entities for _, e in complete):
            texts = [frozenset((e.text[x.start : x.end], x.label) for x in e.entities) for _, e in complete]
            if len({e.text for _, e in complete}) == 1:
                yield from _against_majority("entities", complete, texts)


def _against_majority(
    kind: str, group: Sequence[tuple[str, Example]], said: Sequence[frozenset[object]]
) -> Iterator[Suspect]:
    if len(set(said)) < 2:
        return
    usual, _ = Counter(said).most_common(1)[0]
    first = group[said.index(usual)]
    for (name, example), mine in zip(group, said, strict=True):
        if mine != usual:
            says = f"{_names(mine)}, but {_names(usual)} where the text is the same ({first[0]} {first[1].id})"
            yield Suspect(kind, name, example.id, 0, 0, says)


def _names(values: frozenset[object]) -> str:
    said = sorted(value if isinstance(value, str) else f"{value[0]!r} {value[1]}" for value in values)  # type: ignore[index]
    return ", ".join(said) or "nothing"


def _marked(
    sets: Mapping[str, Sequence[Example]], tokens: Mapping[tuple[str, str], list[tuple[int, int]]]
) -> dict[str, list[_Place]]:
    """Entities by their surface."""
    found: dict[str, list[_Place]] = defaultdict(list)
    for name, examples in sets.items():
        for example in examples:
            if not example.entities:
                continue
            places = tokens[name, example.id]
            for entity in example.entities:
                found[example.text[entity.start : entity.end]].append(
                    _Place(name, example, entity, _context(example.text, places, entity))
                )
    return found


def _context(text: str, places: Sequence[tuple[int, int]], entity: Entity) -> frozenset[tuple[int, str]]:
    after = bisect_left(places, (entity.end, 0))
    before = bisect_left(places, (entity.start, 0))
    left = [text[s:e].lower() for s, e in places[max(0, before - _CONTEXT) : before]]
    right = [text[s:e].lower() for s, e in places[after : after + _CONTEXT]]
    return frozenset([(0, word) for word in left] + [(1, word) for word in right])


def _surfaces(marked: Mapping[str, list[_Place]]) -> Iterator[Suspect]:
    for surface, places in marked.items():
        counts = Counter(place.entity.label for place in places)
        if len(counts) < 2:
            continue
        several = Counter((p.set, p.example.id, p.entity.start, p.entity.end) for p in places)
        usual = counts.most_common(1)[0][0]
        models = [place for place in places if place.entity.label == usual][:_COMPARED]
        for place in places:
            key = (place.set, place.example.id, place.entity.start, place.entity.end)
            if place.entity.label == usual or several[key] > 1:
                continue
            twin = next((model for model in models if _similar(place.context, model.context)), None)
            if twin:
                says = (
                    f"{surface!r} is {place.entity.label} here, {usual} in {counts[usual]} of {len(places)} places, "
                    f"among similar words in {twin.set} {twin.example.id}"
                )
                yield Suspect("surface", place.set, place.example.id, place.entity.start, place.entity.end, says)


def _similar(a: frozenset[tuple[int, str]], b: frozenset[tuple[int, str]]) -> bool:
    return bool(a) and len(a & b) >= _SIMILAR * len(a | b)


def _unmarked(
    sets: Mapping[str, Sequence[Example]],
    tokens: Mapping[tuple[str, str], list[tuple[int, int]]],
    marked: Mapping[str, list[_Place]],
) -> Iterator[Suspect]:
    often = {
        surface: Counter(place.entity.label for place in places).most_common(1)[0][0]
        for surface, places in marked.items()
        if len(places) >= _OFTEN and len(surface.strip()) > 1
    }
    starts: dict[str, list[str]] = defaultdict(list)  # the longest first
    for surface in sorted(often, key=len, reverse=True):
        if cut := spans(surface):
            starts[surface[: cut[0][1]]].append(surface)
    missed: dict[str, list[tuple[str, Example, int]]] = defaultdict(list)
    for name, examples in sets.items():
        for example in examples:
            for surface, start in _occurrences(example, tokens[name, example.id], starts):
                if example.annotated is None or often[surface] in example.annotated:
                    missed[surface].append((name, example, start))
    for surface, places in missed.items():
        there = len(marked[surface])
        if there >= _NEARLY * (there + len(places)):
            for name, example, start in places:
                says = f"{surface!r} is not marked here, but {there} times elsewhere, mostly as {often[surface]}"
                yield Suspect("unmarked", name, example.id, start, start + len(surface), says)


def _occurrences(
    example: Example, places: Sequence[tuple[int, int]], starts: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, int]]:
    """Whole-word occurrences of surfaces that touch no entity."""
    text, ends, free = example.text, {end for _, end in places}, 0
    for start, end in places:
        if start < free:
            continue
        for surface in starts.get(text[start:end], ()):
            stop = start + len(surface)
            if stop in ends and text.startswith(surface, start):
                if all(stop <= entity.start or start >= entity.end for entity in example.entities):
                    yield surface, start
                free = stop
                break
