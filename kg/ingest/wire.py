"""How documents travel from a worker process to its owner: as JSON, since nothing a worker says may run code here."""

from __future__ import annotations

import json
from typing import Any

from kg.ingest.parsed import Field, Parsed, Part, Record, TableSchema, Unread
from kg.ontology import EntityType, Relation
from kg.types import Chunk, ChunkKind, DocumentStatus, Readers, Value


def pack(part: Part) -> bytes:
    """Write a document or a failure; texts of cells are left out, since they stand in the document's text."""
    if isinstance(part, Unread):
        found: dict[str, Any] = {
            "unread": [part.external_id, part.status.value, part.reason, part.title],
        }
    else:
        found = {
            "text": part.text,
            "title": part.title,
            "chunks": [[c.start, c.end, c.kind.value, c.heading, c.page] for c in part.chunks],
            "media_type": part.media_type,
            "date": part.date,
            "metadata": dict(part.metadata),
            "records": [_record(record) for record in part.records],
            "schema": [_schema(schema) for schema in part.schema],
            "external_id": part.external_id,
            "readers": None if part.readers is None else list(part.readers.groups),
        }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace")


def unpack(data: bytes) -> Part:
    """Read what `pack` wrote.

    Raises:
        ValueError: it did not write this, or offsets lie outside the text.
    """
    try:
        found = json.loads(data)
        if "unread" in found:
            identity, status, reason, title = found["unread"]
            return Unread(str(identity), DocumentStatus(status), str(reason), str(title))
        text = found["text"]
        readers = found["readers"]
        return Parsed(
            text=text,
            title=found["title"],
            chunks=tuple(Chunk(*_span(text, c), ChunkKind(c[2]), c[3], c[4]) for c in found["chunks"]),
            media_type=found["media_type"],
            date=found["date"],
            metadata=found["metadata"],
            records=tuple(_read_record(text, record) for record in found["records"]),
            schema=tuple(_read_schema(schema) for schema in found["schema"]),
            external_id=found["external_id"],
            readers=None if readers is None else Readers.of(readers),
        )
    except (KeyError, IndexError, TypeError, RecursionError) as error:
        raise ValueError(f"no document: {error}") from error


def _record(record: Record) -> list[Any]:
    fields = [
        [
            field.column,
            field.start,
            field.end,
            None if (v := field.value) is None else [v.kind, v.text, v.number, v.unit],
            field.reference,
        ]
        for field in record.fields
    ]
    return [
        record.table,
        record.key,
        record.name_column,
        fields,
        record.start,
        record.end,
        record.key_columns,
        record.link,
        record.aliases,
        record.identifiers,
    ]


def _read_record(text: str, found: list[Any]) -> Record:
    table, key, name_column, cells, start, end, key_columns, link, aliases, identifiers = found
    fields = []
    for column, begin, stop, value, reference in cells:
        _span(text, (begin, stop))
        fields.append(
            Field(
                column,
                text[begin:stop],
                begin,
                stop,
                None if value is None else Value(*value),
                None if reference is None else (reference[0], reference[1]),
            )
        )
    return Record(
        table,
        key,
        name_column,
        tuple(fields),
        *_span(text, (start, end)),
        tuple(key_columns),
        link,
        tuple(aliases),
        tuple(identifiers),
    )


def _schema(schema: TableSchema) -> list[Any]:
    return [
        schema.table,
        schema.type.model_dump(mode="json", exclude_defaults=True),
        {
            column: relation.model_dump(mode="json", exclude_defaults=True)
            for column, relation in schema.relations.items()
        },
        schema.scope,
    ]


def _read_schema(found: list[Any]) -> TableSchema:
    table, kind, relations, scope = found
    return TableSchema(
        table,
        EntityType.model_validate(kind),
        {column: Relation.model_validate(relation) for column, relation in relations.items()},
        scope,
    )


def _span(text: str, found: Any) -> tuple[int, int]:
    start, end = found[0], found[1]
    if not 0 <= start <= end <= len(text):
        raise ValueError("offsets outside the text")
    return start, end
