"""Writes the tables of a data set as documents, as a mapping says.

Rows fall into documents by a hash of their key, so that a row that comes, changes or goes touches one document, and the
order in which rows come does not matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from kg.ingest.composer import Composer, one_line, stem
from kg.ingest.parsed import Field, Parsed, Record
from kg.ingest.tables import fields_at, line_of
from kg.tables.column import LEAD, Column
from kg.tables.columns import columns_of
from kg.tables.dataset import DataSet, Spooled
from kg.tables.mapping import Mapping, TableMapping
from kg.tables.names import Names, key_sql, row_sql
from kg.tables.schema import schema_of

ROWS = 256
"""Rows of one document, about: a changed row costs the reading of so many."""
MEDIA_TYPE = "text/csv"
_BLOCK = 2_000


def documents(data: DataSet, mapping: Mapping, alive: Callable[[], None] = lambda: None) -> Iterator[Parsed]:
    """Write every table that is not left out.

    Args:
        data: The tables.
        mapping: What they mean.
        alive: Called now and then.

    Yields:
        Documents, a table's one after the other.
    """
    names = Names(data, mapping)
    for name, table in data.tables.items():
        alive()
        meaning = mapping.tables[name]
        if not meaning.skip:
            yield from _table(data, mapping, table, meaning, names)


def buckets(rows: int) -> int:
    """The number of documents of a table: a power of two, so that it seldom changes as the table grows."""
    return 1 << max(0, (rows - 1) // ROWS).bit_length()


@dataclass(frozen=True, slots=True)
class _Shape:
    """What every row of a table has in common."""

    table: Spooled
    meaning: TableMapping
    columns: tuple[Column, ...]


def _table(data: DataSet, mapping: Mapping, table: Spooled, meaning: TableMapping, names: Names) -> Iterator[Parsed]:
    columns = columns_of(table, meaning)
    shape = _Shape(table, meaning, columns)
    schema = schema_of(mapping, table.name, data.name)
    digest = hashlib.sha256(
        repr([(one.table, one.scope, one.type, sorted(one.relations.items())) for one in schema]).encode()
        + meaning.model_dump_json().encode()
    ).hexdigest()[:12]
    number = buckets(table.rows)
    places = [f"c{place}" for place in range(len(table.columns))]
    joins, extra = names.joins(columns)
    rows = data.query(
        f"SELECT t.b, t.k, {', '.join(f't.{place}' for place in places)}{''.join(f', {one}' for one in extra)} FROM ("
        f"SELECT *, {key_sql(table, meaning)} k, ('0x' || substr(md5({key_sql(table, meaning)}), 1, 8))::UINTEGER"
        f" % {number} b, md5({row_sql(table)}) h FROM {table.relation}) t {joins} ORDER BY t.b, length(t.k), t.k, t.h"
    )
    alone = sum(other.file == table.file for other in data.tables.values()) == 1 and bool(stem(table.file))
    whole_file = alone and stem(table.file) == table.name
    identity = table.file if whole_file else f"{table.file or data.name}#{table.name}"
    title = f"{stem(data.name)}: {table.name}"
    for bucket, some in groupby(_blocks(rows), key=lambda row: row[0]):
        composer = Composer()
        for block in _portions(some):
            found = names.look_up(block, columns, LEAD)
            for row in block:
                _write(composer, shape, row, found, len(places))
        if composer.empty:
            continue
        last = f"{'#' if whole_file else '/'}{bucket + 1}" if bucket else ""
        yield composer.parsed(
            f"{title} ({bucket + 1})" if bucket else title,
            MEDIA_TYPE,
            metadata={"table": table.name, "mapping": digest},
            external_id=f"{identity}{last}",
            schema=schema,
        )


def _blocks(rows: Iterator[Sequence[str | None]]) -> Iterator[Sequence[str | None]]:
    yield from rows


def _portions(rows: Iterator[Sequence[str | None]]) -> Iterator[list[Sequence[str | None]]]:
    while block := list(islice(rows, _BLOCK)):
        yield block


def _write(
    composer: Composer,
    shape: _Shape,
    row: Sequence[str | None],
    found: dict[str, tuple[str, str]],
    width: int,
) -> None:
    """Write one row: a line, and its free texts below it."""
    meaning = shape.meaning
    cells = [(column, column.cells(row, found)) for column in shape.columns]
    texts = [(column, row[LEAD + column.place] or "") for column, _ in cells if column.text]
    line, places = line_of((column.name, some) for column, some in cells if not column.text)
    if not line:
        return
    key = one_line(str(row[1]))
    start, end = composer.row(line)
    fields = list(fields_at(start, places))
    named = next((cell.text for column, cell, _ in places if column == meaning_name(meaning)), key)
    for column, text in texts:
        begin, stop = composer.paragraph(text, under=f"{named}: {column.name}")
        if begin < stop:
            fields.append(Field(column.name, one_line(text), begin, stop))
    identifiers = tuple(
        f"{kind}:{''.join(cell.text.split()).upper()}"
        for name, kind in meaning.identifiers.items()
        for column, cell, _ in places
        if column == name
    )
    composer.record(
        Record(
            shape.table.name, key, meaning_name(meaning), tuple(fields), start, end, meaning.key, meaning.link,
            meaning.aliases, identifiers,
        )
    )  # fmt: skip


def meaning_name(meaning: TableMapping) -> str | None:
    """The column of the document that names a row."""
    return "name" if len(meaning.name) > 1 else meaning.name[0] if meaning.name else None
