"""Excel workbooks: each sheet a heading and its tables."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DocumentError
from kg.ingest.cells import EMPTY, Cell, cell_of
from kg.ingest.composer import Composer, first_of, stem
from kg.ingest.loaders.archive import Archive
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.loaders.ooxml import core_properties, embedded, local
from kg.ingest.loaders.sheets import write_sheet
from kg.ingest.parsed import Part
from kg.types import DocumentStatus, Value

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₹": "INR", "₩": "KRW", "元": "CNY"}
_CODE = re.compile(r"\[\$([A-Z]{3})[-\]]")
_SYMBOL = re.compile(r'\[\$([$€£¥₹₩])|"([$€£¥₹₩元])|(?<![\w\[\\])([$€£₹₩¥])')
_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def load(path: Path, name: str, nesting: Nesting) -> Iterator[Part]:
    """Read a workbook: values as Excel last computed them, rows as records of the table named as their sheet.

    Comments follow the sheets, embedded files the workbook.

    Raises:
        DocumentError: it is damaged, protected, expands to too much, or shows no text.
    """
    with Archive(path) as archive:
        title, date, about = core_properties(archive)
        _refuse_entities(archive)
        notes = list(_comments(archive))
    import openpyxl

    composer = Composer()
    with warnings.catch_warnings(), path.open("rb") as file:  # by its path openpyxl would go by its suffix
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, OSError) as error:
            raise DocumentError(DocumentStatus.CORRUPT, f"The workbook is damaged: {error}.") from error
        try:
            for sheet in book.worksheets:
                write_sheet(composer, sheet.title, stem(name), _rows(sheet), alone=len(book.worksheets) == 1)
        except (KeyError, ValueError, TypeError, AttributeError, SyntaxError, IndexError) as error:
            raise DocumentError(DocumentStatus.CORRUPT, f"A sheet is damaged: {error}.") from error
        finally:
            book.close()
    for note in notes:
        composer.paragraph(note)
    if not composer.empty:
        yield composer.parsed(first_of(title, stem(name)), _MEDIA_TYPE, date=date, about=about)
    inner = 0
    with Archive(path) as archive:
        for document in embedded(archive, name, nesting):
            inner += 1
            yield document
    if composer.empty and not inner:
        raise DocumentError(DocumentStatus.BLANK, "The workbook has no filled cell.")


def _comments(archive: Archive) -> Iterator[str]:
    """What people noted at cells; a threaded comment stands in a plain one too."""
    for part in sorted(part for part in archive.names if re.match(r"xl/(comments/)?comments?\d*\.xml$", part)):
        for node in archive.xml(part).iter():
            if local(node) == "comment":
                text = "".join(inner.text or "" for inner in node.iter() if local(inner) == "t")
                yield text.partition("Comment:\n")[2] or text if text.startswith("[Threaded comment]") else text


def _refuse_entities(archive: Archive) -> None:
    for part in archive.names:
        if part.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.bytes(part)[:4096]:
            raise DocumentError(
                DocumentStatus.CORRUPT, f"Its part {part} declares a document type, as no office program does."
            )


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[list[Cell]]:
    sheet.reset_dimensions()  # what a file says of its own size is not to be relied on
    for raw in sheet.iter_rows():
        yield [_cell(cell) for cell in raw]


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
