"""Opening sources ahead, and writing batches beside the reading."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from kg.ingest.ahead import MOST, SMALL, opened
from kg.ingest.batch import QUEUED, Batch, BatchWriter
from kg.ingest.parsed import Parsed, Part
from kg.ledger import documents, jobs
from kg.ledger.database import Ledger
from kg.ledger.entries import Entry
from kg.ledger.jobs import Item, ItemState, Job
from kg.types import Document, Viewer


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


def started(ledger: Ledger, sources: list[str]) -> tuple[Job, list[Item]]:
    with ledger.write() as connection:
        jobs.submit(connection, "ingest", sources, {})
        job = jobs.claim(connection)
    assert job is not None
    return job, pending(ledger, job)


def pending(ledger: Ledger, job: Job) -> list[Item]:
    with ledger.read() as connection:
        return jobs.pending(connection, job.id)


def parse(path: Path, *, name: str | None = None, format_name: str | None = None) -> Iterator[Part]:
    yield Parsed(path.read_text(), path.name, (), "text/plain")


def files(folder: Path, sizes: list[int]) -> list[str]:
    for number, size in enumerate(sizes):
        (folder / f"{number:03}.txt").write_text("x" * size)
    return [str(folder / f"{number:03}.txt") for number in range(len(sizes))]


def test_sources_come_in_order_whatever_their_size(ledger: Ledger, tmp_path: Path) -> None:
    sources = files(tmp_path, [10] * 40 + [SMALL + 1] * 3 + [10] * 40 + [SMALL + 1])
    job, items = started(ledger, sources)
    titles = [part.title for _, _, stream in opened(ledger, parse, job, items) for part in stream]  # type: ignore[union-attr]
    assert titles == [Path(source).name for source in sources]
    assert [item.attempts for item in pending(ledger, job)] == [1] * len(sources)


def test_only_what_is_opened_counts_as_tried(ledger: Ledger, tmp_path: Path) -> None:
    job, items = started(ledger, files(tmp_path, [10] * 100))
    stream = opened(ledger, parse, job, items)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert sum(item.attempts for item in pending(ledger, job)) <= MOST + 1
    assert pending(ledger, job)[-1].attempts == 0


def test_a_source_that_was_tried_before_is_tried_alone(ledger: Ledger, tmp_path: Path) -> None:
    job, items = started(ledger, files(tmp_path, [10] * 50))
    with ledger.write() as connection:
        jobs.attempt(connection, job.id, [item.ordinal for item in items])
    stream = opened(ledger, parse, job, pending(ledger, job))
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert [item.attempts for item in pending(ledger, job)].count(2) <= 2  # it, and the one that is parsed ahead
    batch = Batch(done=[(Item(0, "", attempts=1), ItemState.DONE, 1, "")])
    assert batch.full  # and is kept at once, so that it is not tried again because of its neighbours
    assert not Batch(done=[(Item(0, "", attempts=0), ItemState.DONE, 1, "")]).full


def entry(name: str, text: str = "text") -> Entry:
    return Entry(Document(name, name, name, text))


def texts(ledger: Ledger) -> list[str]:
    with ledger.read() as connection:
        return sorted(d.external_id for d in documents.all_listed(connection, Viewer.all()))


def test_batches_are_written_in_their_order(ledger: Ledger, tmp_path: Path) -> None:
    job, _ = started(ledger, files(tmp_path, [1]))
    with BatchWriter(ledger, job, lambda: None) as writer:
        for number in range(2 * QUEUED):
            writer.write(Batch(), [entry("same", f"version {number}"), entry(f"other {number}")])
    assert len(texts(ledger)) == 2 * QUEUED + 1
    with ledger.read() as connection:
        found = documents.find(connection, "same", Viewer.all())
    assert found.text == f"version {2 * QUEUED - 1}"


def test_after_a_failure_nothing_is_written_and_it_is_told(ledger: Ledger, tmp_path: Path) -> None:
    job, _ = started(ledger, files(tmp_path, [1]))
    broken = Entry(Document("a", "a", None, "a document must have a title"))  # type: ignore[arg-type]
    with pytest.raises(IntegrityError), BatchWriter(ledger, job, lambda: None) as writer:
        write_two(ledger, writer, broken)
    assert texts(ledger) == []


def write_two(ledger: Ledger, writer: BatchWriter, broken: Entry) -> None:
    with ledger.write():  # so that the second is queued before the first fails
        writer.write(Batch(), [broken])
        writer.write(Batch(), [entry("b")])


def test_a_long_source_that_gets_on_is_not_given_up(ledger: Ledger, tmp_path: Path) -> None:
    job, items = started(ledger, files(tmp_path, [1]))
    for number in range(jobs.MOST_ATTEMPTS + 2):
        with ledger.write() as connection:
            jobs.attempt(connection, job.id, [0])
        with BatchWriter(ledger, job, lambda: None) as writer:
            writer.write(Batch(open=items[0]), [entry(f"part {number}")])
        assert pending(ledger, job)[0].attempts == 1
    with ledger.write() as connection:
        jobs.attempt(connection, job.id, [0])
    with BatchWriter(ledger, job, lambda: None) as writer:
        writer.write(Batch(open=items[0]), [])  # what is known already is no progress
    assert pending(ledger, job)[0].attempts == 2
