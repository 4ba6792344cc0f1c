"""Several extractors as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from kg.ports import Extractor
from kg.types import Link, Page, Reading, Span, SpanKind, Value
from kg.values import parse_value
from nlp.rules.script import language_of

_ADDRESSES = frozenset({"Email", "Url"})

Place = tuple[int, int]  # number of the extractor, index of the span in its reading


class Relator(Protocol):
    """Finds relations between what others found."""

    name: str  # name and version, as it is kept with each statement

    def relate(self, page: Page, reading: Reading) -> Sequence[Link]:
        """Return links between the spans of a document's reading."""
        ...


class Composite:
    """Merges what several extractors find in the same documents.

    Where spans of two extractors overlap one stands: an address before a name, a name (or what refers to one) before a
    value; of two names that of the extractor listed first, so list the dictionary first; of two values the longer. What
    was said of a span that fell goes to the one that stands, if that has its type or its bounds. Values that their
    extractor left as text are read by `kg.values`. One extractor's own spans may overlap.

    Args:
        extractors: In order of precedence.
        relators: They add relations to what the extractors found together; of two equal ones the surer stands.
    """

    def __init__(self, extractors: Sequence[Extractor], relators: Sequence[Relator] = ()) -> None:
        self._extractors, self._relators = tuple(extractors), tuple(relators)
        self.name = "+".join([one.name for one in self._extractors] + [one.name for one in self._relators])

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        """Read a batch of documents; spans in order."""
        of_each: list[list[Reading]] = [[] for _ in pages]
        for one in self._extractors:
            for readings, reading in zip(of_each, one.read(pages), strict=True):
                readings.append(_signed(reading, one.name))
        merged = [merge(page.text, readings) for page, readings in zip(pages, of_each, strict=True)]
        for relator in self._relators:
            links = [relator.relate(page, reading) for page, reading in zip(pages, merged, strict=True)]
            merged = [_joined(reading, more) for reading, more in zip(merged, links, strict=True)]
        return merged


def merge(text: str, readings: Sequence[Reading]) -> Reading:
    """Merge readings of one text.

    Args:
        text: The document's text.
        readings: In order of precedence.

    Returns:
        One reading. It depends on nothing but the arguments.
    """
    language = language_of(text[:2000])
    spans = {
        (source, index): _with_value(span, text, language)
        for source, reading in enumerate(readings)
        for index, span in enumerate(reading.spans)
    }
    stands = _resolve(spans)
    kept = sorted(
        {stands[place] for place in spans if place in stands},
        key=lambda place: (spans[place].start, spans[place].end, spans[place].type, place),
    )
    order = {place: index for index, place in enumerate(kept)}
    links: dict[tuple[int, int, str], Link] = {}
    same: dict[tuple[int, int], float] = {}
    for source, reading in enumerate(readings):
        for link in reading.links:
            head, tail = (order.get(stands.get((source, end), (-1, -1)), -1) for end in (link.head, link.tail))
            key = head, tail, link.predicate
            if min(head, tail) >= 0 and head != tail and (key not in links or links[key].score < link.score):
                links[key] = replace(link, head=head, tail=tail)
        for left, right, score in reading.same:
            a, b = sorted(order.get(stands.get((source, end), (-1, -1)), -1) for end in (left, right))
            if a >= 0 and a != b:
                same[a, b] = max(score, same.get((a, b), 0.0))
    return Reading(
        tuple(spans[place] for place in kept),
        tuple(link for _, link in sorted(links.items())),
        tuple((a, b, score) for (a, b), score in sorted(same.items())),
    )


def _joined(reading: Reading, links: Sequence[Link]) -> Reading:
    if not links:
        return reading
    best: dict[tuple[int, int, str], Link] = {}
    for link in (*reading.links, *links):
        key = link.head, link.tail, link.predicate
        if key not in best or best[key].score < link.score:
            best[key] = link
    return replace(reading, links=tuple(link for _, link in sorted(best.items())))


def _resolve(spans: dict[Place, Span]) -> dict[Place, Place]:
    """For each span that stands itself, for each other the one that speaks for it, if there is one."""
    stands: dict[Place, Place] = {}
    kept: list[Place] = []
    cover: dict[int, list[Place]] = {}  # character -> who stands there
    for place in sorted(spans, key=lambda place: (*_rank(spans[place], place), place)):
        span = spans[place]
        rivals = {
            rival: None for at in range(span.start, span.end) for rival in cover.get(at, ()) if rival[0] != place[0]
        }
        if not rivals:
            kept.append(place)
            stands[place] = place
            for at in range(span.start, span.end):
                cover.setdefault(at, []).append(place)
            continue
        heirs = [
            rival
            for rival in rivals
            if spans[rival].type == span.type or (spans[rival].start, spans[rival].end) == (span.start, span.end)
        ]
        if heirs:
            stands[place] = max(heirs, key=lambda rival: (_overlap(spans[rival], span), (-rival[0], -rival[1])))
    return stands


def _rank(span: Span, place: Place) -> tuple[int, int, int, int]:
    length = span.end - span.start
    if span.kind is not SpanKind.VALUE:
        return 1, place[0], -length, span.start
    return (0 if span.type in _ADDRESSES else 2), -length, place[0], span.start


def _overlap(left: Span, right: Span) -> int:
    return min(left.end, right.end) - max(left.start, right.start)


def _with_value(span: Span, text: str, language: str) -> Span:
    if span.kind is not SpanKind.VALUE or (span.value is not None and span.value.number is not None):
        return span
    quote = text[span.start : span.end]
    value = parse_value(quote, span.type, language=language) or span.value or Value(span.type, " ".join(quote.split()))
    return replace(span, value=value)


def _signed(reading: Reading, name: str) -> Reading:
    """The reading with its extractor's name wherever it gave none."""
    return replace(
        reading,
        spans=tuple(span if span.extractor else replace(span, extractor=name) for span in reading.spans),
        links=tuple(link if link.extractor else replace(link, extractor=name) for link in reading.links),
    )
