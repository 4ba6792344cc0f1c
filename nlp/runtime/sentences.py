"""Cuts a passage that is too long to be read at once, at sentence ends where there are any."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9À-Þ\u4e00-\u9fff])|(?<=[。！？；])|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Gen|Col|Lt|Rev|Hon|Sen|Rep|Gov|Inc|Corp|Co|Ltd|No|vs|etc|e\.g|i\.e"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|U\.S|U\.K|Ph\.D|b|d|c|ca)\.)$"
)


def sentence_ends(text: str) -> list[int]:
    """Return the offsets where a sentence ends and the next begins, the text's own end included."""
    ends = []
    for match in _END.finditer(text):
        if not match.group().startswith("\n") and _ABBREVIATION.search(text[: match.start()][-12:]):
            continue
        if match.end() < len(text):
            ends.append(match.end())
    return [*ends, len(text)]


def parts(text: str, starts: list[int], longest: int) -> list[tuple[int, int]]:
    """Cut a text into stretches of at most `longest` word pieces.

    Args:
        text: The passage.
        starts: Where each of its word pieces starts.
        longest: Most pieces of a stretch.

    Returns:
        (start, end) of the stretches; together they hold every piece. Sentences stay whole where they fit.
    """
    from bisect import bisect_left

    if len(starts) <= longest:
        return [(0, len(text))]
    found: list[tuple[int, int]] = []
    begin = 0
    last = 0
    for end in sentence_ends(text):
        if bisect_left(starts, end) - bisect_left(starts, begin) > longest and last > begin:
            found.append((begin, last))
            begin = last
        while bisect_left(starts, end) - bisect_left(starts, begin) > longest:
            cut = starts[bisect_left(starts, begin) + longest]
            space = text.rfind(" ", begin + 1, cut)
            cut = space + 1 if space > begin else cut
            found.append((begin, cut))
            begin = cut
        last = end
    if begin < len(text):
        found.append((begin, len(text)))
    return found
