"""What is tagged: words in scripts that write them apart, characters in those that do not."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from nlp.runtime.pieces import Pieces

# Thai to Khmer, kana, Han and their extensions: scripts without spaces between words.
_UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Marks that belong to no word though no space parts them from it; a stop does where it ends no sentence.
_MARKS = re.compile(
    r"(?<!\S)[(\[{\"“‘「《]+(?=\w)|(?<=\w)[,;:!?)\]}\"”’」》]+(?!\S)|(?<=\w)[.](?=[,;:!?)\]}\"”’]*\s*$)"
)
_INITIALS = re.compile(r"\.\w+\.$|(?<!\w)\w\.$")


def _joins(character: str) -> bool:
    """Whether a word goes on through this character."""
    word = character.isalnum() or unicodedata.category(character)[0] == "M"
    return word and not _UNSPACED.match(character)


def _marks(text: str) -> set[int]:
    """Return the offsets at which a mark and a word meet."""
    found = set()
    for match in _MARKS.finditer(text):
        if match.group() == "." and _INITIALS.search(text[max(0, match.end() - 12) : match.end()]):
            continue
        found |= {match.start(), match.end()}
    return found


def units(pieces: Pieces, spaced: bool) -> list[int]:
    """Return the first piece of each unit of a passage; the first piece decides for its unit.

    Args:
        pieces: The passage.
        spaced: Whether a unit is what stands between spaces, as annotation of words that are already cut has it, but
            for marks at its edges; else a word, a mark, or a character of a script without spaces.
    """
    text = pieces.text
    marks = _marks(text) if spaced else set()
    firsts: list[int] = []
    for index, (start, end) in enumerate(zip(pieces.starts, pieces.ends, strict=True)):
        if not text[start:end].strip():
            continue  # a piece of white space alone belongs to nothing
        while text[start].isspace():
            start += 1
        if firsts:
            if start < pieces.ends[index - 1]:
                continue  # several pieces of one character
            before = text[start - 1]
            if not before.isspace() and start not in marks and (spaced or (_joins(before) and _joins(text[start]))):
                continue
        firsts.append(index)
    return firsts


def bounds(pieces: Pieces, firsts: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return where each unit starts and ends in the passage's text, white space left out."""
    starts, ends = [], []
    for index, first in enumerate(firsts):
        last = (firsts[index + 1] if index + 1 < len(firsts) else len(pieces)) - 1
        start, end = pieces.starts[first], max(pieces.ends[first : last + 1])
        covered = pieces.text[start:end]
        starts.append(start + len(covered) - len(covered.lstrip()))
        ends.append(start + len(covered.rstrip()))
    return starts, ends


def locate(starts: Sequence[int], ends: Sequence[int], start: int, end: int) -> tuple[int, int] | None:
    """Return the first and last unit that a character span touches; None where it touches none."""
    first = bisect_right(ends, start)
    last = bisect_left(starts, end) - 1
    return (first, last) if first <= last else None
