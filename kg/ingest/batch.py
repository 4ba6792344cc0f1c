"""Batches of documents: each is committed in a thread of its own while the next one is read."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from kg.failpoints import reached
from kg.ingest.parsed import Part
from kg.ingest.source import Source
from kg.ingest.whole import Whole
from kg.ledger import jobs
from kg.ledger.database import Ledger
from kg.ledger.documents import failed_under, out_of
from kg.ledger.entries import Entry, put, remove
from kg.ledger.jobs import Item, ItemState, Job
from kg.ledger.stored import unchanged
from kg.types import Document

DOCUMENTS = 64
CHARACTERS = 200_000
QUEUED = 16  # batches that may wait to be written: reading goes on while what was written is fused
SETTLE_DOCUMENTS = 2_000
SETTLE_SECONDS = 60.0
SETTLE_SHARE = 3.0  # fusing waits this many times as long as it took last


@dataclass(slots=True)
class Batch:
    """Documents that are read and written together, and the sources that are done when they are."""

    parts: list[tuple[Document, Part, str]] = field(default_factory=list)  # with the source's name
    done: list[tuple[Item, ItemState, int, str]] = field(default_factory=list)
    open: Item | None = None  # the source that the last document came out of, where more are to come
    characters: int = 0
    whole: list[Whole] = field(default_factory=list)  # data sets that were read to their end
    as_read: dict[str, str] | None = None  # fingerprints by id: a document that no longer has its own is not written

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
    """Writes the batches of one job in their order, while the next ones are read.

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
        self._writing: deque[Future[None]] = deque()
        self._unsettled = 0
        self._settled_at = time.monotonic()
        self._took = 0.0
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=error is not None)
        if error is None:
            self._wait(0)

    def write(self, batch: Batch, entries: Sequence[Entry]) -> None:
        """Queue a batch; waits where too many do, and raises what went wrong with one before."""
        self._wait(QUEUED - 1)
        self._writing.append(self._pool.submit(self._write, batch, entries))

    def _wait(self, most: int) -> None:
        while self._writing and (len(self._writing) > most or self._writing[0].done()):
            self._writing.popleft().result()

    def _write(self, batch: Batch, entries: Sequence[Entry]) -> None:
        if self._failed:  # what comes after a failure waits for the next attempt too: the later version must stand
            return
        try:
            self._commit(batch, entries)
        except BaseException:
            self._failed = True
            raise

    def _commit(self, batch: Batch, entries: Sequence[Entry]) -> None:
        """Commit documents with what they mean for the job."""
        job = self._job.id
        reached("before-commit")
        with self._ledger.write() as connection:
            if batch.as_read is not None:  # it may have been deleted or replaced while it was read again
                there = unchanged(connection, batch.as_read)
                entries = [entry for entry in entries if entry.document.id in there]
            put(connection, entries).record(connection)
            mended = [
                Source.of(item.source, self._job.options).name
                for item, state, documents, _ in batch.done
                if state is ItemState.DONE and documents and self._job.kind != jobs.REREAD
            ]  # files of many documents that could not be read once and now can: the failure is listed no longer
            written = {
                entry.document.id for entry in entries
            }  # an extractor that fails leaves a document of this batch
            stale = [document for document in failed_under(connection, mended) if document not in written]
            remove(connection, stale).record(connection)
            for whole in batch.whole:
                remove(connection, whole.gone(out_of(connection, whole.sources))).record(connection)
            for item, state, documents, reason in batch.done:
                jobs.finish_item(connection, job, item.ordinal, state, documents=documents, reason=reason)
            if batch.open is not None and entries:
                jobs.forgive(connection, job, batch.open.ordinal)
            jobs.extend_lease(connection, job)
        reached("after-commit")
        self._unsettled += len(entries)
        # Fusing and projecting cost less a document the more there are; a long job still shows what it has.
        elapsed = time.monotonic() - self._settled_at
        if elapsed >= SETTLE_SHARE * self._took and (self._unsettled >= SETTLE_DOCUMENTS or elapsed > SETTLE_SECONDS):
            if self._unsettled:
                self._settle()
            self._took = time.monotonic() - self._settled_at - elapsed
            self._unsettled, self._settled_at = 0, time.monotonic()
