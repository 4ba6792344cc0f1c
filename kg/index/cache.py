"""Columns of a shelf kept in memory and brought up to date by what was added and removed, not by reading all anew."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Rows = TypeVar("Rows")


@dataclass(frozen=True, slots=True)
class Column(Generic[Rows]):
    """A shelf's rows at one moment: ascending row numbers, and what the reader of rows made of each, in that order."""

    changed: int
    numbers: NDArray[np.int64]
    rows: Rows


class ColumnCache(Generic[Rows]):
    """Keeps one column for each shelf. What it hands out never changes, so that threads may share it.

    Args:
        numbers: SQL that gives the row numbers of a shelf (one parameter), ascending.
        load: Reads rows by their ascending numbers.
        merge: Makes the new rows out of old ones, a mask of those that stay, and loaded ones, whose numbers are larger.
    """

    def __init__(
        self,
        numbers: str,
        load: Callable[[sqlite3.Connection, NDArray[np.int64]], Rows],
        merge: Callable[[Rows, NDArray[np.bool_], Rows], Rows],
    ) -> None:
        self._numbers = numbers
        self._load = load
        self._merge = merge
        self._columns: dict[int, Column[Rows]] = {}
        self._guard = threading.Lock()

    def get(self, connection: sqlite3.Connection, shelf: int, changed: int) -> Column[Rows]:
        """Return a shelf's column as this connection's transaction sees it.

        Args:
            connection: In a transaction.
            shelf: Its number.
            changed: Its counter of changes.
        """
        held = self._columns.get(shelf)
        if held is not None and held.changed == changed:
            return held
        rows = connection.execute(self._numbers, (shelf,)).fetchall()
        now = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        if held is None or held.changed > changed:  # an older transaction may see rows that are no longer held
            column = Column(changed, now, self._load(connection, now))
        else:
            stays = np.isin(held.numbers, now, assume_unique=True)
            new = np.setdiff1d(now, held.numbers, assume_unique=True)
            column = Column(changed, now, self._merge(held.rows, stays, self._load(connection, new)))
        with self._guard:
            other = self._columns.get(shelf)
            if other is None or other.changed < changed:
                self._columns[shelf] = column
        return column

    def keep(self, shelves: Collection[int]) -> None:
        """Drop what is held of other shelves than these."""
        with self._guard:
            self._columns = {shelf: column for shelf, column in self._columns.items() if shelf in shelves}
