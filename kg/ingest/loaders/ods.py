"""OpenDocument spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.composer import Composer, first_of, stem
from kg.ingest.loaders.archive import Archive
from kg.ingest.loaders.ooxml import attribute, local
from kg.ingest.loaders.opendocument import body, properties, rows
from kg.ingest.loaders.sheets import write_sheet
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a spreadsheet: values as last computed, rows as records of the table named as their sheet.

    Raises:
        DocumentError: it is damaged, protected, expands to too much, or has no filled cell.
    """
    with Archive(path) as archive:
        title, date, about = properties(archive)
        composer = Composer()
        sheets = [node for node in body(archive, "spreadsheet") if local(node) == "table"]
        for number, sheet in enumerate(sheets, 1):
            called = attribute(sheet, "name") or f"Sheet{number}"
            write_sheet(composer, called, stem(name), rows(sheet), alone=len(sheets) == 1)
    if composer.empty:
        raise DocumentError(DocumentStatus.BLANK, "The spreadsheet has no filled cell.")
    media_type = "application/vnd.oasis.opendocument.spreadsheet"
    yield composer.parsed(first_of(title, stem(name)), media_type, date=date, about=about)
