"""Names that are spelt almost like another."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from kg.index.cache import ColumnCache
from kg.index.fulltext import best
from kg.index.shelves import Shelf
from kg.index.words import name_terms

ALIKE = 80.0  # percent: one wrong letter in five
SHORTEST = 4  # letters; shorter names are like too many
MOST_COMPARED = 300_000  # visible aliases; past that, only those with a word that begins like one of the name's
BEGIN = 3  # letters
MOST = 100  # aliases, and those that tie with the last


class Fuzzy:
    """Compares a name with the visible normalised names, whatever the order of their words."""

    def __init__(self) -> None:
        self._cache = ColumnCache("SELECT number FROM alias WHERE shelf = ? ORDER BY number", _load, _merge)

    def like(self, connection: sqlite3.Connection, shelves: Sequence[Shelf], key: str) -> list[int]:
        """Return the row numbers of the aliases that are spelt most like a normalised name.

        Args:
            connection: In a transaction.
            shelves: What the viewer sees.
            key: A normalised name.
        """
        if len(key) < SHORTEST:
            return []
        if sum(_size(connection, shelf) for shelf in shelves) <= MOST_COMPARED:
            columns = [self._cache.get(connection, shelf.id, shelf.names_changed) for shelf in shelves]
            pools = [(column.numbers, column.rows) for column in columns]
        else:
            pools = [_begun_alike(connection, shelves, key)]
        numbers: list[int] = []
        scores: list[float] = []
        for rows, names in pools:
            for _, score, place in process.extract(
                _in_order(key), names, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
            ):
                numbers.append(int(rows[place]))
                scores.append(score)
        kept, _ = best(np.array(numbers, np.int64), np.array(scores), MOST)
        return [int(number) for number in kept]

    def keep(self, shelves: Collection[int]) -> None:
        """Drop the names of other shelves than these."""
        self._cache.keep(shelves)


def likeness(left: str, right: str) -> float:
    """Return the similarity of two normalised names (0 to 1): Indel, over the words in alphabetical order."""
    return fuzz.ratio(_in_order(left), _in_order(right)) / 100


def _in_order(norm: str) -> str:
    return " ".join(sorted(norm.split())) if " " in norm else norm


def _size(connection: sqlite3.Connection, shelf: Shelf) -> int:
    return int(connection.execute("SELECT count(*) FROM alias WHERE shelf = ?", (shelf.id,)).fetchone()[0])


def _begun_alike(
    connection: sqlite3.Connection, shelves: Sequence[Shelf], key: str
) -> tuple[NDArray[np.int64], list[str]]:
    """Read the visible aliases that share the first letters of a word with a name."""
    begins = sorted({term[:BEGIN] for term in name_terms(key)})
    ranges = " OR ".join(["(w.word >= ? AND w.word < ? || char(1114111))"] * len(begins))
    rows = connection.execute(
        f"SELECT DISTINCT a.number, a.norm FROM word w JOIN alias a ON a.number = w.alias WHERE ({ranges}) "
        "AND +a.shelf IN (SELECT value FROM json_each(?))",
        [*(begin for begin in begins for _ in range(2)), json.dumps([shelf.id for shelf in shelves])],
    ).fetchall()
    return np.array([row[0] for row in rows], np.int64), [_in_order(row[1]) for row in rows]


def _load(connection: sqlite3.Connection, numbers: NDArray[np.int64]) -> list[str]:
    sql = "SELECT norm FROM alias WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number"
    return [_in_order(row[0]) for row in connection.execute(sql, (json.dumps(numbers.tolist()),))]


def _merge(old: list[str], stays: NDArray[np.bool_], new: list[str]) -> list[str]:
    return [name for name, stay in zip(old, stays.tolist(), strict=True) if stay] + new
