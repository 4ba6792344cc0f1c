"""What is left of a document that the extractor fails on while it is ingested."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.ingest.pipeline import Ingester
from kg.ingest.reader import Reader
from kg.ingest.sandbox import parse
from kg.ledger import documents, jobs
from kg.ledger.database import Ledger
from kg.ontology import Ontology
from kg.types import DocumentStatus, Page, Reading, Viewer


class _Touchy:
    name = "touchy@1"

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        if any("salt" in page.text for page in pages):
            raise RuntimeError("no salt")
        return [Reading() for _ in pages]


def test_it_is_listed_with_the_reason(tmp_path: Path) -> None:
    for name, text in (("a.txt", "Pepper is black."), ("b.txt", "There is salt in it.")):
        (tmp_path / name).write_text(text)
    ontology = Ontology.load()
    ledger = Ledger(tmp_path / "ledger.sqlite")
    try:
        with ledger.write() as connection:
            jobs.submit(connection, jobs.INGEST, [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")], {})
            job = jobs.claim(connection)
        assert job is not None
        Ingester(ledger, lambda: Reader(_Touchy(), ontology, ontology), None, lambda: None, parse).run(job)
        with ledger.read() as connection:
            found = {
                name: documents.find(connection, str(tmp_path / name), Viewer.all()) for name in ("a.txt", "b.txt")
            }
        assert found["a.txt"].status is DocumentStatus.READY
        assert (found["b.txt"].status, found["b.txt"].reason) == (
            DocumentStatus.FAILED,
            "the extractor failed: no salt",
        )
    finally:
        ledger.close()
