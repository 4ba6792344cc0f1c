"""Literals that can be compared: dates, money, numbers, truth values and addresses, from English and Chinese text.

Every parser takes a whole literal, not a sentence, and returns None rather than guess: a missing value costs an answer,
a wrong one is a wrong answer.
"""

from __future__ import annotations

from kg.types import Value
from kg.values.addresses import parse_email, parse_url
from kg.values.dates import day_first_in, parse_date
from kg.values.money import parse_money
from kg.values.numbers import parse_number

__all__ = [
    "day_first_in",
    "parse_boolean",
    "parse_date",
    "parse_email",
    "parse_money",
    "parse_number",
    "parse_url",
    "parse_value",
]

_TRUTH = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


def parse_boolean(text: str) -> Value | None:
    """Read a truth value: true, false, yes, no, 是, 否. Not 1 and 0, which are numbers."""
    truth = _TRUTH.get(text.strip().lower())
    return None if truth is None else Value("Boolean", str(truth).lower(), float(truth))


def parse_value(
    text: str, kind: str | None = None, *, day_first: bool | None = None, language: str = "en"
) -> Value | None:
    """Read a literal of any kind, or of one kind where the caller knows it (a column's type, a model's label).

    Args:
        text: The whole literal, such as a table cell.
        kind: Boolean, Date, Email, Money, Number or Url. Without it a plain "1975" is a number; with "Date", a year.
        day_first: How 04/05/1975 is to be read; None where that is unknown, and then it is no date.
        language: "en" or "zh", for what is written alike in both (`parse_money`).

    Returns:
        The value, or None where the text is no such literal.
    """
    match kind:
        case None:
            pass
        case "Boolean":
            return parse_boolean(text)
        case "Date":
            return parse_date(text, day_first=day_first)
        case "Money":
            return parse_money(text, language=language)
        case "Number":
            return parse_number(text)
        case "Email":
            return parse_email(text)
        case "Url":
            return parse_url(text)
        case _:
            return None
    if not text or len(text) > 200:
        return None
    date = None if text.strip().isdecimal() else parse_date(text, day_first=day_first)
    return (
        date
        or parse_number(text)
        or parse_money(text, language=language)
        or parse_boolean(text)
        or parse_email(text)
        or parse_url(text)
    )
