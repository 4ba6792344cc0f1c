"""Excel workbooks: each sheet a heading and its tables."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DocumentError
from kg.ingest.cells import EMPTY, Cell, cell_of
from kg.ingest.columns import first_row_names
from kg.ingest.composer import Composer, first_of, stem
from kg.ingest.loaders.archive import Archive
from kg.ingest.loaders.docx import core_properties
from kg.ingest.parsed import Parsed
from kg.ingest.tables import write_table
from kg.types import DocumentStatus, Value

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_PLAIN_SHEET = re.compile(r"(?i)(sheet|table|tabelle|feuil|hoja|工作表)\s*\d*$")
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₹": "INR", "₩": "KRW", "元": "CNY"}
_CODE = re.compile(r"\[\$([A-Z]{3})[-\]]")
_SYMBOL = re.compile(r'\[\$([$€£¥₹₩])|"([$€£¥₹₩元])|(?<![\w\[\\])([$€£₹₩¥])')
_BLANK_ROWS = 1000  # after so many blank rows nothing more is expected


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a workbook: values as Excel last computed them, rows as records of the table named as their sheet.

    Raises:
        DocumentError: it is damaged, protected, expands to too much, or shows no text.
    """
    with Archive(path) as archive:
        title, date = core_properties(archive)
        _refuse_entities(archive)
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, OSError) as error:
            raise DocumentError(DocumentStatus.CORRUPT, f"The workbook is damaged: {error}.") from error
        composer = Composer()
        try:
            for sheet in book.worksheets:
                _write_sheet(composer, sheet, stem(name), alone=len(book.worksheets) == 1)
        except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, IndexError) as error:
            raise DocumentError(DocumentStatus.CORRUPT, f"A sheet is damaged: {error}.") from error
        finally:
            book.close()
    if composer.empty:
        raise DocumentError(DocumentStatus.BLANK, "The workbook has no filled cell.")
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    yield composer.parsed(first_of(title, stem(name)), media_type, date=date)


def _refuse_entities(archive: Archive) -> None:
    for part in archive.names:
        if part.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.bytes(part)[:4096]:
            raise DocumentError(
                DocumentStatus.CORRUPT, f"Its part {part} declares a document type, as no office program does."
            )


def _write_sheet(composer: Composer, sheet: ReadOnlyWorksheet, file: str, *, alone: bool) -> None:
    plain = bool(_PLAIN_SHEET.match(sheet.title))
    name = file if plain and alone else f"{file} {sheet.title}" if plain else sheet.title
    regions = list(_regions(sheet))
    if regions and not plain:
        composer.heading(sheet.title, 1)
    for region in regions:
        while region and len(region[0]) >= 1 and _is_caption(region):
            composer.paragraph("; ".join(cell.text for cell in region.pop(0) if cell.text))
        if region:
            write_table(composer, name, region, records=True)


def _is_caption(region: list[list[Cell]]) -> bool:
    """Whether a region begins with a line of its own above the table: one filled cell over rows of several."""
    filled = [sum(bool(cell.text) for cell in row) for row in region[:8]]
    if filled[0] == 1 and len(region) == 1:
        return True
    return filled[0] == 1 and max(filled[1:]) >= 2 and not first_row_names(region)


def _regions(sheet: ReadOnlyWorksheet) -> Iterator[list[list[Cell]]]:
    """Cut a sheet at its blank rows, and a table at the blank columns at its left."""
    region: list[list[Cell]] = []
    blank = 0
    sheet.reset_dimensions()  # what a file says of its own size is not to be relied on
    for raw in sheet.iter_rows():
        row = [_cell(cell) for cell in raw]
        if any(cell.text for cell in row):
            blank = 0
            region.append(row)
            continue
        blank += 1
        if region:
            yield _cropped(region)
            region = []
        if blank >= _BLANK_ROWS:
            break
    if region:
        yield _cropped(region)


def _cropped(region: list[list[Cell]]) -> list[list[Cell]]:
    filled = [index for row in region for index, cell in enumerate(row) if cell.text]
    left, right = min(filled), max(filled) + 1
    return [[*row[left:right], *[EMPTY] * (right - max(left, len(row)))] for row in region]


def _cell(raw: Any) -> Cell:
    value = raw.value
    if value is None or value == "":
        return EMPTY
    cell = cell_of(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or cell.value is None:
        return cell
    shape = str(getattr(raw, "number_format", None) or "")
    if shape.rstrip().endswith("%"):
        percent = cell_of(round(value * 100, 10))
        number = percent.value.number if percent.value else None
        return Cell(f"{percent.text}%", Value("Number", percent.text, number, "%"), typed=True)
    if currency := _currency(shape):
        return Cell(cell.text, Value("Money", cell.value.text, cell.value.number, currency), typed=True)
    return cell


def _currency(shape: str) -> str | None:
    if code := _CODE.search(shape):
        return code[1]
    symbol = _SYMBOL.search(shape)
    return _CURRENCIES.get(next(filter(None, symbol.groups()))) if symbol else None
