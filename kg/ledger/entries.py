"""Writing and removing documents, each with all that was read in it, as part of a caller's transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, insert, or_, select

from kg.fusion.affected import Mark
from kg.fusion.local import LocalEntity, table_of
from kg.ledger import schema as t
from kg.ledger.deltas import Changes, batched
from kg.ledger.marking import mark_unfused, note
from kg.types import Chunk, Document, DocumentStatus, Mention, SpanKind, Statement, Value, chunk_id, value_id


@dataclass(frozen=True, slots=True)
class Entry:
    """A document and everything that was read in it.

    Attributes:
        document: The document; its text is empty where it could not be read.
        status: What became of it.
        reason: Why, unless it is ready.
        source: The file or database it came out of: what a later run of the same source replaces.
        reader: Names of the extractors: a document is read again when they change.
        mentions: All mentions, none twice.
        statements: All statements between them.
        coreference: Pairs of mentions that the reader takes for one thing, with a score.
        locals: What fusion compares: each mention that is no value is in exactly one.
        blocks: Block keys per local entity id.
        schema: Ontology YAML that the document's table brought with it.
    """

    document: Document
    status: DocumentStatus = DocumentStatus.READY
    reason: str = ""
    source: str = ""
    reader: str = ""
    chunks: tuple[Chunk, ...] = ()
    mentions: tuple[Mention, ...] = ()
    statements: tuple[Statement, ...] = ()
    coreference: tuple[tuple[str, str, float], ...] = ()
    locals: tuple[LocalEntity, ...] = ()
    blocks: dict[str, frozenset[str]] = field(default_factory=dict)
    schema: str = ""

    @property
    def fingerprint(self) -> str:
        """Hash of the document, its readers and how it was read."""
        return fingerprint(self.document, self.reader)


def fingerprint(document: Document, reader: str) -> str:
    """Hash a document as it came in: equal fingerprints need no second reading."""
    parts = [
        document.external_id,
        document.uri,
        document.title,
        document.media_type,
        document.date,
        document.readers.key,
        json.dumps(document.metadata, sort_keys=True, ensure_ascii=False, default=str),
        document.text,
        reader,
    ]
    text = "\x1f".join(part or "" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def known(connection: Connection, fingerprints: Sequence[str]) -> set[str]:
    """Those fingerprints that are already stored, so that nothing is to be done for them."""
    found: set[str] = set()
    for batch in batched(fingerprints):
        query = select(t.documents.c.fingerprint).where(t.documents.c.fingerprint.in_(batch))
        found.update(connection.scalars(query))
    return found


def put(connection: Connection, entries: Iterable[Entry]) -> Changes:
    """Write documents, each in place of what was stored under its external id; equal ones are left alone.

    Returns:
        What changed; the caller records it.
    """
    changes = Changes.none()
    new = {entry.document.id: entry for entry in entries}
    present = known(connection, [entry.fingerprint for entry in new.values()])
    new = {key: entry for key, entry in new.items() if entry.fingerprint not in present}
    _forget(connection, list(new), changes)
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("chunks", "mentions", "statements", "locals", "blocks")
    }
    for entry in new.values():
        _collect(entry, rows)
        changes.documents.add(entry.document.id)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    if new:
        connection.execute(insert(t.documents), [_document_row(entry, now) for entry in new.values()])
    for table, name in ((t.chunks, "chunks"), (t.mentions, "mentions"), (t.statements, "statements")):
        if rows[name]:
            connection.execute(insert(table), rows[name])
    if rows["locals"]:
        connection.execute(insert(t.locals_), rows["locals"])
    if rows["blocks"]:
        connection.execute(insert(t.blocks), rows["blocks"])
    schemas = [{"document_id": key, "yaml": entry.schema} for key, entry in new.items() if entry.schema]
    if schemas:
        connection.execute(insert(t.schemas), schemas)
    tables = {row["id"]: table_of(row["key"]) if row["key"] else "" for row in rows["locals"]}
    note(connection, (Mark.of(row["key"], tables[row["local_id"]]) for row in rows["blocks"]))
    return changes


def remove(connection: Connection, document_ids: Sequence[str]) -> Changes:
    """Remove documents and exactly what only they supported.

    Returns:
        What changed; the caller records it.
    """
    changes = Changes.none()
    _forget(connection, document_ids, changes)
    return changes


def forget_decisions(connection: Connection, mentions: Iterable[str]) -> None:
    """Drop what fusion decided, and what it asks, about these mentions; what people said stays."""
    j, q = t.judgements.c, t.questions.c
    for ids in batched(mentions):
        automatic = j.decided_by == "fusion"
        connection.execute(delete(t.judgements).where(automatic, or_(j.left.in_(ids), j.right.in_(ids))))
        connection.execute(delete(t.questions).where(or_(q.left.in_(ids), q.right.in_(ids))))


def _forget(connection: Connection, document_ids: Sequence[str], changes: Changes) -> None:
    for batch in batched(document_ids):
        found = set(connection.scalars(select(t.documents.c.id).where(t.documents.c.id.in_(batch))))
        if not found:
            continue
        s, m = t.statements.c, t.mentions.c
        edges = select(s.subject_node, s.predicate, s.object_node, s.readers).where(s.document_id.in_(found))
        for subject, predicate, object_, readers in connection.execute(edges):
            if subject is not None and object_ is not None:
                changes.edges.add((subject, predicate, object_, readers))
        mentions = connection.execute(select(m.id, m.kind, m.node_id).where(m.document_id.in_(found))).all()
        for _, kind, node in mentions:
            if node is not None:
                (changes.values if kind == SpanKind.VALUE.value else changes.entities).add(node)
        locals_ = select(t.locals_.c.id).where(t.locals_.c.document_id.in_(found))
        mark_unfused(connection, connection.scalars(locals_).all())
        forget_decisions(connection, (row[0] for row in mentions))
        connection.execute(delete(t.blocks).where(t.blocks.c.local_id.in_(locals_)))
        for table in (t.statements, t.locals_, t.mentions, t.chunks, t.schemas):
            connection.execute(delete(table).where(table.c.document_id.in_(found)))
        connection.execute(delete(t.documents).where(t.documents.c.id.in_(found)))
        changes.documents.update(found)


def _document_row(entry: Entry, now: str) -> dict[str, Any]:
    document = entry.document
    return {
        "id": document.id,
        "external_id": document.external_id,
        "uri": document.uri,
        "title": document.title,
        "media_type": document.media_type,
        "readers": document.readers.key,
        "date": document.date,
        "metadata": dict(document.metadata),
        "text": document.text,
        "fingerprint": entry.fingerprint,
        "status": entry.status.value,
        "reason": entry.reason,
        "coreference": [list(pair) for pair in entry.coreference],
        "source": entry.source,
        "ingested_at": now,
    }


def _collect(entry: Entry, rows: dict[str, list[dict[str, Any]]]) -> None:
    document = entry.document
    local_of = {mention: local.id for local in entry.locals for mention in local.mentions}
    starts = np.array([chunk.start for chunk in entry.chunks] or [0])
    node_of: dict[str, str] = {}
    for ordinal, chunk in enumerate(entry.chunks):
        rows["chunks"].append(
            {
                "document_id": document.id,
                "ordinal": ordinal,
                "id": chunk_id(document.id, ordinal),
                "start": chunk.start,
                "end": chunk.end,
                "kind": chunk.kind.value,
                "heading": chunk.heading,
                "page": chunk.page,
            }
        )
    for mention in entry.mentions:
        ordinal = max(0, int(np.searchsorted(starts, mention.start, side="right")) - 1)
        value = mention.value
        if value is not None:
            node_of[mention.id] = value_id(value)
        rows["mentions"].append(_mention_row(mention, value, chunk_id(document.id, ordinal), local_of.get(mention.id)))
    for statement in entry.statements:
        rows["statements"].append(
            {
                "id": statement.id,
                "document_id": document.id,
                "subject": statement.subject,
                "predicate": statement.predicate,
                "object": statement.object,
                "start": statement.evidence.start,
                "end": statement.evidence.end,
                "extractor": statement.evidence.extractor,
                "confidence": statement.evidence.confidence,
                "valid_from": statement.valid_from,
                "valid_to": statement.valid_to,
                "readers": document.readers.key,
                "subject_node": node_of.get(statement.subject),
                "object_node": node_of.get(statement.object),
            }
        )
    for local in entry.locals:
        rows["locals"].append(local_row(local))
        rows["blocks"].extend({"key": key, "local_id": local.id} for key in sorted(entry.blocks.get(local.id, ())))


def local_row(local: LocalEntity) -> dict[str, Any]:
    """A local entity as a row; fusing fills in what it stands for."""
    return {
        "id": local.id,
        "document_id": local.document_id,
        "readers": local.readers.key,
        "type": local.type,
        "family": local.family,
        "key": local.key,
        "identifiers": list(local.identifiers),
        "contacts": list(local.contacts),
        "names": [list(name) for name in local.names],
        "facts": [list(fact) for fact in local.facts],
        "context": None if local.context is None else local.context.astype(np.float32).tobytes(),
        "links": [[link.left, link.right, link.score, dict(link.reasons)] for link in local.links],
        "entity_id": None,
        "node_id": None,
    }


def _mention_row(mention: Mention, value: Value | None, chunk: str, local_id: str | None) -> dict[str, Any]:
    return {
        "id": mention.id,
        "document_id": mention.document_id,
        "chunk_id": chunk,
        "start": mention.start,
        "end": mention.end,
        "type": mention.type,
        "text": mention.text,
        "kind": mention.kind.value,
        "score": mention.score,
        "value_kind": value.kind if value else None,
        "value_text": value.text if value else None,
        "value_number": value.number if value else None,
        "value_unit": value.unit if value else None,
        "extractor": mention.extractor,
        "local_id": local_id,
        "node_id": value_id(value) if value else None,
    }
