"""The piece of a passage that shows why a search found it."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Sequence

from kg.index.words import is_cjk, query_terms, storable

WIDTH = 240  # characters; a CJK character counts as one and says more
ELLIPSIS = "…"

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*|\n+")
_WORD = re.compile(r"\s+|(?<=[，、；])")
_OPEN, _CLOSE = "\x02", "\x03"

Range = tuple[int, int]


def snippet(text: str, query: str, width: int = WIDTH) -> tuple[str, list[Range]]:
    """Cut a passage down to where it matches a query best.

    Matches are found by the same tokenizer as the search's, word endings and accents included.

    Args:
        text: The passage.
        query: What a person typed.
        width: Most characters of the passage to show.

    Returns:
        The piece, begun at a sentence where one is near, line breaks as spaces, with an ellipsis where it is cut; and
        the matches in it as (start, end).
    """
    found = matches(text, query)
    start, end = _window(text, found, width)
    before = ELLIPSIS if text[:start].strip() else ""
    after = ELLIPSIS if text[end:].strip() else ""
    shift = len(before) - start
    piece = before + re.sub(r"\s", " ", text[start:end]) + after
    return piece, [(s + shift, e + shift) for s, e in found if start <= s and e <= end]


def matches(text: str, query: str) -> list[Range]:
    """Return the stretches of a text that match a query's words, in order."""
    terms = query_terms(query)
    if not terms:
        return []
    written, places = _spread(text)
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='porter unicode61 remove_diacritics 2')")
        connection.execute("INSERT INTO t VALUES (?)", (written,))
        sql = "SELECT highlight(t, 0, ?, ?) FROM t WHERE t MATCH ?"
        row = connection.execute(sql, (_OPEN, _CLOSE, " OR ".join(terms))).fetchone()
    finally:
        connection.close()
    ranges: list[Range] = []
    at = start = 0
    for char in row[0] if row else "":
        if char == _OPEN:
            start = at
        elif char == _CLOSE:
            ranges.append((places[start], places[at - 1] + 1))
        else:
            at += 1
    return ranges


def _spread(text: str) -> tuple[str, list[int]]:
    """Return a text as the search's tokenizer gets it, and for each character of that its place in the text."""
    out: list[str] = []
    places: list[int] = []
    for place, char in enumerate(storable(text)):
        plain = unicodedata.normalize("NFKC", char) if ord(char) > 127 else char
        if char < " ":
            plain = " "
        elif is_cjk(plain):
            plain = f" {plain} "
        out.append(plain)
        places.extend([place] * len(plain))
    return "".join(out), places


def _window(text: str, found: Sequence[Range], width: int) -> Range:
    """Choose where to cut: the window with the most different matches, then the most, then the first."""
    if len(text) <= width:
        return 0, len(text)
    start = end = 0
    best = (0, 0)
    for place, (first, _) in enumerate(found):
        inside = [match for match in found[place:] if match[1] <= first + width]
        value = (len({text[s:e].casefold() for s, e in inside}), len(inside))
        if value > best:
            best, start, end = value, first, inside[-1][1]
    spare = max(0, width - (end - start))
    cuts = [0, *(match.end() for match in _SENTENCE.finditer(text, 0, start + 1) if match.end() <= start)]
    if start - cuts[-1] <= spare:
        start = cuts[-1]
    elif words := [m.end() for m in _WORD.finditer(text, start - spare // 2, start) if m.end() <= start]:
        start = words[0]
    limit = min(len(text), start + width)
    ends = [match.start() for match in _SENTENCE.finditer(text, end, limit)]
    ends = [place for place in ends if place >= start + width // 2] or [limit]
    if ends == [limit] and limit < len(text):
        ends = [match.start() for match in _WORD.finditer(text, end, limit) if match.start() > start] or [limit]
    return start, max(ends[-1], min(end, limit))
