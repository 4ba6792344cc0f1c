"""The columns of a table as they are written, as its mapping says."""

from __future__ import annotations

from kg.ingest.cells import Kind
from kg.tables.column import LEAD, Column
from kg.tables.dataset import Spooled
from kg.tables.mapping import ColumnMapping, TableMapping


def columns_of(table: Spooled, meaning: TableMapping) -> tuple[Column, ...]:
    """The columns of a table's documents, in their order; those that are left out are missing."""
    columns: list[Column] = []
    extra = LEAD + len(table.columns)
    if len(meaning.name) > 1:
        parts = tuple(int(table.column(part)[1:]) for part in meaning.name[:2])
        columns.append(Column("name", parts[0], parts=parts, person=True))
    for place, source in enumerate(table.columns):
        said = meaning.columns.get(source.name, ColumnMapping())
        if said.skip:
            continue
        target = said.target
        column = Column(
            source.name, place, kind=_kind(said), unit=said.unit, separator=said.list, text=said.text,
            target=None if target is None else (target[0], (target[1],)), extra=extra,
        )  # fmt: skip
        extra += 3 if target is not None and said.list is None else 0
        columns.append(column)
    for one in meaning.references:
        places = tuple(int(table.column(part)[1:]) for part in one.columns)
        columns.append(
            Column("|".join(one.columns), places[0], target=(one.table, one.targets), extra=extra, parts=places)
        )
        extra += 3
    return tuple(columns)


def _kind(said: ColumnMapping) -> Kind:
    known = said.kind if said.kind in ("Number", "Money", "Date", "Boolean", "Email", "Url") else None
    return Kind(known, said.day_first)
