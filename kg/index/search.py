"""The search index: passages and names in one SQLite file, a projection of the ledger like the graph."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.index import fulltext
from kg.index.database import Database
from kg.index.names import Names
from kg.index.records import IndexedDocument, NameEntry
from kg.index.shelves import visible_shelves
from kg.index.spans import find_spans
from kg.index.titles import Titled, find_titles
from kg.index.vectors import Vectors, cosine, encode_new, vector_key
from kg.index.words import storable
from kg.index.writing import Changes, passage_text
from kg.ports import Encoder, Named, Passage
from kg.types import Viewer


class SearchIndex:
    """Finds passages and names as a viewer may see them; implements `kg.ports.ChunkIndex` and `kg.ports.NameIndex`.

    Results, their order and their scores equal those of an index that holds nothing but what the viewer may read. Any
    thread may read, also while another writes.

    Args:
        database: The file.
        encoder: What makes vectors of passages; without one they are found by their words alone.
    """

    def __init__(self, database: Database, encoder: Encoder | None) -> None:
        self._database = database
        self._encoder = encoder
        self._vectors = Vectors()
        self._names = Names()

    def position(self) -> int:
        """The ledger's delta number that the index stands at; 0 when empty."""
        with self._database.reading() as connection:
            return int(_setting(connection, "position") or 0)

    def apply(
        self,
        position: int,
        *,
        documents: Sequence[IndexedDocument] = (),
        gone_documents: Sequence[str] = (),
        names: Sequence[NameEntry] = (),
        gone_names: Sequence[str] = (),
    ) -> None:
        """Make what is listed so, and take the position, in one transaction; twice is once.

        Args:
            position: The ledger's delta number that the index stands at afterwards.
            documents: Replace what stood under their ids. What is both listed and gone is listed.
            gone_documents: Ids of documents to take out.
            names: Replace what stood under their entities.
            gone_names: Ids of entities to take out.

        Raises:
            InputError: someone could read an alias but not its entity.
            StorageFullError: the disk is full; nothing was applied.
            UnavailableError: the file cannot be written; nothing was applied.
        """
        vectors = self._encode(documents)
        encoder = self._encoder.name if self._encoder else ""
        with self._database.writing() as connection:
            changes = Changes(connection)
            for id in gone_documents:
                changes.drop_document(id)
            for document in documents:
                changes.put_document(document, encoder, vectors)
            for entity in gone_names:
                changes.drop_names(entity)
            for entry in names:
                changes.put_names(entry)
            changes.finish()
            _set(connection, "position", str(position))
            if documents:
                _set(connection, "encoder", encoder)
            self._forget_all_but([row[0] for row in connection.execute("SELECT id FROM shelf")])

    def counts(self) -> Mapping[str, int]:
        """Numbers of `documents`, `chunks`, `entities`, whoever may see them."""
        tables = {"documents": "document", "chunks": "chunk", "entities": "entity"}
        with self._database.reading() as connection:
            counted = {k: connection.execute(f"SELECT count(*) FROM {table}").fetchone() for k, table in tables.items()}
        return {name: int(row[0]) for name, row in counted.items()}

    def full_text(self, query: str, viewer: Viewer, *, limit: int = 20) -> list[Passage]:
        """Passages that hold the words, best first (BM25 over what is visible)."""
        with self._database.reading() as connection:
            numbers, scores = fulltext.rank(connection, visible_shelves(connection, viewer), query, limit)
            return _passages(connection, numbers, scores, limit)

    def nearest(self, vector: NDArray[np.float32], viewer: Viewer, *, limit: int = 20) -> list[Passage]:
        """Passages nearest in meaning, best first (cosine).

        Raises:
            InputError: the vector does not fit the index.
        """
        with self._database.reading() as connection:
            shelves = visible_shelves(connection, viewer)
            numbers, scores = self._vectors.nearest(connection, shelves, vector, limit)
            return _passages(connection, numbers, scores, limit)

    def find(self, name: str, viewer: Viewer, *, limit: int = 10) -> list[Named]:
        """Entities whose name or alias is like this one: equal first, then in part, short, begun or misspelt."""
        with self._database.reading() as connection:
            return self._names.find(connection, visible_shelves(connection, viewer), name, limit)

    def spans(self, text: str, viewer: Viewer) -> list[tuple[int, int, list[Named]]]:
        """Every stretch of a text (start, end) that equals a known alias after normalisation, longest first."""
        with self._database.reading() as connection:
            return find_spans(connection, visible_shelves(connection, viewer), text)

    def titles(self, texts: Sequence[str], viewer: Viewer, *, cased: bool = True) -> list[list[Titled]]:
        """The stretches of each text that equal a visible document's title: (start, end, ids of the documents)."""
        with self._database.reading() as connection:
            return find_titles(connection, visible_shelves(connection, viewer), texts, cased=cased)

    def rarity(self, names: Sequence[str], viewer: Viewer) -> list[float]:
        """How rare each name is among visible passages: 1 for one that none of them holds."""
        with self._database.reading() as connection:
            return fulltext.rarity(connection, visible_shelves(connection, viewer), names)

    def openings(self, documents: Sequence[str], viewer: Viewer) -> list[Passage]:
        """The first passage of each visible document that has one, in the order given, score 0."""
        sql = (
            "SELECT c.document, min(c.number) FROM chunk c JOIN document d ON d.id = c.document "
            "WHERE d.id IN (SELECT value FROM json_each(?)) AND d.shelf IN (SELECT value FROM json_each(?)) "
            "GROUP BY c.document"
        )
        with self._database.reading() as connection:
            shelves = [shelf.id for shelf in visible_shelves(connection, viewer)]
            first = dict(connection.execute(sql, (json.dumps(list(documents)), json.dumps(shelves))).fetchall())
            return [_passage(connection, first[id], 0.0) for id in dict.fromkeys(documents) if id in first]

    def cosines(self, vector: NDArray[np.float32], passages: Sequence[Passage], viewer: Viewer) -> list[float]:
        """How near passages are in meaning; 0 for one that is not visible or has no vector."""
        sql = (
            "SELECT c.id, v.body FROM chunk c JOIN vector v ON v.chunk = c.number "
            "WHERE c.document IN (SELECT value FROM json_each(?)) AND c.id IN (SELECT value FROM json_each(?)) "
            "AND +v.shelf IN (SELECT value FROM json_each(?))"
        )
        wanted = [sorted({p.document_id for p in passages}), sorted({p.chunk_id for p in passages})]
        with self._database.reading() as connection:
            shelves = [shelf.id for shelf in visible_shelves(connection, viewer)]
            rows = connection.execute(sql, [json.dumps(part) for part in (*wanted, shelves)]).fetchall()
        found = {id: cosine(vector, body) for id, body in rows}
        return [found.get(passage.chunk_id, 0.0) for passage in passages]

    def clear(self) -> None:
        """Empty the index, position included."""
        with self._database.writing() as connection:
            for (shelf,) in connection.execute("SELECT id FROM shelf").fetchall():
                fulltext.drop_table(connection, shelf)
            for table in ("document", "title", "chunk", "vector", "entity", "alias", "word", "acronym", "shelf"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("DELETE FROM setting WHERE key IN ('position', 'encoder')")
            self._forget_all_but(())

    def close(self) -> None:
        """Close the file."""
        self._database.close()
        self._forget_all_but(())

    def _encode(self, documents: Iterable[IndexedDocument]) -> dict[str, bytes]:
        """Encode passages that no vector is known of: outside the transaction, since it takes long."""
        encoder = self._encoder
        if encoder is None:
            return {}
        texts = dict.fromkeys(
            passage_text(storable(document.title), storable(heading), storable(text))
            for document in documents
            for id, *_, text, heading in document.chunks
            if id not in document.words_only
        )
        keys = json.dumps([vector_key(encoder.name, text) for text in texts])
        sql = "SELECT key, body FROM vector WHERE key IN (SELECT value FROM json_each(?))"
        with self._database.reading() as connection:
            known = dict(connection.execute(sql, (keys,)).fetchall())
        return encode_new(encoder, texts, known)

    def _forget_all_but(self, shelves: Sequence[int]) -> None:
        self._vectors.keep(shelves)
        self._names.fuzzy.keep(shelves)


def open_index(directory: Path, encoder: Encoder | None) -> SearchIndex:
    """Open the index in a directory, or make one.

    Vectors of another encoder compare with nothing: an index that holds such is emptied, and its position tells that it
    has to be filled again. So is one of an older version of this package, or a damaged one.

    Args:
        directory: Where it lies; made where it is missing.
        encoder: What makes vectors of passages. None leaves those that are there in place, and adds none.

    Raises:
        StorageFullError: the disk is full.
        UnavailableError: the file cannot be opened.
    """
    index = SearchIndex(Database(directory), encoder)
    with index._database.reading() as connection:
        made_by = _setting(connection, "encoder")
    if encoder is not None and made_by is not None and made_by != encoder.name:
        index.clear()
    return index


def _passages(
    connection: sqlite3.Connection, numbers: NDArray[np.int64], scores: NDArray[np.float64], limit: int
) -> list[Passage]:
    """Read the best passages; ties go by chunk id, which is the same in every index."""
    sql = "SELECT number, id FROM chunk WHERE number IN (SELECT value FROM json_each(?))"
    ids = dict(connection.execute(sql, (json.dumps(numbers.tolist()),)).fetchall())
    order = sorted(zip(scores.tolist(), numbers.tolist(), strict=True), key=lambda hit: (-hit[0], ids[hit[1]]))
    return [_passage(connection, number, score) for score, number in order[: max(0, limit)]]


def _passage(connection: sqlite3.Connection, number: int, score: float) -> Passage:
    sql = (
        'SELECT d.id, d.external_id, d.uri, d.title, c.id, c."start", c."end", c.text '
        "FROM chunk c JOIN document d ON d.id = c.document WHERE c.number = ?"
    )
    document, external_id, uri, title, chunk, start, end, text = connection.execute(sql, (number,)).fetchone()
    return Passage(document, external_id, uri, title, chunk, start, end, text, score)


def _setting(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def _set(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (key, value))
