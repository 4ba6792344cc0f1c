"""Workbooks: the tables on their sheets, as the loader of the format finds them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kg.ingest.loaders import HEAD, loader_for
from kg.ingest.parsed import Parsed, Record
from kg.tables.source import Source, SourceColumn, SourceTable
from kg.types import Chunk, ChunkKind


def read(path: Path) -> Iterator[Source]:
    """Read the tables of a workbook; what stands outside of them is a document of its own.

    Raises:
        DocumentError: as its loader.
    """
    with path.open("rb") as file:
        loader = loader_for(path, file.read(HEAD))
    for part in loader.load(path, str(path)):
        if not isinstance(part, Parsed) or not part.records:
            yield part
            continue
        tables: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for record in part.records:
            tables[record.table, record.key.partition(".")[0] if "." in record.key else ""].append(record)
        for (name, _), records in tables.items():
            yield _table(name, records)
        if (rest := _outside(part)) is not None:
            yield rest


def _table(name: str, records: list[Record]) -> SourceTable:
    kinds: dict[str, Counter[tuple[str, str | None] | None]] = defaultdict(Counter)
    for record in records:
        for cell in record.fields:
            kinds[cell.column][None if cell.value is None else (cell.value.kind, cell.value.unit)] += 1
    columns = []
    for column, found in kinds.items():
        only = next(iter(found)) if len(found) == 1 else None
        columns.append(SourceColumn(column, *(only or (None, None))))
    rows = [{cell.column: cell.text for cell in record.fields} for record in records]
    return SourceTable(name, tuple(columns), [[row.get(column, "") for column in kinds] for row in rows])


def _outside(part: Parsed) -> Parsed | None:
    """What of a workbook is no row of a table."""
    inside = {record.start for record in part.records}
    pieces = [chunk for chunk in part.chunks if chunk.start not in inside]
    if all(chunk.kind is ChunkKind.HEADING for chunk in pieces):
        return None
    text, chunks = "", []
    for chunk in pieces:
        text += "\n\n" if text else ""
        start = len(text)
        text += part.text[chunk.start : chunk.end]
        chunks.append(Chunk(start, len(text), chunk.kind, chunk.heading, chunk.page))
    return replace(part, text=text, chunks=tuple(chunks), records=())
