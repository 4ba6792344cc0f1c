"""Sheets of workbooks: the tables on them, set apart by blank rows, and the lines above those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kg.ingest.cells import EMPTY, Cell
from kg.ingest.columns import first_row_names
from kg.ingest.composer import Composer
from kg.ingest.tables import write_table

_PLAIN_SHEET = re.compile(r"(?i)(sheet|table|tabelle|feuil|hoja|工作表)\s*\d*$")
_BLANK_ROWS = 1000  # after so many blank rows nothing more is expected

Rows = Iterable[Sequence[Cell]]


def write_sheet(composer: Composer, sheet: str, file: str, rows: Rows, *, alone: bool) -> None:
    """Write the tables of a sheet, their rows as records.

    Args:
        composer: Where to.
        sheet: The sheet's name.
        file: The workbook's name, which names tables of sheets that have none of their own.
        rows: The rows of the sheet, blank ones included.
        alone: Whether it is the only sheet.
    """
    plain = bool(_PLAIN_SHEET.match(sheet))
    name = file if plain and alone else f"{file} {sheet}" if plain else sheet
    regions = list(_regions(rows))
    if regions and not plain:
        composer.heading(sheet, 1)
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


def _regions(rows: Rows) -> Iterator[list[list[Cell]]]:
    """Cut a sheet at its blank rows, and a table at the blank columns at its left."""
    region: list[list[Cell]] = []
    blank = 0
    for raw in rows:
        row = list(raw)
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
