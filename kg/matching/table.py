"""Tables of records with an `id` column, and files of record pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.errors import DataError, DocumentError, InputError
from kg.ingest.loaders.csv import read_rows

_ID = ("id", "_id", "rec_id", "record_id", "unique_id", "uuid", "key")
_LEFT = ("left", "left_id", "ltable_id", "id_left", "id1", "id_l")
_RIGHT = ("right", "right_id", "rtable_id", "id_right", "id2", "id_r")
_LABEL = ("label", "gold", "match", "is_match")
_YES = frozenset({"1", "1.0", "true", "yes", "match", "y", "t"})
_NO = frozenset({"0", "0.0", "false", "no", "non-match", "n", "f", "-1"})

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Table:
    """Records: their ids, and their cells by column; a blank cell is "".

    Attributes:
        name: What people call it.
        ids: One id a record, no two alike.
        columns: Column name -> one cell a record; the id column is not among them.
    """

    name: str
    ids: tuple[str, ...]
    columns: Mapping[str, Sequence[str]]
    positions: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        positions = {key: position for position, key in enumerate(self.ids)}
        if len(positions) < len(self.ids):
            twice = next(key for position, key in enumerate(self.ids) if positions[key] != position)
            raise InputError(f"{self.name}: the id {twice!r} stands in several rows; an id names one record")
        if not self.ids:
            raise InputError(f"{self.name}: there is no record in it")
        if not self.columns:
            raise InputError(f"{self.name}: there is no column beside the id: nothing to compare")
        if any(len(cells) != len(self.ids) for cells in self.columns.values()):
            raise InputError(f"{self.name}: a column has more or fewer cells than there are ids")
        object.__setattr__(self, "positions", positions)

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, records: Sequence[Mapping[str, object]], name: str = "records", key: str = "id") -> Table:
        """Make a table of dictionaries.

        Args:
            records: One dictionary a record; None and a missing column are blank.
            name: What people call it.
            key: The column with the id.

        Raises:
            InputError: a record has no id, two have the same one, or there is nothing to compare.
        """
        if any(record.get(key) in (None, "") for record in records):
            raise InputError(f"{name}: a record has no {key!r}")
        names = dict.fromkeys(column for record in records for column in record if column != key)
        cells = {column: tuple(_text(record.get(column)) for record in records) for column in names}
        return cls(name, tuple(_text(record[key]) for record in records), cells)

    def record(self, position: int) -> dict[str, str]:
        """The cells of one record that are not blank."""
        return {column: cells[position] for column, cells in self.columns.items() if cells[position]}

    def position(self, key: str) -> int:
        """Where the record with an id stands.

        Raises:
            InputError: there is none.
        """
        try:
            return self.positions[key]
        except KeyError:
            raise InputError(f"{self.name}: there is no record with the id {key!r}") from None


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of records by position, with labels where they are known.

    Attributes:
        left: Positions in the left table.
        right: Positions in the right table.
        labels: True where the two are the same; None where nobody said.
    """

    left: Indices
    right: Indices
    labels: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.left)

    @classmethod
    def of(cls, left: Table, right: Table, rows: Sequence[tuple[object, ...]]) -> Pairs:
        """Make pairs of (left id, right id) or (left id, right id, label) rows.

        Raises:
            InputError: an id is unknown, or only some rows have a label.
        """
        widths = {len(row) for row in rows}
        if not rows or len(widths) > 1 or not widths <= {2, 3}:
            raise InputError("pairs are (left id, right id) or (left id, right id, label), all of them alike")
        mine = [left.position(str(row[0])) for row in rows]
        yours = [right.position(str(row[1])) for row in rows]
        labels = np.array([bool(row[2]) for row in rows]) if widths == {3} else None
        return cls(np.array(mine, np.int64), np.array(yours, np.int64), labels)

    def joined(self, other: Pairs) -> Pairs:
        """These and others, which have labels as well."""
        if self.labels is None or other.labels is None:
            raise InputError("pairs without labels cannot be learned from")
        ends = (np.concatenate([self.left, other.left]), np.concatenate([self.right, other.right]))
        return Pairs(*ends, np.concatenate([self.labels, other.labels]))


def distinct(table: Table) -> tuple[Table, Indices]:
    """Keep one of each lot of records that are equal but for their ids.

    Returns:
        The table of those kept, and for each record of the given table the position of its like there.
    """
    first: dict[tuple[str, ...], int] = {}
    kept: list[int] = []
    at = np.zeros(len(table), np.int64)
    for position, row in enumerate(zip(*table.columns.values(), strict=True)):
        at[position] = first.setdefault(row, len(first))
        if len(first) > len(kept):
            kept.append(position)
    if len(kept) == len(table):
        return table, at
    cells = {name: tuple(column[n] for n in kept) for name, column in table.columns.items()}
    return Table(table.name, tuple(table.ids[n] for n in kept), cells), at


def read_table(path: Path, key: str | None = None) -> Table:
    """Read the records of a CSV file, in any encoding and with any of the usual delimiters.

    Args:
        path: The file; its first row names the columns.
        key: The column with the id; None: `id`, or another of the usual names.

    Raises:
        DataError: it cannot be read, or has no id column, no records or an id twice.
    """
    head, body = _read(path)
    at = _column(head, (key,) if key else _ID)
    if at is None:
        wanted = f"the column {key!r}" if key else "an id column (`id`)"
        raise DataError(f"{wanted} is missing; there are {', '.join(head)}", str(path), 1)
    for line, row in body:
        if not row[at]:
            raise DataError("the id is blank", str(path), line)
    columns = {name: tuple(row[n] for _, row in body) for n, name in enumerate(head) if n != at}
    try:
        return Table(path.name, tuple(row[at] for _, row in body), columns)
    except InputError as error:
        raise DataError(str(error).removeprefix(f"{path.name}: "), str(path)) from error


def read_pairs(path: Path, left: Table, right: Table, *, labelled: bool = True) -> Pairs:
    """Read pairs of ids with labels from a CSV file with the columns left, right, label (or ltable_id, rtable_id).

    Args:
        path: The file.
        left: The table that the left ids are of.
        right: The table that the right ids are of.
        labelled: Whether a label is needed; else it is read where it is there.

    Raises:
        DataError: it cannot be read, a column is missing, an id is unknown, or a label is neither 0 nor 1.
    """
    head, body = _read(path)
    at = [_column(head, names) for names in (_LEFT, _RIGHT, _LABEL)]
    for name, position in zip(("left", "right", "label")[: 3 if labelled else 2], at, strict=False):
        if position is None:
            raise DataError(f"the column {name!r} is missing; there are {', '.join(head)}", str(path), 1)
    positions: list[tuple[int, int]] = []
    labels: list[bool] = []
    for line, row in body:
        try:
            positions.append((left.position(row[at[0] or 0]), right.position(row[at[1] or 0])))
        except InputError as error:
            raise DataError(str(error), str(path), line) from error
        if at[2] is not None:
            labels.append(_label(row[at[2]], path, line))
    ends = np.array(positions, np.int64)
    return Pairs(ends[:, 0], ends[:, 1], np.array(labels) if labels else None)


def _read(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The column names and the rows with their line numbers, every row as wide as the first."""
    try:
        rows = list(_lines(path))
    except DocumentError as error:
        raise DataError(error.reason, str(path)) from error
    if len(rows) < 2:
        raise DataError("there is no row below the column names", str(path))
    head = [name or f"column {n}" for n, name in enumerate(rows[0][1], 1)]
    head = [name if name not in head[:n] else f"{name} ({n + 1})" for n, name in enumerate(head)]
    for line, row in rows[1:]:
        if len(row) > len(head):
            raise DataError(f"the row has {len(row)} cells, the head {len(head)}", str(path), line)
    return head, [(line, row + [""] * (len(head) - len(row))) for line, row in rows[1:]]


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    for line, row in read_rows(path, path.name):
        yield line, [cell.strip() for cell in row]


def _column(head: Sequence[str], names: Sequence[str]) -> int | None:
    plain = [name.strip().lower() for name in head]
    return next((plain.index(name.lower()) for name in names if name.lower() in plain), None)


def _label(text: str, path: Path, line: int) -> bool:
    if text.lower() in _YES or text.lower() in _NO:
        return text.lower() in _YES
    raise DataError(f"the label {text!r} is neither 1 nor 0", str(path), line)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
