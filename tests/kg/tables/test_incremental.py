"""A data set ingested again: what came, changed and went, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from kg.ingest.parsed import Part
from kg.ingest.pipeline import Ingester
from kg.ingest.reader import Reader
from kg.ingest.sandbox import parse
from kg.ingest.walk import walk
from kg.ledger import documents, jobs
from kg.ledger.database import Ledger
from kg.ledger.facts import facts
from kg.ledger.fusing import fuse
from kg.ontology import Ontology
from kg.projection.entities import named_entities
from kg.projection.everything import everything
from kg.tables.found import data_sets
from kg.tables.load import DataSource
from kg.tables.sandboxed import parts_of
from kg.types import Page, Reading, Viewer

ALL = Viewer.all()
ONTOLOGY = Ontology.load()


class _Nobody:
    name = "nobody@1"

    def __init__(self) -> None:
        self.read_pages = 0

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        self.read_pages += len(pages)
        return [Reading() for _ in pages]


def _parse(
    path: Path, *, name: str | None = None, format_name: str | None = None, tables: DataSource | None = None
) -> Iterator[Part]:
    return parse(path, name=name) if tables is None else parts_of(tables)


class Store:
    """A ledger that folders are ingested into."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def ingest(self, *paths: Path, mapping: str = "") -> int:
        """Ingest folders and files as the service does; the number of documents that were read."""
        tables, rest = data_sets(walk(paths))
        options = {"tables": {one.name: {**one.to_json(), "mapping": mapping} for one in tables}}
        with self._ledger.write() as connection:
            jobs.submit(connection, jobs.INGEST, [*(one.name for one in tables), *map(str, rest)], options)
            job = jobs.claim(connection)
        assert job is not None
        nobody = _Nobody()
        done = Ingester(self._ledger, lambda: Reader(nobody, ONTOLOGY, ONTOLOGY), None, lambda: None, _parse).run(job)
        assert done.failed == 0
        return nobody.read_pages

    def said(self) -> set[str]:
        """Every statement, in words."""
        with self._ledger.read() as connection:
            return {f"{one.subject.text} {one.predicate} {one.object.text}" for one in facts(connection, ALL)}

    def names(self) -> set[str]:
        """What entities are called, once they are fused."""
        with self._ledger.write() as connection:
            fuse(connection, ()).record(connection)
            entities = everything(connection).entities
            return {one.node.name for one in named_entities(connection, entities).values()}

    def documents(self) -> dict[str, str]:
        """Status by external id."""
        with self._ledger.read() as connection:
            return {one.external_id: one.status.value for one in documents.all_listed(connection, ALL)}


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.sqlite")
    yield Store(ledger)
    ledger.close()


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    folder = tmp_path / "crm"
    folder.mkdir()
    (folder / "clients.csv").write_text("id,name,city\nC1,Acme,Graz\nC2,Foo,Linz\nC3,Bar,Wels\n")
    (folder / "deals.csv").write_text("id,client_id,amount\n1,C1,100\n2,C2,250\n3,C3,70\n")
    (folder / "read me.txt").write_text("Our clients and deals.")
    return folder


def test_a_folder_of_tables_is_one_source_beside_its_prose(store: Store, crm: Path) -> None:
    assert store.ingest(crm) == 3
    assert store.documents() == dict.fromkeys(
        (str(crm / "clients.csv"), str(crm / "deals.csv"), str(crm / "read me.txt")), "ready"
    )
    assert {"1 CLIENT Acme", "2 AMOUNT 250", "Bar CITY Wels"} <= store.said()
    assert store.ingest(crm) == 0


def test_inserts_updates_and_deletes(store: Store, crm: Path) -> None:
    store.ingest(crm)
    (crm / "deals.csv").write_text("id,client_id,amount\n1,C1,100\n3,C3,75\n4,C2,9\n")
    assert store.ingest(crm) == 1
    said = store.said()
    assert {"1 CLIENT Acme", "3 AMOUNT 75", "4 CLIENT Foo"} <= said
    assert not {"2 AMOUNT 250", "3 AMOUNT 70"} & said


def test_a_table_that_is_gone_is_gone_and_one_that_breaks_stays(store: Store, crm: Path) -> None:
    store.ingest(crm)
    (crm / "deals.csv").unlink()
    (crm / "clients.csv").write_bytes(b"\x00\x01\x02\x03" * 50)
    store.ingest(crm)
    found = store.documents()
    assert str(crm / "deals.csv") not in found
    assert found[str(crm / "clients.csv")] == "ready"
    assert found[f"{crm / 'clients.csv'}#unread"] != "ready"
    assert "Bar CITY Wels" in store.said()
    (crm / "clients.csv").write_text("id,name,city\nC1,Acme,Graz\nC2,Foo,Linz\n")
    store.ingest(crm)
    assert set(store.documents()) == {str(crm / "clients.csv"), str(crm / "read me.txt")}
    assert "Bar CITY Wels" not in store.said()


def test_one_file_of_a_folder_leaves_the_others_alone(store: Store, crm: Path) -> None:
    store.ingest(crm)
    (crm / "clients.csv").write_text("id,name,city\nC1,Acme,Wien\n")
    store.ingest(crm / "clients.csv")
    assert {"Acme CITY Wien", "2 CLIENT Foo"} <= store.said()
    assert "Bar CITY Wels" not in store.said()


def test_a_mapping_changes_what_is_stored(store: Store, crm: Path) -> None:
    store.ingest(crm)
    assert store.ingest(crm, mapping="tables: {clients: {columns: {city: {kind: Location, relation: SEAT}}}}") == 1
    assert "Acme SEAT Graz" in store.said()
    assert "Acme CITY Graz" not in store.said()


def test_rows_of_a_database(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL)")
        connection.executemany("INSERT INTO items VALUES (?, ?, ?)", [(n, f"Item {n}", n / 2) for n in range(1_500)])
        connection.execute("CREATE TABLE old (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO old VALUES (1, 'Gone')")
    assert store.ingest(path) == 9
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE items SET price = 99 WHERE id = 7")
        connection.execute("DROP TABLE old")
    assert store.ingest(path) == 1
    assert "Item 7 PRICE 99" in store.said()
    assert not any(name.endswith("#old") for name in store.documents())


def test_a_row_that_is_referred_to_and_not_there_is_called_by_its_key(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE clients (code TEXT PRIMARY KEY, name TEXT)")
        connection.execute("CREATE TABLE deals (id INTEGER PRIMARY KEY, client TEXT REFERENCES clients (code))")
        connection.execute("INSERT INTO clients VALUES ('C1', 'Acme')")
        connection.executemany("INSERT INTO deals VALUES (?, ?)", [(1, "C1"), (2, "C2"), (3, "C2")])
    store.ingest(path)
    assert store.names() == {"Acme", "C2", "1", "2", "3"}
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO clients VALUES ('C2', 'Foo')")
    store.ingest(path)
    assert store.names() == {"Acme", "Foo", "1", "2", "3"}
