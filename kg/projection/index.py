"""The projector of the search index: passages and names, brought to the state of the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy import Connection, select

from kg.failpoints import reached
from kg.index.meaning import by_meaning
from kg.index.records import IndexedDocument, NameEntry
from kg.ledger import schema as t
from kg.ledger.database import Ledger
from kg.ledger.deltas import newest, since
from kg.projection.entities import named_entities
from kg.projection.everything import everything
from kg.types import ChunkKind, DocumentStatus, Readers

_DOCUMENTS = 500  # an index transaction
_NAMES = 5_000


class Index(Protocol):
    """What the projector needs of an index."""

    def position(self) -> int:
        """The ledger's delta number that the index stands at."""
        ...

    def apply(
        self,
        position: int,
        *,
        documents: Sequence[IndexedDocument] = (),
        gone_documents: Sequence[str] = (),
        names: Sequence[NameEntry] = (),
        gone_names: Sequence[str] = (),
    ) -> None:
        """Make what is listed so, and keep the position, in one transaction."""
        ...


def project_index(ledger: Ledger, index: Index, progress: Callable[[int, int], None] | None = None) -> int:
    """Apply every delta that the index has not seen.

    Args:
        ledger: The truth.
        index: What is brought up to date.
        progress: Called with the number of things done and in all.

    Returns:
        The delta number that the index stands at afterwards.
    """
    position = index.position()
    with ledger.read() as connection:
        target = newest(connection)
        if target == position:
            return position
        changes = everything(connection) if position == 0 else since(connection, position, target)
        documents, entities = sorted(changes.documents), sorted(changes.entities)
        total, done = len(documents) + len(entities), 0
        for start in range(0, len(documents), _DOCUMENTS):
            ids = documents[start : start + _DOCUMENTS]
            there = _documents(connection, ids)
            gone = sorted(set(ids) - {document.id for document in there})
            index.apply(position, documents=there, gone_documents=gone)
            reached("mid-index")
            done += len(ids)
            if progress is not None:
                progress(done, total)
        for start in range(0, len(entities), _NAMES):
            ids = entities[start : start + _NAMES]
            named = named_entities(connection, ids)
            entries = [
                NameEntry(key, entity.node.type, entity.node.name, entity.node.readers.key, entity.aliases)
                for key, entity in sorted(named.items())
            ]
            index.apply(position, names=entries, gone_names=[key for key in ids if key not in named])
            done += len(ids)
            if progress is not None:
                progress(done, total)
        index.apply(target)
    return target


def _documents(connection: Connection, ids: list[str]) -> list[IndexedDocument]:
    d, c = t.documents.c, t.chunks.c
    chunks: dict[str, list[tuple[str, int, int, str]]] = defaultdict(list)
    kinds: dict[str, list[ChunkKind]] = defaultdict(list)
    rows = select(c.document_id, c.id, c.start, c.end, c.heading, c.kind).where(c.document_id.in_(ids))
    for row in connection.execute(rows.order_by(c.ordinal)):
        chunks[row.document_id].append((row.id, row.start, row.end, row.heading))
        kinds[row.document_id].append(ChunkKind(row.kind))
    query = select(d.id, d.external_id, d.uri, d.title, d.readers, d.text)
    ready = d.status == DocumentStatus.READY.value
    return [
        IndexedDocument(
            id=row.id,
            external_id=row.external_id,
            uri=row.uri,
            title=row.title,
            readers=Readers.from_key(row.readers),
            chunks=tuple(
                (key, start, end, row.text[start:end], heading) for key, start, end, heading in chunks[row.id]
            ),
            words_only=frozenset(
                key for (key, *_), yes in zip(chunks[row.id], by_meaning(kinds[row.id]), strict=True) if not yes
            ),
        )
        for row in connection.execute(query.where(d.id.in_(ids), ready).order_by(d.id))
    ]
