"""Who is addressed: the names above the street and town of a letterhead, an invoice's "bill to" or a signature.

Readers of running text know no layout: they take a firm and its street for one name, or a label for a firm. What stands
above an address is a name, and it is the same thing wherever the document repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from kg.fusion.lexicon import lexicon
from kg.fusion.normalise import words
from kg.types import Reading, Span
from kg.values.addresses import EMAIL

EXTRACTOR = "address@1"
LONGEST_LINE = 90
"""Longer lines are sentences, where a number before a capital letter is no post code."""
_CITY = r"[A-ZÀ-ÞĀ-Ž\u4e00-\u9fff][^\d\n,;:|]{1,30}?"
_CODE = r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d"
_TOWN = re.compile(
    rf"(?:^|(?<=[,;] ))"
    rf"(?:(?:[A-Z]{{1,2}}-)?(?P<before>\d{{4,6}}|\d{{3}} \d{{2}}|\d\d-\d{{3}}|\d{{5}}-\d{{3}}|{_CODE}) +"
    rf"(?P<after>{_CITY})|(?P<city>{_CITY}),?(?: [A-Z]{{2}} +(?P<zip>\d{{5}}(?:-\d{{4}})?)| +(?P<code>{_CODE})))"
    rf"(?=$|[,;|]|\.(?:\s|$))"
)
_CUT = re.compile(r"[,;]\s+|\s{2,}|\|")
_STREET = re.compile(
    r"\d|(?i:str\b|stra[sß]|street|\bst\.|\bave?\b|avda|avenida|avenue|road|\brd\b|blvd|boulevard|square|\bsq\b|lane"
    r"|\bway\b|drive|\brue\b|\bvia\b|plaza|calle|platz|gasse|weg\b|circus|place|quay|\brua\b|gade\b|gatan\b|gate\b"
    r"|vägen)|[路街号]"
)
_LABEL = re.compile(r"^[^\W\d][\w /-]{1,24}[:：]\s*")
_ATTENTION = re.compile(r"^(?:attn\.?|attention|c/o|z\.?\s?hd\.?|att\.?)[:\s]+", re.IGNORECASE)
_NO_NAME = re.compile(
    r"[@:：]|^\W*\d|\.\.|^(?:kind|best|warm|sincerely|yours|regards|mit |cordially|thanks|thank |dear|invoice|date|page"
    r"|tel\b|phone|fax)",
    re.IGNORECASE,
)
_SENDER = re.compile(rf"([^\n<>:,;\"]{{3,60}}?)\"? <{EMAIL}>")
MOST_LINES = 3
"""Lines of names above a street."""


class Address(NamedTuple):
    """A postal address in a text: where its town stands, and what is said of it."""

    start: int
    street: str
    postcode: str
    city: str
    names: tuple[tuple[int, int], ...]  # offsets of the lines, or parts of a line, above it


def addresses(text: str) -> Iterator[Address]:
    """Find the postal addresses of a text: a street, and a town with its post code behind it or in the next line."""
    lines: list[tuple[int, str]] = []
    begin = 0
    for raw in text.splitlines(keepends=True):
        bare = raw.strip()
        lines.append((begin + len(raw) - len(raw.lstrip()), bare))
        town = _TOWN.search(bare) if 0 < len(bare) <= LONGEST_LINE else None
        if town is not None:
            yield from _address(lines, town)
        begin += len(raw)


def _address(lines: list[tuple[int, str]], town: re.Match[str]) -> Iterator[Address]:
    begin, line = lines[-1]
    parts = _parts(begin, line[: town.start()])
    above = [(start, start + len(bare)) for start, bare in _above(lines[:-1])]
    text = {start: bare for start, bare in lines}
    street = ""
    if parts:
        street = line[parts[-1][0] - begin : parts[-1][1] - begin]
        names = parts[:-1] or above
    elif above:
        street = text[above[-1][0]]
        names = above[:-1]
    if not street or not _STREET.search(street) or len(street.split()) > 8:
        return
    found = [name for place in names if (name := _name(place, begin, line, text)) is not None][-MOST_LINES:]
    code = town["before"] or town["zip"] or town["code"]
    yield Address(begin + town.start(), street, code, town["after"] or town["city"], tuple(found))


def _parts(begin: int, lead: str) -> list[tuple[int, int]]:
    found, place = [], 0
    for part in _CUT.split(lead):
        at = lead.index(part, place)
        place = at + len(part)
        if part.strip(" ,;|"):
            found.append((begin + at, begin + at + len(part.rstrip(" ,;|"))))
    return found


def _above(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for start, bare in reversed(lines):
        if not bare or len(bare) > 60 or len(found) > MOST_LINES:
            break
        found.insert(0, (start, bare))
        if _LABEL.match(bare):  # "Bill to:"
            break
    return found


def _name(place: tuple[int, int], begin: int, line: str, text: dict[int, str]) -> tuple[int, int] | None:
    """Where the name itself stands, without a label before it; None for what is no name."""
    start, end = place
    said = text[start][: end - start] if start in text else line[start - begin : end - begin]
    for lead in (_LABEL, _ATTENTION):
        if match := lead.match(said):
            start, said = start + match.end(), said[match.end() :]
    letters = sum(map(str.isalpha, said))
    if letters < 2 or _NO_NAME.search(said) or said.split()[0].islower() or len(said.split()) > 8:
        return None
    return start, start + len(said.rstrip(" .,;")) + (1 if re.search(r"\b\w{1,4}\.$", said.rstrip()) else 0)


def with_parties(text: str, reading: Reading) -> Reading:
    """Put the names above addresses into a reading, in place of what was read across them.

    Args:
        text: The document's text.
        reading: What the extractors found; links keep their ends.

    Returns:
        A reading in which such a name is one organization, or one person, wherever the text repeats it.
    """
    kinds = _kinds(text)
    if not kinds:
        return reading
    spans = list(reading.spans)
    taken: list[tuple[int, int]] = []
    for name in sorted(kinds, key=lambda name: (-len(name), name)):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            spot = Span(match.start(), match.end(), kinds[name], extractor=EXTRACTOR)
            over = [n for n, s in enumerate(spans) if s.value is None and s.start < spot.end and spot.start < s.end]
            for number in over:
                spans[number] = spot
            if not over:
                spans.append(spot)
    return replace(reading, spans=tuple(spans))


def _kinds(text: str) -> dict[str, str]:
    """What each name above an address is: a person where a mail's header or the given name says so."""
    people = {match[1].strip() for match in _SENDER.finditer(text)}
    found: dict[str, str] = {}
    for address in addresses(text):
        firm = False
        for start, end in address.names:
            name = text[start:end]
            if name in people or _is_person(name):
                found.setdefault(name, "Person")
            elif not firm:  # a department stands below its firm
                found.setdefault(name, "Organization")
                firm = True
    return found


def _is_person(name: str) -> bool:
    parts = words(name)
    lists = lexicon()
    titled = len(parts) > 1 and parts[0] in lists.titles
    short = len(parts) == 2 or (len(parts) == 3 and len(parts[1]) == 1)  # "Antonio Moreno Taquería" is a shop
    return titled or (short and parts[0] in lists.given_names and parts[-1] not in lists.legal_forms)
