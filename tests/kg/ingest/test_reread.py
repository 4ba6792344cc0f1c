"""Reading stored documents again: what fails, what goes away meanwhile, and what is given up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from kg.ingest.pipeline import Ingester
from kg.ingest.reader import Reader
from kg.ingest.reread import Rereader
from kg.ingest.sandbox import parse
from kg.ledger import documents, jobs
from kg.ledger.database import Ledger
from kg.ledger.entries import remove
from kg.ledger.facts import facts
from kg.ledger.jobs import Job
from kg.ledger.stored import read_otherwise
from kg.ontology import Ontology
from kg.ports import Extractor
from kg.types import Link, Page, Reading, Span, Viewer, document_id

ONTOLOGY = Ontology.load()
ALL = Viewer.all()


class Founders:
    """Reads "X was founded by Y." and nothing else."""

    def __init__(self, name: str, before: Callable[[str], None] = lambda text: None) -> None:
        self.name, self._before = name, before

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        return [self._read(page.text) for page in pages]

    def _read(self, text: str) -> Reading:
        self._before(text)
        company, found, rest = text.partition(" was founded by ")
        if not found:
            return Reading()
        person = rest.partition(".")[0]
        start = len(company) + len(found)
        spans = (Span(0, len(company), "Organization"), Span(start, start + len(person), "Person"))
        return Reading(spans, (Link(0, 1, "FOUNDED_BY", 0.9, extractor=self.name),))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def read(ledger: Ledger, tmp_path: Path) -> None:
    """Three documents, read by nobody who knows anything, and a table."""
    for number, name in enumerate(("Ann", "Bob", "Cy")):
        (tmp_path / f"{number}.txt").write_text(f"Firm {number} was founded by {name}.")
    (tmp_path / "firms.csv").write_text("firm,boss\nFirm 1,Bob\nFirm 2,Cy\n")
    files = [str(tmp_path / name) for name in ("0.txt", "1.txt", "2.txt", "firms.csv")]
    with ledger.write() as connection:
        jobs.submit(connection, jobs.INGEST, files, {})
        job = jobs.claim(connection)
    assert job is not None
    nobody = Reader(_Nobody(), ONTOLOGY, ONTOLOGY)
    Ingester(ledger, lambda: nobody, None, lambda: None, parse).run(job)


class _Nobody:
    name = "nobody@1"

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        return [Reading() for _ in pages]


def reread(ledger: Ledger, extractor: Extractor) -> Job:
    reader = Reader(extractor, ONTOLOGY, ONTOLOGY)
    with ledger.write() as connection:
        jobs.submit(connection, jobs.REREAD, (), {})
        job = jobs.claim(connection)
    assert job is not None
    return Rereader(ledger, lambda: reader, None, lambda: None).run(job)


def said(ledger: Ledger) -> set[tuple[str, str, str]]:
    with ledger.read() as connection:
        return {(fact.subject.text, fact.predicate, fact.object.text) for fact in facts(connection, ALL)}


def test_prose_is_read_anew_and_tables_stay(ledger: Ledger, read: None) -> None:
    before = said(ledger)
    job = reread(ledger, Founders("founders@1"))
    assert (job.total, job.done, job.failed, job.documents) == (4, 4, 0, 4)
    assert said(ledger) == before | {(f"Firm {n}", "FOUNDED_BY", name) for n, name in enumerate(("Ann", "Bob", "Cy"))}
    with ledger.read() as connection:
        assert list(read_otherwise(connection, "founders@1")) == []
    assert reread(ledger, Founders("founders@1")).total == 0
    assert reread(ledger, _Nobody()).documents == 4
    assert said(ledger) == before


def test_a_document_that_it_fails_on_keeps_its_reading(ledger: Ledger, read: None, tmp_path: Path) -> None:
    def before(text: str) -> None:
        if "Bob." in text:
            raise RuntimeError("not this one")

    job = reread(ledger, Founders("founders@1", before))
    assert (job.done, job.failed) == (3, 1)
    assert job.dead_letters == ((str(tmp_path / "1.txt"), 1, "the extractor failed: not this one"),)
    assert "Firm 1" not in {subject for subject, predicate, _ in said(ledger) if predicate == "FOUNDED_BY"}
    with ledger.read() as connection:
        assert documents.find(connection, str(tmp_path / "1.txt"), ALL).status.value == "ready"
        assert list(read_otherwise(connection, "founders@1")) == [str(tmp_path / "1.txt")]


def test_what_is_deleted_while_it_is_read_stays_deleted(ledger: Ledger, read: None, tmp_path: Path) -> None:
    gone = str(tmp_path / "1.txt")

    def before(text: str) -> None:
        if "Bob." in text:
            with ledger.write() as connection:
                remove(connection, [document_id(gone)]).record(connection)

    reread(ledger, Founders("founders@1", before))
    with ledger.read() as connection:
        assert documents.count(connection, ALL) == {"ready": 3}
    assert not any("Bob" in object_ for _, predicate, object_ in said(ledger) if predicate == "FOUNDED_BY")


def test_what_kills_the_process_again_and_again_is_given_up(ledger: Ledger, read: None, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def before(text: str) -> None:
        if "Bob." in text:
            raise Killed

    reader = Reader(Founders("founders@1", before), ONTOLOGY, ONTOLOGY)
    with ledger.write() as connection:
        jobs.submit(connection, jobs.REREAD, (), {})
    done = None
    for _ in range(5):
        with ledger.write() as connection:
            jobs.release_orphans(connection)
            job = jobs.claim(connection)
        if job is None:
            break
        try:
            done = Rereader(ledger, lambda: reader, None, lambda: None).run(job)
        except Killed:
            continue
    assert done is not None
    assert (done.done, done.failed) == (3, 1)
    assert done.dead_letters == ((str(tmp_path / "1.txt"), 3, "gave up after 3 attempts"),)
