"""Sets of readers as they stand in the index, and which of them a viewer may look into."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kg.types import Readers, Viewer


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one set of readers sees in common.

    Args:
        id: Its number in this file; never part of a result.
        readers: The set.
        chunks: How many passages stand on it.
        texts_changed: Grows with every change of its passages.
        names_changed: Grows with every change of its names.
    """

    id: int
    readers: Readers
    chunks: int
    texts_changed: int
    names_changed: int

    @property
    def table(self) -> str:
        """Its full-text table."""
        return f"text_{self.id}"


def visible_shelves(connection: sqlite3.Connection, viewer: Viewer) -> list[Shelf]:
    """Return the shelves that the viewer sees, in an order that depends on their readers alone."""
    rows = connection.execute("SELECT id, readers, chunks, texts_changed, names_changed FROM shelf ORDER BY readers")
    shelves = (Shelf(id, Readers.from_key(key), *rest) for id, key, *rest in rows)
    return [shelf for shelf in shelves if viewer.sees(shelf.readers)]


def shelf_number(connection: sqlite3.Connection, readers_key: str) -> int:
    """Return the number of the shelf for a set of readers, put up where there is none."""
    row = connection.execute("SELECT id FROM shelf WHERE readers = ?", (readers_key,)).fetchone()
    if row is None:
        cursor = connection.execute("INSERT INTO shelf (readers) VALUES (?) RETURNING id", (readers_key,))
        row = cursor.fetchone()
    return int(row[0])
