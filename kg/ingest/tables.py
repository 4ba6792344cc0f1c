"""Writes tables into a document's text, a row a line, and says by offsets what each row and cell is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.ingest.cells import EMPTY, Cell, Row, type_column
from kg.ingest.columns import column_names, first_row_names, has_name, key_column, naming_column, person_columns
from kg.ingest.composer import Composer
from kg.ingest.parsed import Field, Record


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose columns are known."""

    name: str
    columns: tuple[str, ...]
    name_column: int | None = None
    key_columns: tuple[int, ...] = ()  # none: the row's number is its key
    link: bool = False
    prefix: str = ""  # of keys, where a document has several tables of the name: alike keys need not mean one thing


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
    if head is None and first_row_names(body):
        head, body = body[0], body[1:]
    width = max((len(row) for row in body), default=0)
    if head is None or not any(cell.text for cell in head) or not body:
        for row in [head, *body] if head else body:
            if line := "; ".join(cell.text for cell in row if cell.text):
                composer.row(line)
        return
    names = column_names(head, max(width, len(head)))
    filled = [[*row, *[EMPTY] * (len(names) - len(row))] for row in body]
    typed = _typed(names, filled)
    if not records:
        write_rows(composer, Table(name, names), typed, records=False)
        return
    names, typed, naming = named(name, names, typed)
    key = key_column(names, typed)
    if key is not None and naming is not None and key == naming == 0 and len(names) > len(head):
        key = None  # the name that was put together below is no key of the source
    number = composer.table_number(name)
    keys = () if key is None else (key,)
    write_rows(composer, Table(name, names, naming, keys, prefix="" if number == 1 else f"{number}."), typed)


def named(
    table: str, names: tuple[str, ...], rows: list[list[Cell]], skip: frozenset[int] = frozenset()
) -> tuple[tuple[str, ...], list[list[Cell]], int | None]:
    """Find the column that names the rows; a name that stands in two columns is put together in a new first one.

    Returns:
        Columns and rows, with the new column where one was made, and the index of the naming column.
    """
    people = person_columns(names)
    if people is None or has_name(names):
        return names, rows, naming_column(table, names, rows, skip)
    given, family = people
    joined = [[Cell(full_name(row[given].text, row[family].text)), *row] for row in rows]
    return ("name", *names), joined, 0


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
        pieces: list[str] = []
        places: list[tuple[int, Cell, int]] = []
        length = 0
        for index, cell in enumerate(row):
            if not cell.text:
                continue
            lead = f"{'; ' if pieces else ''}{table.columns[index]}: "
            places.append((index, cell, length + len(lead)))
            pieces += (lead, cell.text)
            length += len(lead) + len(cell.text)
        if not pieces:
            continue
        start, end = composer.row("".join(pieces))
        if records:
            fields = tuple(
                Field(table.columns[i], c.text, start + b, start + b + len(c.text), c.value, c.reference)
                for i, c, b in places
            )
            composer.record(
                Record(
                    table=table.name,
                    key=_key(table, row, number) if keys is None else keys[at],
                    name_column=None if table.name_column is None else table.columns[table.name_column],
                    fields=fields,
                    start=start,
                    end=end,
                    key_columns=tuple(table.columns[index] for index in table.key_columns),
                    link=table.link,
                )
            )
        number += 1
    return number


def _key(table: Table, row: Row, number: int) -> str:
    key = "|".join(row[index].text for index in table.key_columns) if table.key_columns else str(number)
    return table.prefix + key


def _typed(names: Sequence[str], rows: Sequence[Row]) -> list[list[Cell]]:
    columns = [type_column(name, [row[index] for row in rows]) for index, name in enumerate(names)]
    return [list(cells) for cells in zip(*columns, strict=True)]
