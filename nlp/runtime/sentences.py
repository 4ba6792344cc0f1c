"""Cuts passages into sentences: the reader relates what stands in one sentence, as it has learned to."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

# A stop with what closes it, before what can begin a sentence; a Chinese stop; a blank line or the next item of a list.
_END = re.compile(
    r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9À-Þ\u4e00-\u9fff])|(?<=[。！？；])"
    r"|\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-*•·▪–]|\(?\d{1,3}[.)])[^\S\n])"
)
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Gen|Col|Lt|Sgt|Capt|Rev|Hon|Sen|Rep|Gov|Inc|Corp|Co|Ltd|No|vs|etc|Rs|Ph"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|b|d|r|c|ca|[A-Za-z]\.[A-Za-z])\.$"
)
# After these a sentence may end all the same, where the next word commonly begins one.
_EITHER = re.compile(r"\b(?:Inc|Corp|Co|Ltd|Jr|Sr|etc|[A-Za-z]\.[A-Za-z])\.$")
_OPENER = re.compile(
    r"(?:The|This|That|These|It|Its|He|His|She|Her|They|Their|We|Our|In|On|At|By|For|From|With|After|Before|When|While"
    r"|As|But|And|However|Since|During|Under|Although)\b"
)


def sentence_ends(text: str) -> list[int]:
    """Return the offsets where a sentence ends and the next begins, the text's own end included."""
    ends = []
    for match in _END.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        open_ = before.endswith(".") and _ABBREVIATION.search(before) and "\n" not in match.group()
        if open_ and not (_EITHER.search(before) and _OPENER.match(text, match.end())):
            continue
        if match.end() < len(text):
            ends.append(match.end())
    return [*ends, len(text)]


def parts(text: str, starts: Sequence[int], longest: int) -> list[tuple[int, int]]:
    """Cut a passage into sentences of at most `longest` word pieces.

    Args:
        text: The passage.
        starts: Where each of its word pieces starts.
        longest: Most pieces of a stretch; a longer sentence is cut between words where there are any.

    Returns:
        (start, end) of the stretches, in order; together they hold the whole text.
    """
    found: list[tuple[int, int]] = []
    begin = 0
    for end in sentence_ends(text):
        while bisect_left(starts, end) - bisect_left(starts, begin) > longest:
            cut = starts[bisect_left(starts, begin) + longest]
            space = text.rfind(" ", begin + 1, cut)
            cut = space + 1 if space > begin else cut
            found.append((begin, cut))
            begin = cut
        found.append((begin, end))
        begin = end
    return found
