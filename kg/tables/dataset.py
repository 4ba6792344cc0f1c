"""The tables of one data set, spooled into an engine that looks through them within bounded memory."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kg.errors import DocumentError
from kg.ingest.composer import clean
from kg.tables.source import Foreign, SourceColumn, SourceTable
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import duckdb

MEMORY = "256MB"
MOST_COLUMNS = 1_000
LONGEST_CELL = 16 << 20  # characters
_BREATH = 50_000  # rows after which a sign of life is given
_BLANK = frozenset({"", "null", "\\n", "\\x", "n/a", "#n/a", "nan", "none"})


@dataclass(frozen=True, slots=True)
class Spooled:
    """A table in the engine: columns are called c0, c1 ... there, all of text, a blank cell is NULL."""

    name: str
    relation: str
    file: str
    columns: tuple[SourceColumn, ...]
    rows: int
    key: tuple[str, ...] = ()
    references: tuple[Foreign, ...] = ()

    def column(self, name: str) -> str:
        """What a column is called in the engine.

        Raises:
            KeyError: the table has none of this name.
        """
        for place, column in enumerate(self.columns):
            if column.name == name:
                return f"c{place}"
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether there is a column of this name."""
        return any(column.name == name for column in self.columns)


class DataSet:
    """Tables that belong together: rows of one refer to rows of another.

    Args:
        name: What people call it.
        scratch: A folder for what does not fit in memory; a new one where None.
    """

    def __init__(self, name: str, scratch: Path | None = None) -> None:
        import duckdb

        self.name = name
        self.tables: dict[str, Spooled] = {}
        self._own = scratch is None
        self.folder = Path(tempfile.mkdtemp(prefix="loregraph-")) if scratch is None else scratch
        settings: dict[str, Any] = {
            "memory_limit": MEMORY,
            "threads": "1",
            "async_threads": "1",
            "temp_directory": str(self.folder / "spill"),
            "preserve_insertion_order": "true",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        self._engine: duckdb.DuckDBPyConnection = duckdb.connect(str(self.folder / "tables.duckdb"), config=settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget the tables."""
        with suppress(Exception):
            self._engine.close()
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, table: SourceTable, file: str = "", alive: Callable[[], None] = lambda: None) -> Spooled | None:
        """Take a table in.

        Args:
            table: The table; its rows are read once.
            file: Where it comes from.
            alive: Called now and then.

        Returns:
            The table in the engine, under a name of its own; None where it has no rows.

        Raises:
            DocumentError: it has too many columns (TOO_LARGE).
        """
        if len(table.columns) > MOST_COLUMNS:
            reason = f"Table {table.name!r} has more than {MOST_COLUMNS} columns."
            raise DocumentError(DocumentStatus.TOO_LARGE, reason)
        relation = f"t{len(self.tables)}"
        spool = self.folder / f"{relation}.csv"
        width = len(table.columns)
        rows = 0
        try:
            with spool.open("w", encoding="utf-8", newline="") as file_object:
                writer = csv.writer(file_object, lineterminator="\n", quoting=csv.QUOTE_ALL)
                for row in table.rows:
                    cells = [_cell(text) for text in row[:width]]
                    if any(cells):
                        writer.writerow(cells + [""] * (width - len(cells)))
                        rows += 1
                        if not rows % _BREATH:
                            alive()
            if not rows:
                return None
            self._load(relation, spool, width)
        finally:
            spool.unlink(missing_ok=True)
        spooled = Spooled(self._free(table.name), relation, file, table.columns, rows, table.key, table.references)
        self.tables[spooled.name] = spooled
        return spooled

    def query(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Ask the engine; rows come as they are fetched."""
        cursor = self._engine.cursor()
        try:
            cursor.execute(sql, list(parameters))
            while block := cursor.fetchmany(2_000):
                yield from block
        finally:
            cursor.close()

    def one(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...]:
        """Ask the engine for one row."""
        row = self._engine.execute(sql, list(parameters)).fetchone()
        assert row is not None
        return tuple(row)

    def run(self, sql: str) -> None:
        """Have the engine do something."""
        self._engine.execute(sql)

    def _load(self, relation: str, spool: Path, width: int) -> None:
        columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
        path = str(spool).replace("'", "''")
        self._engine.execute(
            f"CREATE TABLE {relation} AS SELECT * FROM read_csv('{path}', auto_detect=false, header=false, delim=',',"
            f" quote='\"', escape='\"', nullstr='', allow_quoted_nulls=true, new_line='\\n', columns={{{columns}}},"
            f" max_line_size={4 * LONGEST_CELL}, parallel=false)"
        )

    def _free(self, name: str) -> str:
        if name not in self.tables:
            return name
        return next(free for n in count(2) if (free := f"{name} ({n})") not in self.tables)


def _cell(text: str) -> str:
    if text.isprintable() and text[:1] != " " != text[-1:]:
        return "" if len(text) < 5 and text.lower() in _BLANK else text
    text = clean(text[:LONGEST_CELL]).strip()
    return "" if text.lower() in _BLANK else text
