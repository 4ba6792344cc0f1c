"""The pipeline: sources are parsed, read, written to the ledger in batches, fused, and projected.

A kill at any point loses nothing: what a batch wrote and which sources it finished are one transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from kg.errors import DocumentError, LoregraphError
from kg.failpoints import reached
from kg.ingest.ahead import opened
from kg.ingest.batch import Batch, BatchWriter
from kg.ingest.parsed import Parsed, Part, Unread
from kg.ingest.reader import Reader, passage_vectors
from kg.ingest.reading import make_entry
from kg.ingest.source import Parse, Source
from kg.ingest.whole import Whole
from kg.ledger import jobs
from kg.ledger.database import Ledger
from kg.ledger.entries import Entry, fingerprint, known
from kg.ledger.jobs import Item, ItemState, Job, JobState
from kg.ledger.judgements import by_people
from kg.ports import Encoder
from kg.types import Document, DocumentStatus, Page

Progress = Callable[[int, int, str], None]
"""Called with the number of sources done, the number in all, and the one that was done last."""


class Ingester:
    """Runs ingestion jobs of one ledger; one at a time.

    Args:
        ledger: Where everything is written.
        reader: Gives who reads prose now; it is asked for each batch, so that another may take over.
        encoder: Gives each passage its vector, for telling homonyms apart; None leaves that out.
        settle: Fuses what is new and brings the graph and the index up to date.
        parse: Reads one file into its documents, in a process of its own.
    """

    def __init__(
        self,
        ledger: Ledger,
        reader: Callable[[], Reader],
        encoder: Encoder | None,
        settle: Callable[[], None],
        parse: Parse,
    ) -> None:
        self._ledger = ledger
        self._reader = reader
        self._encoder = encoder
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
        batch, whole = Batch(), Whole()
        with BatchWriter(self._ledger, job, self._settle) as writer:
            for item, part, last in self._parts(job, items):
                if part is not None:
                    document, parsed = part
                    batch.parts.append((document, parsed, Source.of(item.source, job.options).name))
                    batch.characters += len(document.text)
                    batch.open = item
                    whole.add(document, parsed)
                if last is not None:
                    batch.done.append((item, *last))
                    source = Source.of(item.source, job.options)
                    if last[0] is ItemState.DONE and (source.tables is not None or whole.in_parts):
                        batch.whole.append(whole.ended(source))
                    whole = Whole()
                    batch.open = None
                    finished += 1
                if batch.full:
                    writer.write(batch, self._read(batch))
                    batch = Batch()
                    if self._stop.is_set():
                        break
                if progress is not None and last is not None:
                    progress(finished, job.total, item.source)
            if batch.parts or batch.done:
                writer.write(batch, self._read(batch))
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
        for item in items:
            if item.attempts >= jobs.MOST_ATTEMPTS:
                yield item, None, (ItemState.FAILED, 0, f"gave up after {item.attempts} attempts")
        pending = [item for item in items if item.attempts < jobs.MOST_ATTEMPTS]
        for item, source, stream in opened(self._ledger, self._parse, job, pending):
            count, reason = 0, ""
            for part in stream:
                if isinstance(part, DocumentError):
                    reason = str(part)
                    yield item, source.unread(Unread("", part.status, part.reason)), None
                elif isinstance(part, LoregraphError):
                    reason = str(part)
                else:
                    count += 1
                    yield item, source.document(part), None
            yield item, None, (ItemState.FAILED if reason else ItemState.DONE, count, reason)
            if self._stop.is_set():
                return

    def _read(self, batch: Batch) -> list[Entry]:
        """Read those documents of a batch that are new or have changed."""
        reached("after-parse")
        reader = self._reader()
        name = reader.extractor.name
        prints = {document.id: fingerprint(document, name) for document, _, _ in batch.parts}
        with self._ledger.read() as connection:
            old = known(connection, list(prints.values()))
            judgements = by_people(connection)
        new = {document.id: (document, part, source) for document, part, source in batch.parts}  # the last one counts
        parts = [entry for key, entry in new.items() if prints[key] not in old]
        readable = [(document, part, source) for document, part, source in parts if isinstance(part, Parsed)]
        entries = [
            Entry(document, part.status, part.reason, source, name)
            for document, part, source in parts
            if isinstance(part, Unread)
        ]
        pages = [Page(document.text, part.chunks) for document, part, _ in readable]
        readings = reader.read(pages)
        vectors = passage_vectors(self._encoder, [document.title for document, _, _ in readable], pages)
        reached("after-read")
        for (document, part, source), reading, vector in zip(readable, readings, vectors, strict=True):
            if isinstance(reading, Exception):
                reason = f"the extractor failed: {reading}"
                entries.append(Entry(document, DocumentStatus.FAILED, reason, source, name))
                continue
            entries.append(
                make_entry(
                    document, part.chunks, reading, part.records, vector,
                    ontology=reader.ontology, source=source, reader=name, judgements=judgements, tables=reader.tables,
                    schema=part.schema,
                )
            )  # fmt: skip
        return entries
