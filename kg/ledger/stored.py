"""Documents as they were taken in, out of the ledger: all that another reader needs to read them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from kg.ledger import schema as t
from kg.ledger.deltas import batched
from kg.ledger.entries import fingerprint
from kg.ledger.rows import mention_of, statement_of
from kg.types import Chunk, ChunkKind, Document, DocumentStatus, Mention, Readers, Statement

_PAGE = 200
_d, _c, _m, _s, _l = t.documents.c, t.chunks.c, t.mentions.c, t.statements.c, t.locals_.c


@dataclass(frozen=True, slots=True)
class Stored:
    """A document with what does not depend on who reads its prose.

    Attributes:
        document: The document.
        fingerprint: Of the document and of how it was read.
        source: The file or database it came out of.
        chunks: Its passages.
        mentions, statements: Those of one extractor, which are kept as they are.
        keys: Exact keys of these mentions.
        schema: Ontology YAML that its tables brought with them.
    """

    document: Document
    fingerprint: str
    source: str
    chunks: tuple[Chunk, ...] = ()
    mentions: tuple[Mention, ...] = ()
    statements: tuple[Statement, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    schema: str = ""


def stored(connection: Connection, external_ids: Sequence[str], keep: str) -> list[Stored]:
    """Load documents; those that are gone, or could not be read, are left out.

    Args:
        connection: The ledger.
        external_ids: Which.
        keep: The extractor whose mentions and statements are loaded too.
    """
    found: dict[str, Stored] = {}
    for batch in batched(external_ids):
        ready = _d.status == DocumentStatus.READY.value
        rows = connection.execute(select(t.documents).where(_d.external_id.in_(batch), ready)).all()
        ids = [row.id for row in rows]
        chunks: dict[str, list[Chunk]] = defaultdict(list)
        query = select(t.chunks).where(_c.document_id.in_(ids)).order_by(_c.document_id, _c.ordinal)
        for row in connection.execute(query):
            chunks[row.document_id].append(Chunk(row.start, row.end, ChunkKind(row.kind), row.heading, row.page))
        mentions: dict[str, list[Mention]] = defaultdict(list)
        keys: dict[str, list[tuple[str, str]]] = defaultdict(list)
        kept = select(t.mentions, _l.key.label("exact_key")).join(t.locals_, _l.id == _m.local_id, isouter=True)
        kept = kept.where(_m.document_id.in_(ids), _m.extractor == keep)
        for row in connection.execute(kept.order_by(_m.document_id, _m.start, _m.end, _m.id)):
            mentions[row.document_id].append(mention_of(row))
            if row.exact_key:
                keys[row.document_id].append((row.id, row.exact_key))
        statements: dict[str, list[Statement]] = defaultdict(list)
        stated = select(t.statements).where(_s.document_id.in_(ids), _s.extractor == keep)
        for row in connection.execute(stated.order_by(_s.document_id, _s.start, _s.id)):
            statements[row.document_id].append(statement_of(row))
        query = select(t.schemas).where(t.schemas.c.document_id.in_(ids))
        schemas = {row.document_id: row.yaml for row in connection.execute(query)}
        for row in rows:
            found[row.external_id] = Stored(
                _document(row), row.fingerprint, row.source,
                tuple(chunks[row.id]), tuple(mentions[row.id]), tuple(statements[row.id]), tuple(keys[row.id]),
                schemas.get(row.id, ""),
            )  # fmt: skip
    return [found[name] for name in external_ids if name in found]


def read_otherwise(connection: Connection, reader: str) -> Iterator[str]:
    """External ids, in order, of documents that were read, but by another reader than this one.

    What could not be read is left out: its source must be opened again.
    """
    after = ""
    while True:
        query = select(t.documents).where(_d.external_id > after, _d.status == DocumentStatus.READY.value)
        rows = connection.execute(query.order_by(_d.external_id).limit(_PAGE)).all()
        for row in rows:
            if row.fingerprint != fingerprint(_document(row), reader):
                yield row.external_id
        if len(rows) < _PAGE:
            return
        after = rows[-1].external_id


def unchanged(connection: Connection, fingerprints: Mapping[str, str]) -> set[str]:
    """Of documents with these fingerprints, by id, the ids of those that still have them."""
    present: set[str] = set()
    for batch in batched(fingerprints):
        query = select(_d.id, _d.fingerprint).where(_d.id.in_(batch))
        present.update(row.id for row in connection.execute(query) if row.fingerprint == fingerprints[row.id])
    return present


def _document(row: Any) -> Document:
    return Document(
        row.external_id, row.uri, row.title, row.text, Readers.from_key(row.readers), row.media_type, row.date,
        row.metadata,
    )  # fmt: skip
