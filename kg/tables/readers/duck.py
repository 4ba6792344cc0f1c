"""DuckDB's databases, by the engine itself, which says more of them than its driver for SQLAlchemy does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DocumentError, InputError
from kg.ingest.composer import one_line
from kg.tables.readers.texts import SEPARATOR, kind_of_type, text_of
from kg.tables.source import Foreign, SourceColumn, SourceTable
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import duckdb

_SETTINGS = {"memory_limit": "128MB", "threads": "1", "async_threads": "1", "autoload_known_extensions": "false"}


@contextmanager
def opened(path: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database to be read, or an engine without one."""
    import duckdb

    place = ":memory:" if path is None else str(path)
    with duckdb.connect(place, read_only=path is not None, config=dict(_SETTINGS)) as engine:
        yield engine


def read(path: Path) -> Iterator[SourceTable]:
    """Read every table of a database, in the order of their names.

    Raises:
        InputError: there is no such file.
        DocumentError: it is damaged, or of another version (CORRUPT).
    """
    import duckdb

    if not path.is_file():
        raise InputError(f"there is no DuckDB file {str(path)!r}")
    try:
        with opened(path) as engine:
            tables = engine.execute(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL"
            ).fetchall()
            for schema, table in tables:
                alone = sum(other == table for _, other in tables) == 1
                yield _table(engine, schema, table, table if alone else f"{schema}.{table}")
    except duckdb.Error as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The database is damaged: {one_line(str(error))[:200]}") from error


def column_of(name: str, kind: str) -> SourceColumn:
    """A column of one of the engine's types."""
    kind = kind.upper()
    if kind.endswith("]") or kind == "LIST":
        return SourceColumn(name, separator=SEPARATOR)
    return SourceColumn(name, kind_of_type(kind))


def rows_of(found: Any) -> Iterator[list[str]]:
    """The texts of what was selected, as they are fetched."""
    while block := found.fetchmany(2_000):
        for row in block:
            yield [text_of(value) for value in row]


def _table(engine: duckdb.DuckDBPyConnection, schema: str, table: str, called: str) -> SourceTable:
    columns = engine.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = ? AND table_name = ?"
        " ORDER BY column_index",
        [schema, table],
    ).fetchall()
    constraints = engine.execute(
        "SELECT constraint_type, constraint_column_names, referenced_table, referenced_column_names"
        " FROM duckdb_constraints() WHERE schema_name = ? AND table_name = ? ORDER BY constraint_index",
        [schema, table],
    ).fetchall()
    key = next((tuple(names) for kind, names, _, _ in constraints if kind == "PRIMARY KEY"), ())
    foreign = tuple(
        Foreign(tuple(names), str(target), tuple(ends or ()))
        for kind, names, target, ends in constraints
        if kind == "FOREIGN KEY"
    )
    quoted = ".".join('"' + name.replace('"', '""') + '"' for name in (schema, table))
    rows = rows_of(engine.cursor().execute(f"SELECT * FROM {quoted}"))
    return SourceTable(called, tuple(column_of(name, kind) for name, kind in columns), rows, key, foreign)
