"""Values that passages state, made comparable: dates, countries, names."""

from __future__ import annotations

import re
from functools import cache

from assistant.reading.relations import adjectives, nations
from kg.fusion.normalise import words
from kg.values import parse_date

_YEAR = re.compile(r"(?<!\d)(\d{3,4})(?!\d)")
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = re.compile(rf"(?:\d{{1,2}} (?:{_MONTHS})[a-z]*|(?:{_MONTHS})[a-z]* \d{{1,2}}),? \d{{3,4}}", re.IGNORECASE)
_PART = re.compile(r"[^\d,(–]+(?:, [^\d,(–]+)*")
_AND = re.compile(r"(?:^|,?\s)(?:and|or)\s+")
_ASIDE = re.compile(r",? (?:and|or) |, (?:the )?(?:daughter|son|wife|widow|husband)\b|\s*[(–]")


@cache
def _nation() -> re.Pattern[str]:
    """Any country or adjective, written with capitals as names are; the longest first."""
    names = sorted((re.escape(name.title()) for name in nations()), key=len, reverse=True)
    others = ["USA", "US", "UK", "Bosnia and Herzegovina", "United States of America"]
    return re.compile(rf"\b(?:{'|'.join([*others, *names])})\b")


def date_of(text: str) -> tuple[int, ...] | None:
    """Read a date as (year, month, day), shorter where the text says less; None where it is none."""
    value = parse_date(text.strip(" ,.()"))
    if value is not None:
        return tuple(int(part) for part in value.text.split("T")[0].split("-") if part.isdigit())
    year = _YEAR.search(text)
    return (int(year[1]),) if year else None


def within(text: str, kind: str, *, last: bool = False) -> tuple[int, int] | None:
    """Find the value of a kind in a stretch that may hold more.

    Args:
        text: What was read: "Otto Brandt and Mira Kolbe", "1931 in Graz".
        kind: person, place, date, nation, country or another.
        last: Of two persons, whether the second is meant.

    Returns:
        Where it begins and ends, or None where there is none.
    """
    start, end = 0, len(text)
    if kind == "date":
        if parse_date(text.strip(" ,.()")) is None:
            dates = [m for m in _DATE.finditer(text) if parse_date(m[0])] or list(_YEAR.finditer(text))
            if not dates:
                return None
            start, end = dates[0].span()
    elif kind in ("nation", "country", "place"):
        if _DATE.search(text) or _YEAR.search(text):
            parts = [m for m in _PART.finditer(text) if not re.search(r"\d", m[0]) and m[0][:1].isupper()]
            if not parts:
                return None
            start, end = parts[0].span()
        if kind == "nation":
            named = re.compile(rf"{_nation().pattern}(?:[-–\s]+{_nation().pattern})*").search(text, start, end)
            if not named:
                return None
            start, end = named.span()
    elif kind == "person":
        if not any(char.isupper() for char in text) and text.isascii():
            return None
        joined = _AND.search(text)
        if joined and (last or joined.start() == 0):
            start = joined.end()
        aside = _ASIDE.search(text, start)
        end = aside.start() if aside else end
    while start < end and text[start] in " ,;.(":
        start += 1
    while start < end and text[end - 1] in " ,;(":
        end -= 1
    return (start, end) if start < end else None


def days(date: tuple[int, ...]) -> int:
    """A date as a number that grows by about one a day, to compare spans of time."""
    return sum(part * size for part, size in zip(date, (365, 30, 1), strict=False))


def before(one: tuple[int, ...], other: tuple[int, ...]) -> bool | None:
    """Tell whether a date lies before another; None where they are equal as far as both go."""
    size = min(len(one), len(other))
    return None if one[:size] == other[:size] else one < other


def countries(text: str) -> frozenset[str]:
    """The countries that a text names, by name or adjective: "Romanian-born American" names two."""
    return frozenset(nations()[match[0].lower()] for match in _nation().finditer(text))


def as_country(text: str) -> str:
    """A country's name for an adjective: what a question for a country wants."""
    return nations().get(text.strip().lower().removeprefix("the "), text)


def as_nationality(text: str) -> str:
    """An adjective for a country's name: what a question for a nationality wants."""
    country = nations().get(text.strip().lower().removeprefix("the "))
    return adjectives()[country] if country and text.strip().lower() == country.lower() else text


def equal(one: str, other: str) -> bool:
    """Whether two values are the same as far as their words tell: countries by any of their names."""
    here, there = countries(one), countries(other)
    if here and there:
        return bool(here & there)
    left, right = set(words(one)), set(words(other))
    return bool(left and right) and (left <= right or right <= left)
