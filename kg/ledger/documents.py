"""Looking up stored documents, as a viewer may see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from kg.errors import NotFoundError
from kg.ledger import schema as t
from kg.ledger.deltas import batched
from kg.ledger.jobs import REREAD
from kg.ledger.visibility import visible
from kg.types import DocumentStatus, Readers, Viewer


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it is listed; `text` is None in listings."""

    id: str
    uri: str
    external_id: str
    title: str
    groups: tuple[str, ...]  # empty where everybody may read
    status: DocumentStatus
    reason: str
    date: str | None
    media_type: str
    ingested_at: str
    text: str | None = None
    metadata: Mapping[str, Any] | None = None


_d = t.documents.c
_LISTED = (
    _d.id,
    _d.uri,
    _d.external_id,
    _d.title,
    _d.readers,
    _d.status,
    _d.reason,
    _d.date,
    _d.media_type,
    _d.ingested_at,
)


def find(connection: Connection, identifier: str, viewer: Viewer) -> StoredDocument:
    """Find a document by its id, external id or URI.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    condition = or_(_d.id == identifier, _d.external_id == identifier, _d.uri == identifier)
    query = select(*_LISTED, _d.text, _d.metadata).where(condition, visible(connection, viewer, _d.readers))
    row = connection.execute(query.order_by(_d.id != identifier, _d.external_id != identifier, _d.id)).first()
    if row is None:
        raise NotFoundError(f"there is no document {identifier!r}")
    return _stored(row)


def listed(
    connection: Connection, viewer: Viewer, *, after: str = "", limit: int = 100, status: DocumentStatus | None = None
) -> list[StoredDocument]:
    """List documents by external id, a page at a time.

    Args:
        connection: The ledger.
        viewer: Who asks.
        after: The last external id of the page before.
        limit: Most documents to return.
        status: Only those of this status.
    """
    query = select(*_LISTED).where(_d.external_id > after, visible(connection, viewer, _d.readers))
    if status is not None:
        query = query.where(_d.status == status.value)
    return [_stored(row) for row in connection.execute(query.order_by(_d.external_id).limit(limit))]


def all_listed(connection: Connection, viewer: Viewer) -> Iterator[StoredDocument]:
    """Every visible document, by external id."""
    after = ""
    while page := listed(connection, viewer, after=after, limit=1000):
        yield from page
        after = page[-1].external_id


def count(connection: Connection, viewer: Viewer) -> dict[str, int]:
    """Number of visible documents by status."""
    query = select(_d.status, func.count()).where(visible(connection, viewer, _d.readers)).group_by(_d.status)
    return {row[0]: row[1] for row in connection.execute(query)}


def of_job(connection: Connection, job: str, *, limit: int = 1000) -> tuple[dict[str, int], list[StoredDocument]]:
    """What became of the documents of a job's sources.

    Returns:
        Their number by status, and those that could not be read, by external id, at most `limit`.
    """
    kind, options = connection.execute(select(t.jobs.c.kind, t.jobs.c.options).where(t.jobs.c.id == job)).one()
    named = [str(name["external_id"]) for name in options.get("names", {}).values() if name.get("external_id")]
    items = select(t.job_items.c.source).where(t.job_items.c.job_id == job)
    ours: ColumnElement[bool] = (_d.external_id if kind == REREAD else _d.source).in_(items)
    if named:
        ours = or_(ours, _d.source.in_(named))
    counted = connection.execute(select(_d.status, func.count()).where(ours).group_by(_d.status))
    unread = select(*_LISTED).where(ours, _d.status != DocumentStatus.READY.value).order_by(_d.external_id)
    return {status: number for status, number in counted}, [
        _stored(row) for row in connection.execute(unread.limit(limit))
    ]


def failed_under(connection: Connection, external_ids: Sequence[str]) -> list[str]:
    """Ids of documents under these external ids that could not be read."""
    found: list[str] = []
    for batch in batched(external_ids):
        query = select(_d.id).where(_d.external_id.in_(batch), _d.status != DocumentStatus.READY.value)
        found += connection.scalars(query)
    return found


def out_of(connection: Connection, sources: Sequence[str]) -> list[tuple[str, str]]:
    """Id and external id of the documents that came out of some files, data sets or databases, by id."""
    found: list[tuple[str, str]] = []
    for batch in batched(sources):
        query = select(_d.id, _d.external_id).where(_d.source.in_(batch))
        found += [(row.id, row.external_id) for row in connection.execute(query)]
    return sorted(found)


def _stored(row: Any) -> StoredDocument:
    readers = Readers.from_key(row.readers)
    return StoredDocument(
        id=row.id,
        uri=row.uri,
        external_id=row.external_id,
        title=row.title,
        groups=() if readers.public else readers.groups,
        status=DocumentStatus(row.status),
        reason=row.reason,
        date=row.date,
        media_type=row.media_type,
        ingested_at=row.ingested_at,
        text=getattr(row, "text", None),
        metadata=getattr(row, "metadata", None),
    )
