from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from ingest_samples import check, parts_of

from kg.errors import DocumentError
from kg.ingest.parsed import Parsed, Unread
from kg.types import ChunkKind, DocumentStatus

SCHEMA = """
CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT, photo BLOB);
CREATE TABLE album (id INTEGER PRIMARY KEY, title VARCHAR(200), artist_id INTEGER REFERENCES Artist, released DATETIME,
                    price NUMERIC);
CREATE TABLE tag (code TEXT PRIMARY KEY, label TEXT);
CREATE TABLE album_tag (album_id INTEGER REFERENCES album(id), tag TEXT REFERENCES tag(code),
                        PRIMARY KEY (album_id, tag));
CREATE TABLE track (album_id INTEGER, no INTEGER, name TEXT, PRIMARY KEY (album_id, no),
                    FOREIGN KEY (album_id) REFERENCES album(id));
CREATE TABLE play (id INTEGER PRIMARY KEY, track_no INTEGER, album INTEGER, at TEXT, lost INTEGER REFERENCES gone(id),
                   FOREIGN KEY (album, track_no) REFERENCES track(album_id, no));
CREATE TABLE employee (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, boss INTEGER REFERENCES employee(id));
CREATE TABLE empty (id INTEGER);
INSERT INTO artist VALUES (1, 'AC/DC', x'00ff'), (2, '崔健', NULL);
INSERT INTO album VALUES (10, 'Back; in: Black', 1, '1980-07-25 00:00:00', 9.99), (11, '1984', 2, 'unknown', NULL);
INSERT INTO tag VALUES ('r', 'Rock');
INSERT INTO album_tag VALUES (10, 'r'), (11, 'r');
INSERT INTO track VALUES (10, 1, 'Hells Bells'), (10, 2, 'Shoot to Thrill');
INSERT INTO play VALUES (1, 2, 10, '2024-05-06', NULL), (2, NULL, NULL, '2024-05-07', 5);
INSERT INTO employee VALUES (1, 'Ada', 'Lovelace', NULL), (2, 'Bob', 'Smith', 1);
"""


@pytest.fixture
def tables(tmp_path: Path) -> dict[str, Parsed]:
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
    connection.close()
    parts = parts_of(path)
    found: dict[str, Parsed] = {}
    for part in parts:
        assert isinstance(part, Parsed)
        check(part)
        assert part.external_id is not None
        found[part.external_id] = part
    return found


def test_each_table_with_rows_is_a_document(tables: dict[str, Parsed]) -> None:
    assert list(tables) == [
        f"shop.db#{t}" for t in ("album", "album_tag", "artist", "employee", "play", "tag", "track")
    ]
    album = tables["shop.db#album"]
    assert album.title == "shop: album"
    assert [chunk.kind for chunk in album.chunks] == [ChunkKind.HEADING, ChunkKind.ROW, ChunkKind.ROW]


def test_a_foreign_key_is_written_as_the_name_of_its_row(tables: dict[str, Parsed]) -> None:
    album = tables["shop.db#album"]
    assert album.text == (
        "shop: album\n\nid: 10; title: Back; in: Black; artist_id: AC/DC; released: 1980-07-25 00:00:00; price: 9.99\n"
        "id: 11; title: 1984; artist_id: 崔健; released: unknown"
    )
    first, second = album.records
    assert (first.table, first.key, first.name_column, first.key_columns) == ("album", "10", "title", ("id",))
    assert [field.reference for field in first.fields] == [None, None, ("artist", "1"), None, None]
    assert [field.value.number for field in first.fields if field.value] == [9.99]
    assert second.name is not None
    assert (second.name.text, second.name.value) == ("1984", None)


def test_a_link_table_says_only_what_belongs_together(tables: dict[str, Parsed]) -> None:
    first = tables["shop.db#album_tag"].records[0]
    assert first.link
    assert (first.key, first.name_column) == ("10|r", None)
    assert [(field.text, field.reference) for field in first.fields] == [
        ("Back; in: Black", ("album", "10")),
        ("Rock", ("tag", "r")),
    ]
    assert not any(record.link for record in tables["shop.db#track"].records)


def test_keys_of_several_columns_are_joined(tables: dict[str, Parsed]) -> None:
    assert [record.key for record in tables["shop.db#track"].records] == ["10|1", "10|2"]
    play, broken = tables["shop.db#play"].records
    assert [(field.column, field.text) for field in play.fields if field.reference] == [
        ("album|track_no", "Shoot to Thrill")
    ]
    assert play.fields[-1].reference == ("track", "10|2")
    assert not any(field.reference for field in broken.fields)


def test_people_and_references_to_the_own_table(tables: dict[str, Parsed]) -> None:
    boss, bob = tables["shop.db#employee"].records
    assert boss.name is not None
    assert boss.name.text == "Ada Lovelace"
    assert [(f.column, f.text) for f in bob.fields if f.reference] == [("boss", "Ada Lovelace")]


def test_a_database_is_not_written_to(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT)")
    writer.execute("INSERT INTO note VALUES (1, 'still in the log')")
    writer.commit()
    before = path.read_bytes()
    (part,) = parts_of(path)  # while another process has it open
    assert isinstance(part, Parsed)
    assert "still in the log" in part.text
    assert path.read_bytes() == before
    writer.close()


def test_databases_that_are_damaged_or_empty(tmp_path: Path) -> None:
    path = tmp_path / "bad.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
    connection.close()
    whole = path.read_bytes()
    for content, status in (
        (whole[:2000], DocumentStatus.CORRUPT),
        (whole[:16] + b"\xff" * 5000, DocumentStatus.CORRUPT),
        (b"this is no database", DocumentStatus.CORRUPT),
        (b"", DocumentStatus.BLANK),
    ):
        path.write_bytes(content)
        with pytest.raises(DocumentError) as caught:
            parts_of(path)
        assert caught.value.status is status
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (id INTEGER)")
    connection.close()
    with pytest.raises(DocumentError) as caught:
        parts_of(path)
    assert caught.value.status is DocumentStatus.BLANK


def test_a_damaged_table_does_not_keep_others_from_being_read(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT);")
    connection.executescript("CREATE TABLE site (id INTEGER PRIMARY KEY, name TEXT, city INTEGER REFERENCES city(id));")
    connection.execute("INSERT INTO city VALUES (1, 'London')")
    connection.execute("INSERT INTO site VALUES (1, 'Works', 1)")
    connection.commit()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'city'").fetchone()
    connection.close()
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(raw)
    parts = {part.external_id: part for part in parts_of(path)}
    city, site = parts["shop.db#city"], parts["shop.db#site"]
    assert isinstance(city, Unread)
    assert city.status is DocumentStatus.CORRUPT
    assert isinstance(site, Parsed)
    assert site.text.endswith("id: 1; name: Works; city: 1")
