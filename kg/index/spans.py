"""Where a text names something: every stretch of it that equals a name which the viewer may see."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence

from kg.fusion.normalise import words
from kg.index.names import Alias, equal, name_key, named
from kg.index.shelves import Shelf
from kg.index.words import CJK, POSSESSIVE
from kg.ports import Named

LONGEST_WORDS = 10  # of a name in a script with spaces
LONGEST_RUN = 24  # characters of a name in one without
MOST_HOMONYMS = 100  # entities of one stretch, the most mentioned first

_TOKEN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")
_BREAK = re.compile(r"[\n\t?!;:。，、？！；：]|[.,]{2}")  # no name goes on across it


def find_spans(
    connection: sqlite3.Connection, shelves: Sequence[Shelf], text: str
) -> list[tuple[int, int, list[Named]]]:
    """Return the stretches of a text that equal a visible name after normalisation.

    A stretch with what normalisation drops ("Acme and", "the Acme", "Acme's") counts only where a name is written so.

    Args:
        connection: In a transaction.
        shelves: What the viewer sees.
        text: A question or a passage.

    Returns:
        Start, end and entities, longest first; stretches may overlap.
    """
    by_key: dict[str, list[tuple[int, int]]] = {}
    for start, end in _windows(text):
        if key := name_key(text[start:end]):
            by_key.setdefault(key, []).append((start, end))
    by_norm: dict[str, list[Alias]] = {}
    for alias in equal(connection, shelves, by_key):
        by_norm.setdefault(alias[0], []).append(alias)
    spans = []
    for norm, matches in by_norm.items():
        written = {words(alias[1]) for alias in matches}
        entities = named(((1.0, alias) for alias in matches), MOST_HOMONYMS)
        for start, end in by_key[norm]:
            tight = not any(start <= s and e <= end and (s, e) != (start, end) for s, e in by_key[norm])
            owner = POSSESSIVE.search(text, start, end) and not any(POSSESSIVE.search(alias[1]) for alias in matches)
            if tight or (words(text[start:end]) in written and not owner):
                spans.append((start, end, entities))
    return sorted(spans, key=lambda span: (span[0] - span[1], span[0]))


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches that could be names: some words or characters in a row, without a break in between."""
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    for first, (start, _) in enumerate(tokens):
        spaced = previous = 0
        for last in range(first, min(len(tokens), first + LONGEST_RUN)):
            left, right = tokens[last]
            if last > first and _BREAK.search(text, previous, left):
                break
            spaced += last == first or left > previous
            if spaced > LONGEST_WORDS:
                break
            yield start, right
            previous = right
