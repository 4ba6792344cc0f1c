"""Words, Chinese characters and symbols of a text, for files and comparisons; models have their own pieces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

CJK = "\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"


_ASCII = re.compile(r"\w+|[^\w\s]")  # what `_pattern` says of ASCII, faster


@cache
def _pattern() -> re.Pattern[str]:
    """What a token is: marks and joiners stay with their base, a Chinese character stands alone, no white space."""
    points = [*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0)]
    joined = "".join(chr(point) for point in points if unicodedata.category(chr(point)).startswith("M"))
    joined = f"[{joined}\u200c\u200d\U0001f3fb-\U0001f3ff]"
    return re.compile(
        f"[{_IDEOGRAPH}]{joined}*"
        f"|(?:[^\\W{_IDEOGRAPH}]+{joined}*)+"
        f"|[\U0001f1e6-\U0001f1ff]{{2}}"
        f"|[^\\w\\s](?:{joined}|(?<=\u200d)[^\\w\\s])*"
    )


def spans(text: str, edges: Iterable[int] = ()) -> list[tuple[int, int]]:
    """Cut a text into tokens.

    Args:
        text: The text.
        edges: Positions where a token must end and another begin, whatever stands there.

    Returns:
        Start and end of each token, in order.
    """
    cuts = sorted(set(edges))
    found: list[tuple[int, int]] = []
    at = 0
    for match in (_ASCII if text.isascii() else _pattern()).finditer(text):
        start, end = match.span()
        while at < len(cuts) and cuts[at] <= start:
            at += 1
        while at < len(cuts) and cuts[at] < end:
            found.append((start, cuts[at]))
            start = cuts[at]
            at += 1
        found.append((start, end))
    return found


def words(text: str) -> list[str]:
    """Return the tokens themselves."""
    found: list[str] = (_ASCII if text.isascii() else _pattern()).findall(text)
    return found
