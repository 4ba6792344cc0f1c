"""Offsets that count something else than code points, and how to find out which they count.

Browsers count UTF-16 units, so a character outside the basic plane is two; and a page shows CRLF as one character.
Annotation tools pass one or the other on, depending on their version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SPACE = re.compile(r"(?:\s|\\n|\\r)+")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Units:
    """A way of counting: UTF-16 units or code points, with CRLF as two or as one."""

    utf16: bool = False
    one_newline: bool = False

    def differ(self, text: str) -> bool:
        """Whether it counts a text otherwise than by code points."""
        return (self.utf16 and max(text, default="") > "\uffff") or (self.one_newline and "\r\n" in text)


CODE_POINTS = Units()
UTF16 = Units(utf16=True)
WAYS = (CODE_POINTS, UTF16, Units(one_newline=True), Units(utf16=True, one_newline=True))


class Counter:
    """Converts offsets into one text between code points and another way of counting."""

    def __init__(self, text: str, units: Units) -> None:
        self.text = text
        # Where a unit begins, and which unit ends where; -1 within a character.
        self._starts: list[int] | None = None
        if units.differ(text):
            self._starts, self._ends = [], [0]
            for index, letter in enumerate(text):
                if units.one_newline and letter == "\r" and text[index + 1 : index + 2] == "\n":
                    continue
                wide = units.utf16 and letter > "\uffff"
                self._starts += [index, -1] if wide else [index]
                self._ends += [-1, index + 1] if wide else [index + 1]
            self._starts.append(len(text))

    def code_points(self, start: int, end: int) -> tuple[int, int] | None:
        """Convert a stretch; None where it does not fit the text, is empty or cuts a character in two."""
        if self._starts is None:
            return (start, end) if 0 <= start < end <= len(self.text) else None
        if not 0 <= start < end < len(self._starts) or self._starts[start] < 0 or self._ends[end] < 0:
            return None
        return self._starts[start], self._ends[end]

    def units(self, start: int, end: int) -> tuple[int, int]:
        """Convert a stretch of code points into the other way."""
        if self._starts is None:
            return start, end
        return self._starts.index(start), self._ends.index(end)


def same_surface(found: str, stored: str) -> bool:
    """Whether a stretch reads as a tool stored it; tools write white space in many ways."""
    return found == stored or _SPACE.sub(" ", found).strip() == _SPACE.sub(" ", stored).strip()


def settle(
    text: str, spans: Sequence[tuple[int, int, str | None]], ways: Sequence[Units] = WAYS
) -> list[tuple[int, int]] | None:
    """Convert stretches of one text, counted in whichever way makes all of them read as stored.

    Args:
        text: The text.
        spans: Start, end and stored surface, where there is one.
        ways: Ways of counting, the likeliest first.

    Returns:
        The stretches in code points, or None where no way fits all of them.
    """
    for units in ways:
        if units is not ways[0] and not units.differ(text):
            continue
        counter = Counter(text, units)
        found = [counter.code_points(start, end) for start, end, _ in spans]
        fits = [span for span in found if span is not None]
        if len(fits) == len(spans) and all(
            surface is None or same_surface(text[start:end], surface)
            for (start, end), (_, _, surface) in zip(fits, spans, strict=True)
        ):
            return fits
    return None


def ragged(text: str, start: int, end: int) -> bool:
    """Whether a stretch has an edge within a word, or begins or ends with white space: a sign of wrong offsets."""
    return text[start].isspace() or text[end - 1].isspace() or _within_word(text, start) or _within_word(text, end)


def _within_word(text: str, position: int) -> bool:
    pair = text[position - 1 : position + 1] if position else ""
    return len(pair) == 2 and pair[0].isalnum() and pair[1].isalnum() and not _HAN.search(pair)
