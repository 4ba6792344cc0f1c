"""Old and binary Excel workbooks (xls, xlsb), read by calamine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.cells import cell_of
from kg.ingest.composer import Composer, stem
from kg.ingest.loaders.sheets import write_sheet
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a workbook: values as Excel last computed them, rows as records of the table named as their sheet.

    Raises:
        DocumentError: it is damaged (CORRUPT), protected (ENCRYPTED), or has no filled cell (BLANK).
    """
    import python_calamine

    composer = Composer()
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            for sheet in book.sheet_names:
                rows = ([cell_of(value) for value in row] for row in book.get_sheet_by_name(sheet).iter_rows())
                write_sheet(composer, sheet, stem(name), rows, alone=len(book.sheet_names) == 1)
    except python_calamine.PasswordError as error:
        raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The workbook is damaged: {error}.") from error
    if composer.empty:
        raise DocumentError(DocumentStatus.BLANK, "The workbook has no filled cell.")
    yield composer.parsed(stem(name), "application/vnd.ms-excel")
