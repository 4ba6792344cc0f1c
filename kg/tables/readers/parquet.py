"""Parquet files, by the engine that the tables are kept in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import DocumentError
from kg.ingest.composer import one_line, stem
from kg.tables.readers.texts import SEPARATOR, text_of
from kg.tables.source import SourceColumn, SourceTable
from kg.types import DocumentStatus


def read(path: Path) -> Iterator[SourceTable]:
    """Read the one table of a file.

    Raises:
        DocumentError: it is damaged (CORRUPT).
    """
    import duckdb

    try:
        with duckdb.connect(config={"memory_limit": "128MB", "threads": "1"}) as engine:
            relation = engine.execute("SELECT * FROM read_parquet(?)", [str(path)])
            columns = tuple(_column(name, str(kind)) for name, kind, *_ in relation.description or ())
            yield SourceTable(stem(path.name), columns, _rows(relation))
    except duckdb.Error as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The file is damaged: {one_line(str(error))[:200]}.") from error


def _rows(relation: Any) -> Iterator[list[str]]:
    while block := relation.fetchmany(2_000):
        for row in block:
            yield [text_of(value) for value in row]


def _column(name: str, kind: str) -> SourceColumn:
    kind = kind.upper()
    if kind.endswith("[]") or kind == "LIST":
        return SourceColumn(name, separator=SEPARATOR)
    return SourceColumn(name, kind_of_type(kind))


def kind_of_type(kind: str) -> str | None:
    """The kind of value that a database's type holds."""
    kind = kind.upper()
    if kind.startswith(("BOOL",)):
        return "Boolean"
    if kind.startswith(("DATE", "TIMESTAMP")):
        return "Date"
    if any(part in kind for part in ("INT", "DECIMAL", "NUMERIC", "DOUBLE", "FLOAT", "REAL", "NUMBER", "MONEY")):
        return "Number"
    return None
