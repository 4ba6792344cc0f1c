"""Word documents and Excel workbooks."""

from __future__ import annotations

import io
from datetime import date, datetime

import docx
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from maker.archive import settle
from maker.recipe import Recipe


def document(recipe: Recipe) -> bytes:
    """Write a docx file with Word's own heading, list, quote and table styles."""
    word = docx.Document()
    properties = word.core_properties
    properties.title, properties.author, properties.last_modified_by = recipe.title, recipe.author, recipe.author
    properties.comments = ""
    properties.created = properties.modified = datetime.fromisoformat(recipe.date)
    word.add_heading(recipe.title, 0)
    word.add_paragraph(f"{recipe.author}, {recipe.date}", "Subtitle")
    for block in recipe.blocks:
        if block.kind == "heading":
            word.add_heading(block.text, 1)
        elif block.kind == "bullets":
            for row in block.rows:
                word.add_paragraph(row[0], "List Bullet")
        elif block.kind == "table":
            table = word.add_table(0, len(block.rows[0]), "Light Grid Accent 1")
            for row in block.rows:
                for cell, value in zip(table.add_row().cells, row, strict=True):
                    cell.text = "" if value is None else str(value)
        else:
            word.add_paragraph(block.text, "Quote" if block.kind == "quote" else None)
    out = io.BytesIO()
    word.save(out)
    return settle(out.getvalue(), f"{recipe.date}T09:00:00Z")


def workbook(recipe: Recipe) -> bytes:
    """Write an xlsx file, a sheet a table: bold frozen header, real dates and numbers, columns as wide as they need."""
    book = Workbook()
    book.properties.title, book.properties.creator = recipe.title, recipe.author
    book.properties.created = datetime.fromisoformat(recipe.date)
    for number, block in enumerate(block for block in recipe.blocks if block.kind == "table"):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = block.name
        for row in block.rows:
            sheet.append(row)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for column in range(1, len(block.rows[0]) + 1):
            width = max(_width(row[column - 1]) for row in block.rows)
            sheet.column_dimensions[get_column_letter(column)].width = min(60, width + 2)
    out = io.BytesIO()
    book.save(out)
    return settle(out.getvalue(), f"{recipe.date}T09:00:00Z")


def _width(value: object) -> int:
    if isinstance(value, date):
        return 10
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in str(value or ""))  # a Chinese character takes two columns
