"""Units and currencies that the name of a column tells: "weight_kg", "price (USD)", 金额（元）."""

from __future__ import annotations

import re

from kg.ingest.table_words import words
from kg.values.money import parse_money
from kg.values.units import unit_of

_BRACKETS = re.compile(r"[(\[（【]\s*(?:in\s+)?([^)\]）】]{1,20})[)\]）】]\s*$")
_SHORT = frozenset({"kg", "km", "cm", "mm", "mb", "gb", "kb", "kw", "kwh", "mw", "mwh", "ml", "lb", "lbs", "oz", "ha"})


def unit_in(column: str) -> tuple[str, str] | None:
    """The kind of value, Money or Number, and the unit that a column's name tells; None where it tells none."""
    found = _BRACKETS.search(column)
    said = found[1].strip() if found else words(column)[-1]
    if found is None and len(words(column)) < 2:
        return None
    money = parse_money(f"1 {said.upper()}") if len(said) <= 4 else None
    if money is not None and money.number == 1 and money.unit:
        return "Money", money.unit
    if found is None and said not in _SHORT:
        return ("Number", "%") if said in ("pct", "percent", "percentage") else None
    unit = "%" if said in ("%", "pct", "percent") else unit_of(said)
    return ("Number", unit) if unit else None
