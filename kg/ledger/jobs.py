"""Jobs: long work that shows its progress, survives a kill and lists what it could not do."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from kg.errors import ConflictError, NotFoundError
from kg.ledger import schema as t

LEASE_SECONDS = 60.0
MOST_ATTEMPTS = 3
INGEST = "ingest"  # its sources are files and databases
REREAD = "reread"  # its sources are documents, by external id


class JobState(StrEnum):
    """States only move downwards in this list, but that a running job whose owner died is queued again."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ItemState(StrEnum):
    """What became of one source of a job; `FAILED` is the dead-letter list."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A job and how far it is."""

    id: str
    kind: str
    state: JobState
    options: Mapping[str, Any]
    total: int
    done: int
    failed: int
    documents: int
    attempts: int
    reason: str
    submitted_at: str
    finished_at: str | None
    dead_letters: tuple[tuple[str, int, str], ...] = field(default=())  # source, attempts, reason


@dataclass(frozen=True, slots=True)
class Item:
    """One source of a job that is still to be done."""

    ordinal: int
    source: str
    attempts: int


_j, _i = t.jobs.c, t.job_items.c


def submit(
    connection: Connection,
    kind: str,
    sources: Sequence[str],
    options: Mapping[str, Any],
    *,
    idempotency_key: str | None = None,
    request: bytes = b"",
) -> str:
    """Queue a job over sources, in order.

    Args:
        connection: A write transaction.
        kind: What the job does.
        sources: Files or databases; of a job that finds out for itself, none.
        options: What the job needs to know besides.
        idempotency_key: A key of the caller's: the same key is the same job.
        request: What the caller sent; another request under the same key is a conflict.

    Returns:
        The id of the job, an earlier one where the key is known.

    Raises:
        ConflictError: the key was used for another request.
    """
    digest = hashlib.sha256(request or json.dumps([kind, list(sources), dict(options)], sort_keys=True).encode())
    if idempotency_key is not None:
        row = connection.execute(select(_j.id, _j.request_hash).where(_j.idempotency_key == idempotency_key)).first()
        if row is not None:
            if row.request_hash != digest.hexdigest():
                raise ConflictError(f"the idempotency key {idempotency_key!r} was used for another request")
            return str(row.id)
    job = "j" + uuid.uuid4().hex[:24]
    connection.execute(
        insert(t.jobs).values(
            id=job,
            kind=kind,
            state=JobState.QUEUED.value,
            options=dict(options),
            idempotency_key=idempotency_key,
            request_hash=digest.hexdigest(),
            total=len(sources),
            attempts=0,
            reason="",
            submitted_at=_now(),
        )
    )
    _add_items(connection, job, sources)
    return job


def fill(connection: Connection, job: str, sources: Sequence[str]) -> None:
    """Give a job that has none yet its sources, in order."""
    connection.execute(update(t.jobs).where(_j.id == job).values(total=len(sources)))
    _add_items(connection, job, sources)


def _add_items(connection: Connection, job: str, sources: Sequence[str]) -> None:
    rows = [
        {
            "job_id": job,
            "ordinal": n,
            "source": source,
            "state": ItemState.PENDING.value,
            "attempts": 0,
            "documents": 0,
            "reason": "",
        }
        for n, source in enumerate(sources)
    ]
    if rows:
        connection.execute(insert(t.job_items), rows)


def claim(connection: Connection) -> Job | None:
    """Take the oldest job that nobody works on, and lease it."""
    now = time.time()
    free = (_j.state == JobState.QUEUED.value) | ((_j.state == JobState.RUNNING.value) & (_j.lease_until < now))
    row = connection.execute(select(_j.id).where(free).order_by(_j.submitted_at, _j.id).limit(1)).first()
    if row is None:
        return None
    change = update(t.jobs).where(_j.id == row.id)
    connection.execute(
        change.values(state=JobState.RUNNING.value, attempts=_j.attempts + 1, lease_until=now + LEASE_SECONDS)
    )
    return get(connection, row.id)


def release_orphans(connection: Connection) -> None:
    """Queue again what a dead owner left running; for the one process that holds the data directory."""
    connection.execute(
        update(t.jobs).where(_j.state == JobState.RUNNING.value).values(state=JobState.QUEUED.value, lease_until=None)
    )


def extend_lease(connection: Connection, job: str) -> None:
    """Say that the owner is alive."""
    connection.execute(update(t.jobs).where(_j.id == job).values(lease_until=time.time() + LEASE_SECONDS))


def pending(connection: Connection, job: str) -> list[Item]:
    """The sources still to be done, in order."""
    query = select(_i.ordinal, _i.source, _i.attempts).where(_i.job_id == job, _i.state == ItemState.PENDING.value)
    return [Item(row.ordinal, row.source, row.attempts) for row in connection.execute(query.order_by(_i.ordinal))]


def attempt(connection: Connection, job: str, ordinals: Sequence[int]) -> None:
    """Count attempts before they are made, so that a source which kills the process is counted too."""
    connection.execute(
        update(t.job_items).where(_i.job_id == job, _i.ordinal.in_(ordinals)).values(attempts=_i.attempts + 1)
    )


def forgive(connection: Connection, job: str, ordinal: int) -> None:
    """Count one attempt alone at a source that got on: however often a long one is interrupted, it is not given up."""
    connection.execute(update(t.job_items).where(_i.job_id == job, _i.ordinal == ordinal).values(attempts=1))


def finish_item(
    connection: Connection, job: str, ordinal: int, state: ItemState, *, documents: int = 0, reason: str = ""
) -> None:
    """Record what became of a source, in the transaction that wrote its documents."""
    connection.execute(
        update(t.job_items)
        .where(_i.job_id == job, _i.ordinal == ordinal)
        .values(state=state.value, documents=documents, reason=reason)
    )


def finish(connection: Connection, job: str, state: JobState, reason: str = "") -> None:
    """End a job."""
    change = update(t.jobs).where(_j.id == job)
    connection.execute(change.values(state=state.value, reason=reason, lease_until=None, finished_at=_now()))


def get(connection: Connection, job: str) -> Job:
    """Look a job up.

    Raises:
        NotFoundError: there is none of this id.
    """
    row = connection.execute(select(t.jobs).where(_j.id == job)).first()
    if row is None:
        raise NotFoundError(f"there is no job {job!r}")
    return _job(connection, row)


def recent(connection: Connection, limit: int = 50) -> list[Job]:
    """The newest jobs, newest first."""
    query = select(t.jobs).order_by(_j.submitted_at.desc(), _j.id).limit(limit)
    return [_job(connection, row) for row in connection.execute(query)]


def queued(connection: Connection, kind: str | None = None) -> int:
    """Number of jobs, or of jobs of one kind, that are not finished."""
    query = select(func.count()).where(_j.state.in_((JobState.QUEUED.value, JobState.RUNNING.value)))
    return int(connection.scalar(query if kind is None else query.where(_j.kind == kind)) or 0)


def all_done(connection: Connection, idempotency_key: str) -> bool:
    """Whether the job of this key is there and done, without a dead letter."""
    row = connection.execute(select(_j.id, _j.state).where(_j.idempotency_key == idempotency_key)).first()
    if row is None or row.state != JobState.DONE.value:
        return False
    failed = select(_i.ordinal).where(_i.job_id == row.id, _i.state == ItemState.FAILED.value).limit(1)
    return connection.execute(failed).first() is None


def _job(connection: Connection, row: Any) -> Job:
    query = select(_i.state, func.count(), func.sum(_i.documents)).where(_i.job_id == row.id).group_by(_i.state)
    counts = {state: (number, documents or 0) for state, number, documents in connection.execute(query)}
    failed = (_i.job_id == row.id) & (_i.state == ItemState.FAILED.value)
    dead = select(_i.source, _i.attempts, _i.reason).where(failed).order_by(_i.ordinal).limit(1000)
    return Job(
        id=row.id,
        kind=row.kind,
        state=JobState(row.state),
        options=row.options,
        total=row.total,
        done=counts.get(ItemState.DONE.value, (0, 0))[0],
        failed=counts.get(ItemState.FAILED.value, (0, 0))[0],
        documents=sum(documents for _, documents in counts.values()),
        attempts=row.attempts,
        reason=row.reason,
        submitted_at=row.submitted_at,
        finished_at=row.finished_at,
        dead_letters=tuple((r.source, r.attempts, r.reason) for r in connection.execute(dead)),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
