from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from table_samples import enterprise
from test_infer import (
    CHINOOK_KEYS,
    NORTHWIND_KEYS,
    NORTHWIND_NAMES,
    NORTHWIND_REFERENCES,
    keys,
    mapped,
    names,
    references,
)

from kg.errors import InputError, SettingsError, UnavailableError
from kg.ingest.parsed import Parsed
from kg.tables.found import data_sets
from kg.tables.readers.database import read, shown
from kg.tables.sandboxed import parts_of
from kg.tables.source import SourceTable


def test_northwind_in_postgresql(postgres: Callable[[str, Path], str]) -> None:
    url = postgres("northwind", enterprise("northwind") / "northwind.sql")
    found = mapped(url)
    assert keys(found) == NORTHWIND_KEYS
    assert references(found) == NORTHWIND_REFERENCES
    assert names(found, NORTHWIND_NAMES) == NORTHWIND_NAMES
    assert found.tables["orders"].columns["order_date"].kind == "Date"
    (source,), _ = data_sets([], [url])
    assert "secret" not in source.name
    assert "secret" not in str(source.to_json())
    parts = [part for part in parts_of(source) if isinstance(part, Parsed)]
    assert sum(len(part.records) for part in parts) == 3362
    customers = next(part for part in parts if part.title == "northwind: customers")
    assert customers.external_id == f"{source.name}#customers"
    assert "company_name: Alfreds Futterkiste" in customers.text


def test_chinook_in_postgresql(postgres: Callable[[str, Path], str]) -> None:
    found = mapped(postgres("chinook", enterprise("chinook") / "Chinook_PostgreSql.sql"))
    assert [len(key) for key in keys(found).values()] == [len(key) for key in CHINOOK_KEYS.values()]
    assert len(references(found)) == 11
    assert found.tables["invoice"].columns["total"].kind == "Number"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR, since DATE, tags VARCHAR[])")
        connection.execute("INSERT INTO customers VALUES (1, 'Ada', '2020-05-01', ['a', 'b']), (2, 'Bob', NULL, NULL)")
        connection.execute("CREATE TABLE bills (no INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers(id))")
        connection.execute("INSERT INTO bills VALUES (10, 1), (11, 1), (12, 2)")
    return path


@pytest.mark.parametrize("by_url", [True, False])
def test_duckdb_by_its_url_or_file(shop: Path, by_url: bool) -> None:
    sources, rest = data_sets([], [f"duckdb:///{shop}"]) if by_url else data_sets([shop])
    assert (rest, [source.name for source in sources]) == ([], [str(shop)])
    parts = {part.external_id: part for part in parts_of(sources[0]) if isinstance(part, Parsed)}
    assert parts[f"{shop}#customers"].text == "id: 1; name: Ada; since: 2020-05-01; tags: a, b\nid: 2; name: Bob"
    assert parts[f"{shop}#bills"].text.startswith("no: 10; customer: Ada\n")


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("sqlite:////no/such/file.sqlite", InputError),
        ("no database", InputError),
        ("oracle://x/y", SettingsError),
        ("postgresql+pg8000://u:p@127.0.0.1:1/x", UnavailableError),
    ],
)
def test_what_is_no_database_is_said_so(url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        list(read(url, "it"))


def test_names_of_databases_hold_no_secrets() -> None:
    assert shown("postgresql+psycopg://user:word@db.example:5433/sales") == "postgresql://db.example:5433/sales"


def test_a_database_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
        connection.execute("INSERT INTO t VALUES (1, 'Ada')")
    before = path.read_bytes()
    assert all(isinstance(table, SourceTable) and list(table.rows) for table in read(f"sqlite:///{path}", "x"))
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["x.sqlite"]
