"""Dates, as precise as they are written: a day, a month, a year, or a moment."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from kg.types import Value
from kg.values.numerals import HAN_DIGITS, fold, parse_han

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
MONTHS = {name: i for i, name in enumerate(_NAMES, 1)} | {name[:3]: i for i, name in enumerate(_NAMES, 1)} | {"sept": 9}
"""English month names and their abbreviations, in lower case, to 1..12."""

_MONTH = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{3,4})"
_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
# What may stand before a date and leaves it true at its precision.
_LEAD = re.compile(
    r"(?:(?:on|in|the|year|early|mid|late"
    r"|(?:the )?(?:beginning|start|middle|end|spring|summer|autumn|fall|winter)(?: of)?"
    rf"|{_WEEKDAY})(?:,? |-))+",
    re.IGNORECASE,
)
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_DAY}(?: of)?[ .-]?{_MONTH},?[ -]{_YEAR}",
        rf"{_MONTH} {_DAY}(?:, ?| ){_YEAR}",
        rf"{_MONTH}(?:,| of|-)? ?{_YEAR}",
        rf"{_YEAR} {_MONTH}(?: {_DAY})?",
        r"(?P<year>\d{4}) ?年(?: ?(?P<month>\d{1,2}) ?月(?: ?份|(?: ?(?P<day>\d{1,2}) ?[日号])?))?",
        r"(?P<year>\d{4})(?P<s>[-/.])(?P<month>\d{1,2})(?P=s)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})[-/](?P<month>\d{2})",
        r"(?P<year>[12]\d{3})",
        r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)",
    )
)
_NUMERIC = re.compile(r"(?P<first>\d{1,2})(?P<s>[-/.])(?P<second>\d{1,2})(?P=s)(?P<year>\d{4})")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?")
_HAN_YEAR = re.compile(
    f"(?P<year>[{''.join(HAN_DIGITS)}]{{4}})年"
    "(?:(?P<month>[一二三四五六七八九十]+)月(?:(?P<day>[一二三四五六七八九十]+)[日号])?)?"
)


def parse_date(text: str, *, day_first: bool | None = None) -> Value | None:
    """Read a date.

    Args:
        text: The whole literal: "4 April 1975", "Apr. 1975", "1975", "1975-04-04", "1975年4月4日", "二〇〇八年".
        day_first: How 04/05/1975 is to be read; None where that is unknown, and then it is no date.

    Returns:
        A Date: text in ISO 8601 at the written precision ("1975-04-04", "1975-04", "1975"; a moment with its time, in
        UTC where it had a zone); number as days since 1970-01-01, of the start of the period. None for anything else:
        ranges, decades, dates without a year, days that do not exist.
    """
    text = fold(text).rstrip(" ,.;").replace(" ,", ",")
    if _MOMENT.fullmatch(text):
        return _moment(text)
    text = text[lead.end() :] if (lead := _LEAD.match(text)) else text
    for pattern in _WRITTEN:
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            month = parts.get("month")
            return _day(parts["year"], month and MONTHS.get(month.lower(), month), parts.get("day"))
    if match := _NUMERIC.fullmatch(text):
        first, second = int(match["first"]), int(match["second"])
        if first == second or first > 12 or (day_first and second <= 12):
            return _day(match["year"], second, first)
        return _day(match["year"], first, second) if second > 12 or day_first is False else None
    if match := _HAN_YEAR.fullmatch(text):
        year = "".join(str(HAN_DIGITS[char]) for char in match["year"])
        return _day(year, *(None if part is None else parse_han(part) for part in match.group("month", "day")))
    return None


def day_first_in(texts: Iterable[str]) -> bool | None:
    """Say how the numeric dates of one source, such as a table column, are to be read.

    Args:
        texts: Dates as they are written.

    Returns:
        True or False where dates such as 25/12/2020 settle it and none contradicts; else None.
    """
    votes = set()
    for text in texts:
        if match := _NUMERIC.fullmatch(fold(text)):
            first, second = int(match["first"]), int(match["second"])
            if first > 12 >= second:
                votes.add(True)
            elif second > 12 >= first:
                votes.add(False)
    return votes.pop() if len(votes) == 1 else None


def _day(year: object, month: object, day: object) -> Value | None:
    try:
        date = datetime.date(int(str(year)), int(str(month or 1)), int(str(day or 1)))
    except ValueError:
        return None
    iso = date.isoformat()
    return Value("Date", iso if day else iso[:7] if month else iso[:4], float(date.toordinal() - _EPOCH))


def _moment(text: str) -> Value | None:
    try:
        moment = datetime.datetime.fromisoformat(text.replace(" UTC", "Z").replace(" +", "+"))
    except ValueError:
        return None
    if moment.tzinfo:
        try:
            moment = moment.astimezone(datetime.UTC)
        except OverflowError:
            return None
    days = moment.date().toordinal() - _EPOCH
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    if not seconds and not moment.tzinfo:  # how spreadsheets and databases hand over a plain day
        return Value("Date", moment.date().isoformat(), float(days))
    return Value("Date", moment.isoformat().replace("+00:00", "Z"), days + seconds / 86400)
