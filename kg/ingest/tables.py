"""Writes tables into a document's text, a row a line, and says by offsets what each row and cell is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from kg.ingest.cells import EMPTY, SAMPLE, Cell, Kind, Row, kind_of
from kg.ingest.columns import (
    LONGEST_NAME,
    column_names,
    first_row_names,
    has_name,
    key_candidates,
    naming_column,
    person_columns,
)
from kg.ingest.composer import Composer
from kg.ingest.parsed import Field, Record

PART = 10_000
"""Rows of one document: a longer table is several, so that neither memory nor time of one parse limit what is read."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose columns are known."""

    name: str
    columns: tuple[str, ...]
    name_column: int | None = None
    key_columns: tuple[int, ...] = ()  # none: the row's number is its key
    link: bool = False
    prefix: str = ""  # of keys, where a document has several tables of the name: alike keys need not mean one thing


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look through the rows of a table shows."""

    head: Row | None
    sample: list[Row]  # the first rows below the head
    width: int
    key: int | None  # the column that tells the rows apart


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a table are written."""

    table: Table
    kinds: tuple[Kind, ...]  # of the columns as they come
    person: tuple[int, int] | None = None  # the columns of given and family name, put together in a new first one

    def cells(self, row: Row) -> list[Cell]:
        """Make the cells to write of a row as it comes."""
        cells = [kind.of(cell) for kind, cell in zip(self.kinds, row, strict=False)]
        cells += [EMPTY] * (len(self.kinds) - len(cells))
        if self.person is None:
            return cells
        return [Cell(full_name(*(cells[place].text for place in self.person))), *cells]


def survey(rows: Iterable[Row], head: Row | None = None) -> Survey:
    """Look through all rows of a table once.

    Args:
        rows: Its rows, the first perhaps a head; none of them blank.
        head: Its head where the source marks it as such.
    """
    stream = iter(rows)
    sample = list(islice(stream, SAMPLE))
    if head is None and first_row_names(sample):
        head = sample.pop(0)
    candidates = {place: set[str]() for place in key_candidates([cell.text for cell in head])} if head else {}
    width = 0
    for row in chain(sample, stream):
        width = max(width, len(row))
        for place in list(candidates):
            text = row[place].text if place < len(row) else ""
            if not text or len(text) > LONGEST_NAME or text in candidates[place]:
                del candidates[place]  # a blank tells nothing apart
            else:
                candidates[place].add(text)
    return Survey(head, sample, width, next(iter(candidates), None))


def lay_out(name: str, found: Survey, *, prefix: str = "", records: bool = True) -> Layout | None:
    """Decide how the rows of a table are written.

    Args:
        name: The table's name.
        found: What a look through it showed.
        prefix: What its keys begin with.
        records: Whether its rows are records, which need names.

    Returns:
        None where nothing names the columns.
    """
    if found.head is None or not found.sample or not any(cell.text for cell in found.head):
        return None
    names = column_names(found.head, max(found.width, len(found.head)))
    person = person_columns(names) if records and not has_name(names) else None
    naming = 0 if person else naming_column(name, names, found.sample)
    lead = 1 if person else 0
    keys = () if found.key is None else (found.key + lead,)
    kinds = tuple(
        kind_of(column, (row[place] for row in found.sample if place < len(row))) if lead or place != naming else Kind()
        for place, column in enumerate(names)
    )
    columns = ("name", *names) if person else names
    return Layout(Table(name, columns, naming, keys, prefix=prefix), kinds, person)


def write_table(
    composer: Composer, name: str, rows: Sequence[Row], *, head: Row | None = None, records: bool = False
) -> None:
    """Write a table whose columns are yet to be understood.

    Args:
        composer: Where to.
        name: The table's name.
        rows: Its rows, the first perhaps a head.
        head: Its head where the source marks it as such.
        records: Whether its rows are records of things, not just lines.
    """
    body = [row for row in rows if any(cell.text for cell in row)]
    found = survey(body, head)
    number = composer.table_number(name)
    layout = lay_out(name, found, prefix="" if number == 1 else f"{number}.", records=records)
    if layout is None:
        write_lines(composer, body if head is None else [head, *body])
        return
    if head is None:
        head, body = body[0], body[1:]
    filled = {place for row in body for place, cell in enumerate(row) if cell.text}
    if unfilled := [cell for place, cell in enumerate(head) if cell.text and place not in filled]:
        write_lines(composer, [unfilled])  # the name of a column is written with its cells, and these have none
    write_rows(composer, layout.table, map(layout.cells, body), records=records)


def write_lines(composer: Composer, rows: Iterable[Row]) -> None:
    """Write rows whose columns have no names."""
    for row in rows:
        if line := "; ".join(cell.text for cell in row if cell.text):
            composer.row(line)


def full_name(given: str, family: str) -> str:
    """Put a person's name together: 任 and 正非 are 任正非, Ada and Lovelace are Ada Lovelace."""
    if any("\u4e00" <= char <= "\u9fff" for char in given + family):
        return family + given
    return f"{given} {family}".strip()


def write_rows(
    composer: Composer,
    table: Table,
    rows: Iterable[Row],
    *,
    records: bool = True,
    first: int = 1,
    keys: Sequence[str] | None = None,
) -> int:
    """Write the rows of a table that is understood, "column: value; column: value", empty cells left out.

    Args:
        composer: Where to.
        table: The table.
        rows: Its rows, as wide as its columns.
        records: Whether each row is a record.
        first: The number of the first row.
        keys: The rows' keys, where they are not what stands in the key columns.

    Returns:
        The number after that of the last row.
    """
    number = first
    for at, row in enumerate(rows):
        line, places = line_of((column, (cell,)) for column, cell in zip(table.columns, row, strict=False))
        if not line:
            continue
        start, end = composer.row(line)
        if records:
            composer.record(
                Record(
                    table=table.name,
                    key=_key(table, row, number) if keys is None else keys[at],
                    name_column=None if table.name_column is None else table.columns[table.name_column],
                    fields=fields_at(start, places),
                    start=start,
                    end=end,
                    key_columns=tuple(table.columns[index] for index in table.key_columns),
                    link=table.link,
                )
            )
        number += 1
    return number


def line_of(row: Iterable[tuple[str, Sequence[Cell]]]) -> tuple[str, list[tuple[str, Cell, int]]]:
    """Write a row on one line, "column: value; column: value, value"; blank cells are left out.

    Args:
        row: Its columns, each with its values.

    Returns:
        The line, and each value with its column and where it stands in the line.
    """
    pieces: list[str] = []
    places: list[tuple[str, Cell, int]] = []
    length = 0
    for column, cells in row:
        lead = f"{'; ' if pieces else ''}{column}: "
        for cell in cells:
            if cell.text:
                length += len(lead)
                places.append((column, cell, length))
                pieces += (lead, cell.text)
                length += len(cell.text)
                lead = ", "
    return "".join(pieces), places


def fields_at(start: int, places: Sequence[tuple[str, Cell, int]]) -> tuple[Field, ...]:
    """The fields of a line that stands somewhere in a text."""
    return tuple(
        Field(column, cell.text, start + at, start + at + len(cell.text), cell.value, cell.reference)
        for column, cell, at in places
    )


def _key(table: Table, row: Row, number: int) -> str:
    key = "|".join(row[index].text for index in table.key_columns) if table.key_columns else str(number)
    return table.prefix + key
