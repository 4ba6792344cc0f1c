"""Makes documents and names stand in the index as they are listed, whatever stood there before."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from kg.errors import InputError
from kg.fusion.normalise import acronyms
from kg.index import fulltext
from kg.index.names import name_key
from kg.index.records import IndexedDocument, NameEntry
from kg.index.shelves import shelf_number
from kg.index.titles import title_keys
from kg.index.vectors import vector_key
from kg.index.words import name_terms, storable
from kg.types import Readers


def passage_text(title: str, heading: str, text: str) -> str:
    """Return what is encoded of a passage: its title and headings say what it is about where the text says "it"."""
    return "\n".join(part for part in (title, heading, text) if part)


class Changes:
    """One transaction's changes; remembers which shelves they touch.

    Args:
        connection: The writer, in a transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._shelves: dict[str, int] = {}
        self._texts: set[int] = set()
        self._names: set[int] = set()

    def put_document(self, document: IndexedDocument, encoder: str, vectors: Mapping[str, bytes]) -> None:
        """Replace a document and its passages.

        Args:
            document: As it is to stand.
            encoder: The encoder's name; empty without one.
            vectors: Vectors of its passages by `vector_key`; a passage without one is found by its words alone.
        """
        self.drop_document(document.id)
        shelf = self._shelf(document.readers)
        title = storable(document.title)
        self._connection.execute(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?)",
            (document.id, storable(document.external_id), storable(document.uri), title, shelf),
        )
        if document.chunks:
            self._connection.executemany(
                "INSERT INTO title VALUES (?, ?, ?, ?)",
                [(key, document.id, shelf, whole) for key, whole in title_keys(title).items()],
            )
            fulltext.make_table(self._connection, shelf)
        for id, start, end, text, heading in document.chunks:
            text, heading = storable(text), storable(heading)
            cursor = self._connection.execute(
                'INSERT INTO chunk (id, document, "start", "end", text, heading) VALUES (?, ?, ?, ?, ?, ?)',
                (id, document.id, start, end, text, heading),
            )
            number = int(cursor.lastrowid or 0)
            fulltext.add(self._connection, shelf, number, (title, heading, text))
            key = vector_key(encoder, passage_text(title, heading, text))
            if id not in document.words_only and (body := vectors.get(key)):
                self._connection.execute("INSERT INTO vector VALUES (?, ?, ?, ?)", (number, shelf, key, body))
        self._connection.execute("UPDATE shelf SET chunks = chunks + ? WHERE id = ?", (len(document.chunks), shelf))
        self._texts.add(shelf)

    def drop_document(self, id: str) -> None:
        """Take a document out, if it is there."""
        row = self._connection.execute("SELECT title, shelf FROM document WHERE id = ?", (id,)).fetchone()
        if row is None:
            return
        title, shelf = row
        sql = "SELECT number, heading, text FROM chunk WHERE document = ?"
        chunks = self._connection.execute(sql, (id,)).fetchall()
        for number, heading, text in chunks:
            fulltext.remove(self._connection, shelf, number, (title, heading, text))
            self._connection.execute("DELETE FROM vector WHERE chunk = ?", (number,))
        self._connection.execute("DELETE FROM chunk WHERE document = ?", (id,))
        self._connection.execute("DELETE FROM title WHERE document = ?", (id,))
        self._connection.execute("DELETE FROM document WHERE id = ?", (id,))
        self._connection.execute("UPDATE shelf SET chunks = chunks - ? WHERE id = ?", (len(chunks), shelf))
        self._texts.add(shelf)

    def put_names(self, entry: NameEntry) -> None:
        """Replace an entity's names; those that stay keep their rows.

        Raises:
            InputError: someone could read an alias but not the entity.
        """
        readers = Readers.from_key(entry.readers_key)
        wanted = {(self._shelf(readers), storable(entry.name)): 0}
        for alias, who, mentions in entry.aliases:
            if not readers.covers(who):
                raise InputError(f"entity {entry.entity_id}: not all who read one of its aliases read the entity")
            key = (self._shelf(who), storable(alias))
            wanted[key] = wanted.get(key, 0) + mentions
        self._connection.execute(
            "INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?)",
            (entry.entity_id, entry.type, storable(entry.name), self._shelf(readers)),
        )
        sql = "SELECT number, shelf, alias, norm, mentions FROM alias WHERE entity = ?"
        for number, shelf, alias, norm, mentions in self._connection.execute(sql, (entry.entity_id,)).fetchall():
            now = wanted.pop((shelf, alias), None)
            if now is None:
                self._drop_alias(number, shelf, alias, norm)
            elif now != mentions:
                self._connection.execute("UPDATE alias SET mentions = ? WHERE number = ?", (now, number))
        for (shelf, alias), mentions in wanted.items():
            self._add_alias(entry.entity_id, shelf, alias, mentions)

    def drop_names(self, entity: str) -> None:
        """Take an entity and its names out, if it is there."""
        row = self._connection.execute("DELETE FROM entity WHERE id = ? RETURNING shelf", (entity,)).fetchone()
        if row is None:
            return
        self._names.add(row[0])
        sql = "SELECT number, shelf, alias, norm FROM alias WHERE entity = ?"
        for alias in self._connection.execute(sql, (entity,)).fetchall():
            self._drop_alias(*alias)

    def finish(self) -> None:
        """Mark what has changed, and take down what stands empty."""
        for shelf in self._texts:
            self._connection.execute("UPDATE shelf SET texts_changed = texts_changed + 1 WHERE id = ?", (shelf,))
            if self._connection.execute("SELECT 1 FROM shelf WHERE id = ? AND chunks = 0", (shelf,)).fetchone():
                fulltext.drop_table(self._connection, shelf)
        for shelf in self._names:
            self._connection.execute("UPDATE shelf SET names_changed = names_changed + 1 WHERE id = ?", (shelf,))
        for shelf in self._texts | self._names:
            self._connection.execute(
                "DELETE FROM shelf WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM document WHERE shelf = ?1) "
                "AND NOT EXISTS (SELECT 1 FROM entity WHERE shelf = ?1) "
                "AND NOT EXISTS (SELECT 1 FROM alias WHERE shelf = ?1)",
                (shelf,),
            )

    def _shelf(self, readers: Readers) -> int:
        if readers.key not in self._shelves:
            self._shelves[readers.key] = shelf_number(self._connection, readers.key)
        return self._shelves[readers.key]

    def _add_alias(self, entity: str, shelf: int, alias: str, mentions: int) -> None:
        norm = name_key(alias)
        if not norm:
            return  # nothing that could be looked up
        cursor = self._connection.execute(
            "INSERT INTO alias (entity, shelf, alias, norm, mentions) VALUES (?, ?, ?, ?, ?)",
            (entity, shelf, alias, norm, mentions),
        )
        number = cursor.lastrowid
        for table, terms in (("word", name_terms(norm)), ("acronym", acronyms(alias))):
            self._connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", [(t, number) for t in terms])
        self._names.add(shelf)

    def _drop_alias(self, number: int, shelf: int, alias: str, norm: str) -> None:
        self._connection.execute("DELETE FROM alias WHERE number = ?", (number,))
        for table, terms in (("word", name_terms(norm)), ("acronym", acronyms(alias))):
            self._connection.executemany(
                f"DELETE FROM {table} WHERE {table} = ? AND alias = ?", [(term, number) for term in terms]
            )
        self._names.add(shelf)
