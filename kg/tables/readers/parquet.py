"""Parquet files, by the engine that the tables are kept in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.composer import one_line, stem
from kg.tables.readers.duck import column_of, opened, rows_of
from kg.tables.source import SourceTable
from kg.types import DocumentStatus


def read(path: Path) -> Iterator[SourceTable]:
    """Read the one table of a file.

    Raises:
        DocumentError: it is damaged (CORRUPT).
    """
    import duckdb

    try:
        with opened() as engine:
            found = engine.execute("SELECT * FROM read_parquet(?)", [str(path)])
            columns = tuple(column_of(name, str(kind)) for name, kind, *_ in found.description or ())
            yield SourceTable(stem(path.name), columns, rows_of(found))
    except duckdb.Error as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The file is damaged: {one_line(str(error))[:200]}.") from error
