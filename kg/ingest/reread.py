"""Reading stored documents again with another reader, as if it had read them from the start.

Nothing is parsed again: text, passages and what the rows of tables say are taken from the ledger. The result is that
of a first reading, fingerprints included, so that a later ingestion of the same files finds nothing to do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from kg.failpoints import reached
from kg.ingest.batch import CHARACTERS, DOCUMENTS, Batch, BatchWriter
from kg.ingest.pipeline import Progress
from kg.ingest.reader import Reader, passage_vectors
from kg.ingest.reading import join
from kg.ingest.rows import EXTRACTOR, TableReading
from kg.ledger import jobs
from kg.ledger.database import Ledger
from kg.ledger.entries import Entry, fingerprint
from kg.ledger.jobs import Item, ItemState, Job, JobState
from kg.ledger.judgements import by_people
from kg.ledger.stored import Stored, read_otherwise, stored
from kg.ontology import Ontology
from kg.ports import Encoder
from kg.types import Page, Reading


class Rereader:
    """Runs jobs of the kind `REREAD` of one ledger; one at a time.

    Args:
        ledger: Where everything stands.
        reader: Gives who reads prose now; it is asked for each batch.
        encoder: Gives each passage its vector; None leaves that out.
        settle: Fuses what is new and brings the graph and the index up to date.
    """

    def __init__(
        self, ledger: Ledger, reader: Callable[[], Reader], encoder: Encoder | None, settle: Callable[[], None]
    ) -> None:
        self._ledger = ledger
        self._reader = reader
        self._encoder = encoder
        self._settle = settle
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask a running job to end after its batch; it stays queued."""
        self._stop.set()

    def run(self, job: Job, progress: Progress | None = None) -> Job:
        """Run a claimed job to its end, or until `stop`.

        A document that the extractor fails at keeps its old reading and is listed as a dead letter.

        Raises:
            UnavailableError: the graph or the ledger does not answer; the job stays and can be run again.
            StorageFullError: the disk is full; likewise.
        """
        if not job.total:  # found out now, not when it was queued: jobs before it may have read more the old way
            with self._ledger.read() as connection:
                names = list(read_otherwise(connection, self._reader().extractor.name))
            with self._ledger.write() as connection:
                jobs.fill(connection, job.id, names)
                job = jobs.get(connection, job.id)
        with self._ledger.read() as connection:
            items = jobs.pending(connection, job.id)
        finished = job.total - len(items)
        with BatchWriter(self._ledger, job, self._settle) as writer:
            for some in self._batches(job, items):
                writer.write(*self._read(some))
                finished += len(some)
                if progress is not None:
                    progress(finished, job.total, some[-1].source)
        self._settle()
        if not self._stop.is_set():
            reached("before-job-done")
            with self._ledger.write() as connection:
                jobs.finish(connection, job.id, JobState.DONE)
        with self._ledger.read() as connection:
            return jobs.get(connection, job.id)

    def _batches(self, job: Job, items: Sequence[Item]) -> Iterator[list[Item]]:
        """Items in order, their attempts counted; what was tried before goes alone, so that no neighbour is blamed."""
        at = 0
        while at < len(items) and not self._stop.is_set():
            most = 1 if items[at].attempts else DOCUMENTS
            some = [items[at]]
            while len(some) < most and at + len(some) < len(items) and not items[at + len(some)].attempts:
                some.append(items[at + len(some)])
            at += len(some)
            with self._ledger.write() as connection:
                tried = [item.ordinal for item in some if item.attempts < jobs.MOST_ATTEMPTS]
                jobs.attempt(connection, job.id, tried)
                jobs.extend_lease(connection, job.id)
            yield some

    def _read(self, items: Sequence[Item]) -> tuple[Batch, list[Entry]]:
        tried = [item for item in items if item.attempts < jobs.MOST_ATTEMPTS]
        batch = Batch(as_read={})
        batch.done = [
            (item, ItemState.FAILED, 0, f"gave up after {item.attempts} attempts")
            for item in items
            if item.attempts >= jobs.MOST_ATTEMPTS
        ]
        reader = self._reader()
        with self._ledger.read() as connection:
            found = {one.document.external_id: one for one in stored(connection, [i.source for i in tried], EXTRACTOR)}
            judgements = by_people(connection)
        name = reader.extractor.name
        found = {key: one for key, one in found.items() if one.fingerprint != fingerprint(one.document, name)}
        entries: list[Entry] = []
        failed: dict[str, str] = {}
        for part in _portions(list(found.values())):
            pages = [Page(one.document.text, one.chunks) for one in part]
            readings = reader.read(pages)
            vectors = passage_vectors(self._encoder, [one.document.title for one in part], pages)
            for one, reading, vector in zip(part, readings, vectors, strict=True):
                if isinstance(reading, Reading):
                    assert batch.as_read is not None
                    batch.as_read[one.document.id] = one.fingerprint
                    entries.append(
                        join(
                            one.document, one.chunks, reading, _rows(one), vector,
                            ontology=reader.ontology, source=one.source, reader=name, judgements=judgements,
                        )
                    )  # fmt: skip
                else:
                    failed[one.document.external_id] = f"the extractor failed: {reading}"
        reached("after-read")
        for item in tried:
            state = ItemState.FAILED if item.source in failed else ItemState.DONE
            read = int(item.source in found and state is ItemState.DONE)
            batch.done.append((item, state, read, failed.get(item.source, "")))
        return batch, entries


def _portions(documents: Sequence[Stored]) -> Iterator[list[Stored]]:
    """Documents in portions of a bounded length."""
    portion: list[Stored] = []
    length = 0
    for one in documents:
        portion.append(one)
        length += len(one.document.text)
        if length >= CHARACTERS:
            yield portion
            portion, length = [], 0
    if portion:
        yield portion


def _rows(one: Stored) -> TableReading | None:
    if not one.schema:
        return None
    ontology = Ontology.parse(one.schema, "the schema of a table")
    return TableReading(one.mentions, one.statements, dict(one.keys), ontology)
