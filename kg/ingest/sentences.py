"""Where sentences end, by punctuation alone, in English and Chinese; for splitting and quoting, not for grammar."""

from __future__ import annotations

import re

_LIST_OF_ABBREVIATIONS = (
    "mr mrs ms dr prof st sr jr gen col lt sgt capt cmdr adm rev hon gov sen rep pres inc corp co ltd llc bros "
    "plc no nos vs etc eg ie cf al approx dept est fig figs vol ed eds p pp ch sec art jan feb mar apr jun jul "
    "aug sep sept oct nov dec mon tue wed thu fri sat sun ave blvd rd mt ft u.s u.k u.n e.g i.e a.m p.m ph.d m.d "
    "b.a m.a b.sc m.sc d.c u.s.a"
)
_ABBREVIATIONS = frozenset(_LIST_OF_ABBREVIATIONS.split())
# A Latin full stop counts only before a space; a Chinese one always does. A line end always ends a sentence.
_END = re.compile(r"""(?P<latin>[.!?]+["'”’)\]»]*)(?=\s|$)|[。！？；…]+[”’」』）》]*|\n""")
_WORD_BEFORE = re.compile(r"[\w.]+$")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Split a stretch of text into sentences.

    Args:
        text: The text.
        start: Where the stretch begins.
        end: Where it ends; the text's end where None.

    Returns:
        Offsets (start, end) into `text`, in order, without the white space between; every other character lies in one.
    """
    stop = len(text) if end is None else end
    found: list[tuple[int, int]] = []
    begin = start
    for match in _END.finditer(text, start, stop):
        if match["latin"] is not None and _goes_on(text, begin, match.start(), match.end(), stop):
            continue
        _add(found, text, begin, match.end())
        begin = match.end()
    _add(found, text, begin, stop)
    return found


def _goes_on(text: str, begin: int, mark: int, after: int, stop: int) -> bool:
    """Whether a full stop belongs to an abbreviation, an initial or a number and ends no sentence."""
    following = text[after : after + 8].lstrip() if after < stop else ""
    if following[:1].islower():
        return True
    if text[mark : mark + 1] != "." or after - mark > 1:
        return False
    before = _WORD_BEFORE.search(text, max(begin, mark - 24), mark)
    if before is None:
        return False
    word = before[0].lower()
    single = len(word) == 1 and word.isalpha() and word != "i"
    listed = word.isdigit() and len(word) <= 2 and not text[begin : before.start()].strip()  # "1. First point"
    return bool(following) and (single or listed or word in _ABBREVIATIONS)


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))
