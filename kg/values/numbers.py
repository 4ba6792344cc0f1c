"""Numbers, with or without a unit, and percentages."""

from __future__ import annotations

import re

from kg.types import Value
from kg.values.numerals import canonical, fold, read_numeral
from kg.values.units import unit_of

_LEAD = re.compile(r"百分之")


def parse_number(text: str) -> Value | None:
    """Read a number.

    Args:
        text: The whole literal: "3,000 employees", "12%", "1.5 million", "百分之十二", "1.234,56".

    Returns:
        A Number whose unit is a known one ("%", "kg", "employees") or None where none is written; a percentage keeps
        its size (12% is 12). None for anything else: unknown units, ranges, codes with leading zeros, bare words.
    """
    text = fold(text)
    share = _LEAD.match(text)
    read = read_numeral(text[share.end() :] if share else text)
    if read is None:
        return None
    number, rest = read[0], read[1].strip()
    if share:
        unit: str | None = "%"
        if rest:
            return None
    elif rest:
        unit = unit_of(rest.removeprefix("-"))
        if unit is None:
            return None
    elif not text[-1].isdigit() and not any(char.isdigit() for char in text):
        return None
    else:
        unit = None
    return Value("Number", canonical(number), float(number), unit)
