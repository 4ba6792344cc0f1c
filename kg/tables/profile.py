"""What the columns of a data set hold, found by the engine: types, distinct counts, blanks, containment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.ingest.cells import Cell, Kind, kind_of
from kg.ingest.composer import one_line
from kg.tables.dataset import DataSet, Spooled

SAMPLE = 1_000
"""Distinct values by which a column is judged; which ones depends on the values alone, not on the order of rows."""
MOST_VALUES = 50
"""A column of at most so many distinct values may be an enumeration."""


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column.

    Attributes:
        name: What it is called.
        place: Where it stands, from 0.
        filled: Rows with a value.
        distinct: Different values.
        longest: Characters of the longest value.
        mean: Mean number of characters of a value.
        sample: Some of the distinct values.
        values: All distinct values, the commonest first, where they are few; else none.
        kind: What the values are.
        separator: Of lists in a cell, where the source declares it.
        unit: Of all values, where the source declares it.
        declared: The kind that the source declares.
    """

    name: str
    place: int
    filled: int
    distinct: int
    longest: int
    mean: float
    sample: tuple[str, ...]
    values: tuple[str, ...]
    kind: Kind
    separator: str | None = None
    unit: str | None = None
    declared: str | None = None

    @property
    def numeric(self) -> bool:
        """Whether every value in the sample is a whole number."""
        return bool(self.sample) and all(text.isascii() and text.isdigit() for text in self.sample)


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One table: its columns and some of its rows."""

    table: Spooled
    columns: tuple[ColumnProfile, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> ColumnProfile:
        """The column of a name."""
        return next(column for column in self.columns if column.name == name)

    def unique(self, column: ColumnProfile) -> bool:
        """Whether every row has a value in a column that no other row has."""
        return column.filled == column.distinct == self.table.rows


def profile(data: DataSet, table: Spooled) -> TableProfile:
    """Look through a table."""
    columns = tuple(_column(data, table, place) for place in range(len(table.columns)))
    everything = _row_text(table)
    some = data.query(f"SELECT * FROM {table.relation} ORDER BY md5({everything}), {everything} LIMIT {SAMPLE}")
    rows = tuple(tuple(one_line(text or "") for text in row) for row in some)
    return TableProfile(table, columns, rows)


def _row_text(table: Spooled) -> str:
    cells = ", ".join(f"coalesce(c{place}, '')" for place in range(len(table.columns)))
    return f"concat_ws(chr(31), {cells})"


def _column(data: DataSet, table: Spooled, place: int) -> ColumnProfile:
    declared = table.columns[place]
    c, t = f"c{place}", table.relation
    grouped = f"(SELECT {c} v, count(*) n FROM {t} WHERE {c} IS NOT NULL GROUP BY {c})"
    filled, distinct, longest, mean = data.one(
        f"SELECT coalesce(sum(n), 0)::BIGINT, count(*), coalesce(max(length(v)), 0),"
        f" coalesce(sum(length(v) * n) / sum(n), 0)::DOUBLE FROM {grouped}"
    )
    sample = tuple(row[0] for row in data.query(f"SELECT v FROM {grouped} ORDER BY md5(v), v LIMIT {SAMPLE}"))
    values: tuple[str, ...] = ()
    if distinct <= MOST_VALUES:
        values = tuple(row[0] for row in data.query(f"SELECT v FROM {grouped} ORDER BY n DESC, v"))
    kind = kind_of(declared.name, (Cell(one_line(text)) for text in sample))
    if declared.kind is not None and kind.value is None and not kind.code:
        kind = Kind(declared.kind)
    return ColumnProfile(
        declared.name, place, int(filled), int(distinct), int(longest), float(mean), sample, values, kind,
        declared.separator, declared.unit, declared.kind,
    )  # fmt: skip


def unique_together(data: DataSet, table: Spooled, columns: Sequence[int]) -> bool:
    """Whether no two rows agree in some columns, and none of these is blank."""
    cells = [f"c{place}" for place in columns]
    filled = " AND ".join(f"{cell} IS NOT NULL" for cell in cells)
    (distinct,) = data.one(
        f"SELECT count(*) FROM (SELECT 1 FROM {table.relation} WHERE {filled} GROUP BY {', '.join(cells)})"
    )
    return int(distinct) == table.rows


def contained(data: DataSet, table: Spooled, column: str, target: Spooled, key: str) -> float:
    """The share of a column's distinct values that stand in a column of another table."""
    found, all_ = data.one(
        f"SELECT count(*) FILTER (WHERE v IN (SELECT {key} FROM {target.relation})), count(*)"
        f" FROM (SELECT DISTINCT {column} v FROM {table.relation} WHERE {column} IS NOT NULL)"
    )
    return float(found) / float(all_) if all_ else 0.0


def known_values(data: DataSet, values: Sequence[str], target: Spooled, key: str) -> set[str]:
    """Those of some values that stand in a column of a table."""
    query = f"SELECT DISTINCT {key} FROM {target.relation} WHERE {key} IN (SELECT unnest(?))"
    return {row[0] for row in data.query(query, [list(values)])}
