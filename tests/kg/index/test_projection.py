"""The index as a projection: state-based, durable, exact about failures."""

import multiprocessing
import os
import signal
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.errors import InputError, StorageFullError, UnavailableError
from kg.index import HashingEncoder, IndexedDocument, NameEntry, SearchIndex, open_index
from kg.types import Readers, Viewer

ALL = Viewer.all()


class Counting(HashingEncoder):
    """Counts what it encodes."""

    def __init__(self) -> None:
        super().__init__(128)
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return super().encode(texts)


def document(id: str, *texts: str, groups: tuple[str, ...] = ()) -> IndexedDocument:
    chunks = tuple((f"{id}/{i}", 0, len(text), text, "") for i, text in enumerate(texts))
    return IndexedDocument(id, id, id, "", Readers.of(groups), chunks)


def state(index: SearchIndex, encoder: HashingEncoder, query: str = "alpha beta") -> list[object]:
    vector = encoder.encode([query])[0]
    return [
        index.full_text(query, ALL),
        index.nearest(vector, ALL),
        index.find(query, ALL),
        index.spans(query, ALL),
    ]


def test_twice_is_once_and_the_position_is_kept(tmp_path: Path) -> None:
    encoder = HashingEncoder(128)
    index = open_index(tmp_path, encoder)
    assert index.position() == 0
    names = [NameEntry("e", "Person", "Alpha Beta", "*", (("Beta", Readers(), 2),))]
    index.apply(7, documents=[document("d", "alpha one", "beta two")], names=names)
    once = state(index, encoder)
    index.apply(7, documents=[document("d", "alpha one", "beta two")], names=names)
    assert state(index, encoder) == once
    index.close()
    again = open_index(tmp_path, encoder)
    assert again.position() == 7
    assert state(again, encoder) == once
    again.close()


def test_a_listed_document_and_entity_replace_what_was_there(tmp_path: Path) -> None:
    index = open_index(tmp_path, HashingEncoder(128))
    index.apply(1, documents=[document("d", "alpha one", "beta two")], names=[NameEntry("e", "T", "Alpha", "*", ())])
    index.apply(
        2,
        documents=[document("d", "gamma", groups=("x",))],
        names=[NameEntry("e", "T", "Gamma", "x", (("Delta", Readers(("x",)), 3),))],
    )
    assert index.full_text("alpha beta", ALL) == index.find("Alpha", ALL) == []
    assert [p.chunk_id for p in index.full_text("gamma", Viewer.of("x"))] == ["d/0"]
    assert index.full_text("gamma", Viewer()) == index.find("Delta", Viewer()) == []
    assert [n.name for n in index.find("Delta", Viewer.of("x"))] == ["Gamma"]
    index.close()


def test_nothing_is_left_of_what_is_gone(tmp_path: Path) -> None:
    index = open_index(tmp_path, HashingEncoder(128))
    alias = (("Alpha Board Association", Readers(("x",)), 1),)
    index.apply(1, documents=[document("d", "alpha", groups=("x",))], names=[NameEntry("e", "T", "Alpha", "*", alias)])
    index.apply(2, gone_documents=["d", "unknown"], gone_names=["e", "unknown"])
    index.close()
    with sqlite3.connect(tmp_path / "index.sqlite3") as connection:
        tables = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert not [table for table in tables if table.startswith("text_")]
        kept = {t: connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables if "sqlite" not in t}
    assert {table for table, rows in kept.items() if rows} == {"setting"}


def test_no_text_is_encoded_twice(tmp_path: Path) -> None:
    encoder = Counting()
    index = open_index(tmp_path, encoder)
    index.apply(1, documents=[document("d", "alpha", "beta", "12"), document("e", "alpha")])
    assert encoder.texts == ["alpha", "beta"]
    index.apply(2, documents=[document("d", "beta", "gamma"), document("f", "alpha", groups=("x",))])
    assert encoder.texts == ["alpha", "beta", "gamma"]
    index.close()


def test_another_encoder_empties_the_index(tmp_path: Path) -> None:
    index = open_index(tmp_path, HashingEncoder(128))
    index.apply(3, documents=[document("d", "alpha")])
    index.close()
    without = open_index(tmp_path, None)
    assert without.position() == 3
    assert len(without.nearest(HashingEncoder(128).encode(["alpha"])[0], ALL)) == 1
    without.close()
    other = open_index(tmp_path, HashingEncoder(64))
    assert other.position() == 0
    assert other.full_text("alpha", ALL) == []
    other.apply(3, documents=[document("d", "alpha")])
    assert len(other.nearest(HashingEncoder(64).encode(["alpha"])[0], ALL)) == 1
    other.close()


def test_an_index_filled_without_an_encoder_is_filled_again_with_one(tmp_path: Path) -> None:
    index = open_index(tmp_path, None)
    index.apply(3, documents=[document("d", "alpha")])
    assert len(index.full_text("alpha", ALL)) == 1
    index.close()
    index = open_index(tmp_path, HashingEncoder(128))
    assert index.position() == 0
    index.close()


def test_clear(tmp_path: Path) -> None:
    encoder = HashingEncoder(128)
    index = open_index(tmp_path, encoder)
    names = [NameEntry("e", "Person", "Alpha", "*", ())]
    index.apply(3, documents=[document("d", "alpha")], names=names)
    before = state(index, encoder)
    assert index.counts() == {"documents": 1, "chunks": 1, "entities": 1}
    index.clear()
    assert index.position() == 0
    assert set(index.counts().values()) == {0}
    assert state(index, encoder) == [[], [], [], []]
    index.apply(3, documents=[document("d", "alpha")], names=names)
    assert state(index, encoder) == before
    index.close()


def test_an_alias_that_is_read_more_widely_than_its_entity_is_refused(tmp_path: Path) -> None:
    index = open_index(tmp_path, None)
    with pytest.raises(InputError):
        index.apply(
            1, documents=[document("d", "alpha")], names=[NameEntry("e", "T", "A", "x", (("B", Readers(), 1),))]
        )
    assert index.position() == 0
    assert index.full_text("alpha", ALL) == []
    index.close()


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    encoder = HashingEncoder(128)
    index = open_index(tmp_path, encoder)
    index.apply(1, documents=[document("d", "alpha beta")])
    before = state(index, encoder)
    with index._database.writing() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    big = document("e", *(f"alpha {i} " + "word " * 200 for i in range(200)))
    with pytest.raises(StorageFullError):
        index.apply(2, documents=[big])
    assert index.position() == 1
    assert state(index, encoder) == before
    with index._database.writing() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    index.apply(2, documents=[big])
    assert index.position() == 2
    index.close()


@pytest.mark.parametrize("content", [b"not a database, but long enough to be looked at" * 100, b""])
def test_a_damaged_file_gives_way_to_an_empty_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index.sqlite3").write_bytes(content)
    index = open_index(tmp_path, None)
    assert index.position() == 0
    index.apply(1, documents=[document("d", "alpha")])
    assert len(index.full_text("alpha", ALL)) == 1
    index.close()


def test_a_file_of_another_version_gives_way_to_an_empty_one(tmp_path: Path) -> None:
    open_index(tmp_path, None).close()
    with sqlite3.connect(tmp_path / "index.sqlite3") as connection:
        connection.execute("UPDATE setting SET value = '0' WHERE key = 'version'")
        connection.execute("INSERT INTO setting VALUES ('position', '9')")
    index = open_index(tmp_path, None)
    assert index.position() == 0
    index.close()


def test_what_cannot_be_opened_and_what_is_closed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError):
        open_index(tmp_path / "file" / "index", None)
    index = open_index(tmp_path / "index", None)
    index.close()
    with pytest.raises(UnavailableError):
        index.position()
    with pytest.raises(UnavailableError):
        index.apply(1)


def _apply_for_ever(directory: Path, ready: object) -> None:
    index = open_index(directory, HashingEncoder(128))
    position = index.position()
    while True:
        position += 1
        texts = [f"alpha {position} {i}" for i in range(50)]
        names = [NameEntry(f"e{position}", "T", f"Name {position}", "*", ())]
        index.apply(position, documents=[document(f"d{position}", *texts)], names=names)
        if position % 3 == 0:
            ready.set()  # type: ignore[attr-defined]


def test_a_killed_writer_leaves_whole_transactions(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for _ in range(3):
        ready = context.Event()
        process = context.Process(target=_apply_for_ever, args=(tmp_path, ready))
        process.start()
        assert ready.wait(60)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        index = open_index(tmp_path, HashingEncoder(128))
        position = index.position()
        assert position >= 3
        assert len(index.full_text("alpha", ALL, limit=100_000)) == 50 * position
        assert len(index.nearest(HashingEncoder(128).encode(["alpha"])[0], ALL, limit=100_000)) == 50 * position
        assert index.find(f"Name {position}", ALL)[0].score == 1
        assert all(answer.score < 1 for answer in index.find(f"Name {position + 1}", ALL))
        index.close()


def test_readers_in_other_threads_see_whole_states(tmp_path: Path) -> None:
    encoder = HashingEncoder(128)
    index = open_index(tmp_path, encoder)
    index.apply(1, documents=[document("d", *["alpha"] * 5)], names=[NameEntry("e", "T", "Alpha", "*", ())])
    vector = encoder.encode(["alpha"])[0]
    stop = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not stop.is_set():
            try:
                counts = {p.text for p in index.full_text("alpha", ALL)}, {p.text for p in index.nearest(vector, ALL)}
                if not all(len(texts) == 1 for texts in counts) or not index.find("Alpha", ALL):
                    wrong.append(counts)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for position in range(2, 40):
        groups = ("x",) if position % 3 == 0 else ()
        names = [NameEntry("e", "T", "Alpha", "*", ((f"Alpha {position}", Readers(), 1),))]
        index.apply(position, documents=[document("d", *["alpha " * position] * 5, groups=groups)], names=names)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    index.close()
