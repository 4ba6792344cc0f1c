"""Keys of rows, and the names of rows that others point at."""

from __future__ import annotations

from collections.abc import Sequence

from kg.tables.column import Column, called
from kg.tables.dataset import DataSet, Spooled
from kg.tables.mapping import Mapping, TableMapping


def row_sql(table: Spooled) -> str:
    """All that a row says, as one text."""
    cells = ", ".join(f"coalesce(c{place}, '')" for place in range(len(table.columns)))
    return f"concat_ws(chr(31), {cells})"


def key_sql(table: Spooled, meaning: TableMapping) -> str:
    """The key of a row: what stands in its key columns, else a hash of all that it says.

    Rows that say the very same are one.
    """
    fallback = f"('row ' || substr(md5({row_sql(table)}), 1, 16))"
    if not meaning.key:
        return fallback
    cells = [table.column(name) for name in meaning.key]
    blank = " OR ".join(f"{cell} IS NULL" for cell in cells)
    joined = cells[0] if len(cells) == 1 else f"concat_ws('|', {', '.join(cells)})"
    return f"(CASE WHEN {blank} THEN {fallback} ELSE {joined} END)"


class Names:
    """Finds keys and names of the rows that columns point at.

    Args:
        data: The tables.
        mapping: What they mean.
    """

    def __init__(self, data: DataSet, mapping: Mapping) -> None:
        self._data = data
        self._mapping = mapping
        self._made: dict[tuple[str, tuple[str, ...]], str] = {}

    def relation(self, table: str, columns: tuple[str, ...]) -> str:
        """A table of the engine that tells for each value of some columns the one row that has it.

        Its columns are the value v, the key k, given name or name a, family name f; k is NULL where several rows have
        the value.
        """
        if (table, columns) not in self._made:
            self._made[table, columns] = self._make(table, columns)
        return self._made[table, columns]

    def joins(self, columns: Sequence[Column]) -> tuple[str, list[str]]:
        """How to join the rows that columns point at, and what to select of them: key, given name, family name.

        Each column that points by its whole cell adds three, in the order of the columns.
        """
        joins: list[str] = []
        extra: list[str] = []
        for column in columns:
            if column.target is not None and column.separator is None:
                name = f"r{len(joins)}"
                relation = self.relation(column.target[0], column.target[1])
                joins.append(f"LEFT JOIN {relation} {name} ON {name}.v = {column.value_sql('t')}")
                extra += [f"{name}.k", f"{name}.a", f"{name}.f"]
        return " ".join(joins), extra

    def look_up(
        self, rows: Sequence[Sequence[str | None]], columns: Sequence[Column], lead: int
    ) -> dict[str, tuple[str, str]]:
        """Find the rows that lists of values point at.

        Args:
            rows: The rows that hold the lists.
            columns: The columns.
            lead: Where the first column stands in a row.

        Returns:
            Key and name by the column's name, a tab, and the value.
        """
        found: dict[str, tuple[str, str]] = {}
        for column in columns:
            if column.target is None or column.separator is None:
                continue
            values = {piece for row in rows for piece in column.pieces(row[lead + column.place])}
            if values:
                relation = self.relation(column.target[0], column.target[1])
                query = f"SELECT v, k, a, f FROM {relation} WHERE k IS NOT NULL AND v IN (SELECT unnest(?))"
                for value, key, given, family in self._data.query(query, [sorted(values)]):
                    found[f"{column.name}\t{value}"] = (key, called(given, family))
        return found

    def _make(self, table: str, columns: tuple[str, ...]) -> str:
        spooled, meaning = self._data.tables[table], self._mapping.tables[table]
        name = f"names{len(self._made)}"
        cells = [spooled.column(column) for column in columns]
        value = cells[0] if len(cells) == 1 else f"concat_ws('|', {', '.join(cells)})"
        filled = " AND ".join(f"{cell} IS NOT NULL" for cell in cells)
        parts = [spooled.column(part) for part in meaning.name[:2]]
        given, family = [*(f"min({part})" for part in parts), "NULL", "NULL"][:2]
        key = key_sql(spooled, meaning)
        self._data.run(
            f"CREATE TABLE {name} AS SELECT {value} v, CASE WHEN count(DISTINCT {key}) = 1 THEN min({key}) END k,"
            f" {given}::VARCHAR a, {family}::VARCHAR f FROM {spooled.relation} WHERE {filled} GROUP BY 1"
        )
        return name
