"""The cells of a table: their text, and the values that whole columns of them hold."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.types import Value
from kg.values import day_first_in, parse_boolean, parse_date, parse_number, parse_value

_NOTHING = frozenset({"", "-", "--", "–", "—", "n/a", "na", "nan", "null", "none", "nil", "#n/a", "/"})
_YEAR = re.compile(r"(?i)\b(year|yr|founded|established|born|since)\b|年份|年度|年$|成立")
_CODE = re.compile(
    r"(?i)(^|[\W_])(id|ids|no|nr|code|key|sku|isbn|ean|phone|tel|fax|mobile|zip|postal|postcode|postalcode|uuid|guid|ssn)\d*([\W_]|$)"
    r"|(?-i:[a-z](Id|ID|Code|Key|No))$|编号|代码|电话|手机|邮编|证件|序号|号码"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text on one line, its value where its source or its column is typed, the row that it points at."""

    text: str
    value: Value | None = None
    reference: tuple[str, str] | None = None
    typed: bool = False  # the source itself says what it is; its column need not be guessed


EMPTY = Cell("")
Row = Sequence[Cell]


def cell_of(raw: object) -> Cell:
    """Make a cell of what a database driver, a spreadsheet or JSON gives; bytes give an empty one."""
    from kg.ingest.composer import one_line

    match raw:
        case None | bytes() | bytearray() | memoryview():
            return EMPTY
        case bool():
            return _valued("true" if raw else "false", parse_boolean("true" if raw else "false"))
        case int():
            return _valued(str(raw), parse_number(str(raw)))
        case float() | Decimal():
            text = _decimal(raw)
            return _valued(text, parse_number(text))
        case dt.datetime():
            midnight = raw.time() == dt.time(0) and raw.tzinfo is None
            text = raw.date().isoformat() if midnight else raw.isoformat(" ", "seconds")
            return _valued(text, parse_date(text))
        case dt.date():
            return _valued(raw.isoformat(), parse_date(raw.isoformat()))
        case dt.time():
            return _valued(raw.isoformat("seconds"), None)
        case _:
            return Cell(one_line(str(raw)))


def _valued(text: str, value: Value | None) -> Cell:
    return Cell(text, value, typed=True)


def _decimal(number: float | Decimal) -> str:
    """Write a number as people do: no binary noise, no exponent, no trailing zeros."""
    try:
        text = format(Decimal(repr(float(f"{number:.15g}")) if isinstance(number, float) else number), "f")
    except (ArithmeticError, ValueError):
        return str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def type_column(name: str, cells: Sequence[Cell]) -> list[Cell]:
    """Give the cells of a column their values where the whole column agrees on one kind.

    Args:
        name: The column's name: codes and telephone numbers are no numbers, a column of years holds dates.
        cells: Its cells, top to bottom.

    Returns:
        The cells, those of a column without one kind as they were.
    """
    filled = [cell for cell in cells if cell.text.lower() not in _NOTHING]
    if not filled:
        return list(cells)
    if _CODE.search(name):
        return [replace(cell, value=None, typed=True) if _is_number(cell.value) else cell for cell in cells]
    if _YEAR.search(name) and all(is_year(cell.text) for cell in filled):
        return [replace(cell, value=parse_date(cell.text), typed=True) for cell in cells]
    if all(cell.typed for cell in filled):
        return list(cells)
    day_first = day_first_in(cell.text for cell in filled)
    values = [cell.value if cell.typed else parse_value(cell.text, day_first=day_first) for cell in cells]
    kinds = Counter(
        value.kind if value else None
        for cell, value in zip(cells, values, strict=True)
        if cell.text.lower() not in _NOTHING
    )
    if len(kinds) != 1 or None in kinds:
        return list(cells)
    return [replace(cell, value=value, typed=True) for cell, value in zip(cells, values, strict=True)]


def _is_number(value: Value | None) -> bool:
    return value is not None and value.kind == "Number"


def is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit() and "1000" <= text <= "2199"
