"""The cells of a table: their text, and the values that whole columns of them hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kg.types import Value
from kg.values import day_first_in, parse_boolean, parse_date, parse_value

SAMPLE = 2_000
"""Rows by which the columns of a table are judged."""

_NOTHING = frozenset({"", "-", "--", "–", "—", "n/a", "na", "nan", "null", "none", "nil", "#n/a", "/"})
_YEAR = re.compile(r"(?i)\b(year|yr|founded|established|born|since)\b|年份|年度|年$|成立")
_DATED = re.compile(r"(?i)(^|[\W_])(date|day)([\W_]|$)|(?-i:[a-z]Date$)|日期")
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
            return _number(str(raw))
        case float() | Decimal():
            return _number(_decimal(raw))
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


def _number(text: str) -> Cell:
    # Beyond 15 digits two different integers are one float: such a number is no value to compare by.
    whole = text.lstrip("-").partition(".")[0]
    exact = len(whole) <= 15 and whole.isdigit()
    return _valued(text, Value("Number", text, float(text)) if exact else None)


def _valued(text: str, value: Value | None) -> Cell:
    return Cell(text, value, typed=True)


def _decimal(number: float | Decimal) -> str:
    """Write a number as people do: no binary noise, no exponent, no trailing zeros."""
    try:
        text = format(Decimal(repr(float(f"{number:.15g}")) if isinstance(number, float) else number), "f")
    except (ArithmeticError, ValueError):
        return str(number)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


@dataclass(frozen=True, slots=True)
class Kind:
    """What the texts of a column are, as far as the whole column agrees."""

    value: str | None = None  # a kind that `parse_value` knows
    day_first: bool | None = None
    code: bool = False  # digits that are no numbers

    def of(self, cell: Cell) -> Cell:
        """Give a cell of the column its value."""
        if self.code:
            return Cell(cell.text, None, cell.reference) if cell.value and cell.value.kind == "Number" else cell
        if self.value is None or (cell.typed and self.value != "Date"):
            return cell
        return Cell(cell.text, _parsed(cell.text, self.value, self.day_first), cell.reference)


@lru_cache(maxsize=20_000)
def _parsed(text: str, kind: str, day_first: bool | None) -> Value | None:
    return parse_value(text, kind, day_first=day_first)


def kind_of(name: str, cells: Iterable[Cell]) -> Kind:
    """Find the kind of a column.

    Args:
        name: The column's name: codes and telephone numbers are no numbers, a column of years holds dates.
        cells: Its cells, or enough of them to judge by.
    """
    filled = [cell for cell in cells if cell.text.lower() not in _NOTHING]
    if _CODE.search(name):
        return Kind(code=True)
    if _YEAR.search(name) and filled and all(is_year(cell.text) for cell in filled):
        return Kind("Date")
    if _DATED.search(name) and filled and all(is_day(cell.text) for cell in filled):
        return Kind("Date")
    texts = [cell.text for cell in filled if not cell.typed]
    if not texts:
        return Kind()
    day_first = day_first_in(texts)
    found: str | None = None
    for text in texts:
        value = parse_value(text, day_first=day_first)
        if value is None or (found is not None and value.kind != found):
            return Kind()
        found = value.kind
    return Kind(found, day_first)


def is_day(text: str) -> bool:
    """Whether a text is a day without separators, 20230821."""
    return len(text) == 8 and text.isascii() and text.isdigit() and parse_date(text) is not None


def is_year(text: str) -> bool:
    """Whether a text is the number of a year, 1000 to 2199."""
    return len(text) == 4 and text.isascii() and text.isdigit() and "1000" <= text <= "2199"
