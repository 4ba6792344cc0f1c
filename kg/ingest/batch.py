"""Batches of documents: each is committed in a thread of its own while the next one is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from kg.failpoints import reached
from kg.ingest.parsed import Part
from kg.ingest.source import Source
from kg.ledger import jobs
from kg.ledger.database import Ledger
from kg.ledger.documents import failed_under
from kg.ledger.entries import Entry, put, remove
from kg.ledger.jobs import Item, ItemState, Job
from kg.types import Document

DOCUMENTS = 64
CHARACTERS = 200_000
SETTLE_DOCUMENTS = 2_000
SETTLE_SECONDS = 60.0


@dataclass(slots=True)
class Batch:
    """Documents that are read and written together, and the sources that are done when they are."""

    parts: list[tuple[Document, Part, str]] = field(default_factory=list)  # with the source's name
    done: list[tuple[Item, ItemState, int, str]] = field(default_factory=list)
    open: Item | None = None  # the source that the last document came out of, where more are to come
    characters: int = 0

    @property
    def full(self) -> bool:
        """Whether it is to be written; a source that was tried before is kept as soon as it is done."""
        return (
            len(self.parts) >= DOCUMENTS
            or self.characters >= CHARACTERS
            or len(self.done) >= 1000
            or any(0 < item.attempts < jobs.MOST_ATTEMPTS for item, *_ in self.done[-1:])
        )


class BatchWriter:
    """Writes the batches of one job; one is written while the next is read, and no more than one.

    Args:
        ledger: Where they are written.
        job: Their job.
        settle: Fuses what is new and brings the graph and the index up to date.
    """

    def __init__(self, ledger: Ledger, job: Job, settle: Callable[[], None]) -> None:
        self._ledger = ledger
        self._job = job
        self._settle = settle
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._writing: Future[None] | None = None
        self._unsettled = 0
        self._settled_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
        if error is None:
            self._wait()

    def write(self, batch: Batch, entries: Sequence[Entry]) -> None:
        """Write a batch once the one before is written; what went wrong with that one is raised here."""
        self._wait()
        self._writing = self._pool.submit(self._commit, batch, entries)

    def _wait(self) -> None:
        if self._writing is not None:
            writing, self._writing = self._writing, None
            writing.result()

    def _commit(self, batch: Batch, entries: Sequence[Entry]) -> None:
        """Commit documents with what they mean for the job."""
        job = self._job.id
        reached("before-commit")
        with self._ledger.write() as connection:
            put(connection, entries).record(connection)
            mended = [
                Source.of(item.source, self._job.options).name
                for item, state, documents, _ in batch.done
                if state is ItemState.DONE and documents
            ]  # files of many documents that could not be read once and now can: the failure is listed no longer
            remove(connection, failed_under(connection, mended)).record(connection)
            for item, state, documents, reason in batch.done:
                jobs.finish_item(connection, job, item.ordinal, state, documents=documents, reason=reason)
            if batch.open is not None and entries:
                jobs.forgive(connection, job, batch.open.ordinal)
            jobs.extend_lease(connection, job)
        reached("after-commit")
        self._unsettled += len(entries)
        # Fusing and projecting cost less a document the more there are; a long job still shows what it has.
        late = time.monotonic() - self._settled_at > SETTLE_SECONDS
        if self._unsettled >= SETTLE_DOCUMENTS or (self._unsettled and late):
            self._settle()
            self._unsettled, self._settled_at = 0, time.monotonic()
