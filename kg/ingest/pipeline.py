"""The pipeline: sources are parsed, read, written to the ledger in batches, fused, and projected.

A kill at any point loses nothing: what a batch wrote and which sources it finished are one transaction.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from kg.errors import DocumentError, LoregraphError
from kg.failpoints import reached
from kg.index.words import storable
from kg.index.writing import passage_text
from kg.ingest.parsed import Parsed, Part, Unread
from kg.ingest.reading import make_entry
from kg.ingest.source import Parse, Source, documents_of
from kg.ledger import jobs
from kg.ledger.database import Ledger
from kg.ledger.documents import failed_under
from kg.ledger.entries import Entry, fingerprint, known, put, remove
from kg.ledger.jobs import Item, ItemState, Job, JobState
from kg.ledger.judgements import by_people
from kg.ontology import Ontology
from kg.ports import Encoder, Extractor
from kg.types import Document, DocumentStatus, Page, Reading

BATCH_DOCUMENTS = 64
BATCH_CHARACTERS = 200_000

Progress = Callable[[int, int, str], None]
"""Called with the number of sources done, the number in all, and the one that was done last."""


@dataclass(slots=True)
class _Batch:
    """Documents that are read and written together, and the sources that are done when they are."""

    parts: list[tuple[Document, Part, str]] = field(default_factory=list)
    done: list[tuple[Item, ItemState, int, str]] = field(default_factory=list)
    characters: int = 0

    @property
    def full(self) -> bool:
        return len(self.parts) >= BATCH_DOCUMENTS or self.characters >= BATCH_CHARACTERS or len(self.done) >= 1000


class Ingester:
    """Runs ingestion jobs of one ledger; one at a time.

    Args:
        ledger: Where everything is written.
        extractor: Reads prose.
        encoder: Gives each passage its vector, for telling homonyms apart; None leaves that out.
        ontology: Gives the ontology as it stands.
        settle: Fuses what is new and brings the graph and the index up to date.
        parse: Reads one file into its documents, in a process of its own.
    """

    def __init__(
        self,
        ledger: Ledger,
        extractor: Extractor,
        encoder: Encoder | None,
        ontology: Callable[[], Ontology],
        settle: Callable[[], None],
        parse: Parse,
    ) -> None:
        self._ledger = ledger
        self._extractor = extractor
        self._encoder = encoder
        self._ontology = ontology
        self._settle = settle
        self._parse = parse
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask a running job to end after its batch; it stays queued."""
        self._stop.set()

    def run(self, job: Job, progress: Progress | None = None) -> Job:
        """Run a claimed job to its end, or until `stop`.

        Raises:
            UnavailableError: the graph or the ledger does not answer; the job stays and can be run again.
            StorageFullError: the disk is full; likewise.
        """
        with self._ledger.read() as connection:
            items = jobs.pending(connection, job.id)
        finished = job.total - len(items)
        batch = _Batch()
        waiting, settled_at = 0, time.monotonic()
        for item, part, last in self._parts(job, items):
            if part is not None:
                document, parsed = part
                batch.parts.append((document, parsed, Source.of(item.source, job.options).name))
                batch.characters += len(document.text)
            if last is not None:
                batch.done.append((item, *last))
                finished += 1
            if batch.full:
                waiting += self._write(job, batch)
                batch = _Batch()
                # Fusing and projecting cost less a document the more there are; a long job still shows what it has.
                if waiting >= 2_000 or (waiting and time.monotonic() - settled_at > 60):
                    self._settle()
                    waiting, settled_at = 0, time.monotonic()
                if self._stop.is_set():
                    break
            if progress is not None and last is not None:
                progress(finished, job.total, item.source)
        self._write(job, batch)
        self._settle()
        if not self._stop.is_set():
            reached("before-job-done")
            with self._ledger.write() as connection:
                jobs.finish(connection, job.id, JobState.DONE)
        with self._ledger.read() as connection:
            return jobs.get(connection, job.id)

    def _parts(
        self, job: Job, items: Sequence[Item]
    ) -> Iterator[tuple[Item, tuple[Document, Part] | None, tuple[ItemState, int, str] | None]]:
        """Every document of every source; with the last of a source what became of it."""
        with ThreadPoolExecutor(1, thread_name_prefix="parse") as ahead:
            # Attempts are counted before they are made: a source that kills this process is not tried for ever.
            pending = [item for item in items if item.attempts < jobs.MOST_ATTEMPTS]
            for item in items:
                if item.attempts >= jobs.MOST_ATTEMPTS:
                    yield item, None, (ItemState.FAILED, 0, f"gave up after {item.attempts} attempts")
            sources = [Source.of(item.source, job.options) for item in pending]
            next_one = ahead.submit(self._first, job, pending[0], sources[0]) if pending else None
            for number, item in enumerate(pending):
                assert next_one is not None
                stream = next_one.result()
                if number + 1 < len(pending):
                    next_one = ahead.submit(self._first, job, pending[number + 1], sources[number + 1])
                count, reason = 0, ""
                for part in stream:
                    if isinstance(part, DocumentError):
                        reason = str(part)
                        yield item, sources[number].unread(Unread("", part.status, part.reason)), None
                    elif isinstance(part, LoregraphError):
                        reason = str(part)
                    else:
                        count += 1
                        yield item, sources[number].document(part), None
                yield item, None, (ItemState.FAILED if reason else ItemState.DONE, count, reason)
                if self._stop.is_set():
                    return

    def _first(self, job: Job, item: Item, source: Source) -> Iterator[Part | LoregraphError]:
        """Open a source ahead of time: its first documents are parsed while the ones before it are read."""
        with self._ledger.write() as connection:
            jobs.attempt(connection, job.id, item.ordinal)
            jobs.extend_lease(connection, job.id)
        return documents_of(source, self._parse, ahead=8)

    def _write(self, job: Job, batch: _Batch) -> int:
        """Read a batch and commit it with what it means for the job.

        Returns:
            Number of documents that were new or had changed.
        """
        if not batch.parts and not batch.done:
            return 0
        reached("after-parse")
        ontology = self._ontology()
        prints = {document.id: fingerprint(document, self._extractor.name) for document, _, _ in batch.parts}
        with self._ledger.read() as connection:
            old = known(connection, list(prints.values()))
        new = {document.id: (document, part, source) for document, part, source in batch.parts}  # the last one counts
        new = {key: value for key, value in new.items() if prints[key] not in old}
        entries = self._read(list(new.values()), ontology)
        reached("before-commit")
        with self._ledger.write() as connection:
            put(connection, entries).record(connection)
            remove(connection, self._mended(connection, job, batch)).record(connection)
            for item, state, documents, reason in batch.done:
                jobs.finish_item(connection, job.id, item.ordinal, state, documents=documents, reason=reason)
            jobs.extend_lease(connection, job.id)
        reached("after-commit")
        return len(entries)

    def _mended(self, connection: Connection, job: Job, batch: _Batch) -> list[str]:
        """Files of many documents that could not be read once and now can: the failure is listed no longer."""
        names = [
            Source.of(item.source, job.options).name
            for item, state, documents, _ in batch.done
            if state is ItemState.DONE and documents
        ]
        return failed_under(connection, names)

    def _read(self, parts: Sequence[tuple[Document, Part, str]], ontology: Ontology) -> list[Entry]:
        with self._ledger.read() as connection:
            judgements = by_people(connection)
        readable = [(document, part, source) for document, part, source in parts if isinstance(part, Parsed)]
        entries = [
            Entry(document, part.status, part.reason, source, self._extractor.name)
            for document, part, source in parts
            if isinstance(part, Unread)
        ]
        pages = [Page(document.text, part.chunks) for document, part, _ in readable]
        readings = self._extract(pages)
        vectors = self._vectors([document.title for document, _, _ in readable], pages)
        reached("after-read")
        for (document, part, source), reading, vector in zip(readable, readings, vectors, strict=True):
            if isinstance(reading, Exception):
                reason = f"the extractor failed: {reading}"
                entries.append(Entry(document, DocumentStatus.FAILED, reason, source, self._extractor.name))
                continue
            entries.append(
                make_entry(
                    document, part.chunks, reading, part.records, vector,
                    ontology=ontology, source=source, reader=self._extractor.name, judgements=judgements,
                )
            )  # fmt: skip
        return entries

    def _extract(self, pages: Sequence[Page]) -> Sequence[Reading | Exception]:
        try:
            return self._extractor.read(pages)
        except Exception:  # a user's own extractor may fail on one document: the others go on
            return [self._extract_one(page) for page in pages]

    def _extract_one(self, page: Page) -> Reading | Exception:
        try:
            return self._extractor.read([page])[0]
        except Exception as error:
            return error

    def _vectors(self, titles: Sequence[str], pages: Sequence[Page]) -> list[NDArray[np.float32] | None]:
        if self._encoder is None:
            return [None] * len(pages)
        # The very texts that the index encodes: an encoder that remembers computes each vector once.
        texts = [
            passage_text(storable(title), storable(chunk.heading), storable(page.text[chunk.start : chunk.end]))
            for title, page in zip(titles, pages, strict=True)
            for chunk in page.chunks
        ]
        matrix = self._encoder.encode(texts)
        cuts = np.cumsum([len(page.chunks) for page in pages])
        return list(np.split(matrix, cuts[:-1])) if pages else []
