"""Exact cosine over passages: vectors in int8, multiplied with the question in blocks that fit the processor's cache.

Each vector is scaled so that its largest component is 127. Products and their sums are whole numbers below 2**24, which
float32 holds exactly: a score does not depend on the order in which a matrix product adds up, and so not on which other
passages stand in the matrix.
"""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError
from kg.index.cache import ColumnCache
from kg.index.fulltext import best
from kg.index.shelves import Shelf
from kg.index.words import has_letters
from kg.ports import Encoder

BLOCK = 1024  # rows; 1.5 MiB in float32 at 384 dimensions


class Matrix(NamedTuple):
    """Vectors of a shelf: whole numbers, a row a passage, and their lengths."""

    rows: NDArray[np.int8]
    lengths: NDArray[np.float64]


def quantise(vector: NDArray[np.float32]) -> NDArray[np.int8]:
    """Scale a vector to whole numbers up to 127, or less where it is so long that products would pass 2**24."""
    largest = float(np.abs(vector).max(initial=0.0))
    top = min(127, math.isqrt((2**24 - 1) // max(1, len(vector))))
    return np.rint(vector * (top / largest)).astype(np.int8) if largest else np.zeros(len(vector), np.int8)


def vector_key(encoder: str, text: str) -> str:
    """Return what a text's vector is kept under, so that no text is encoded twice."""
    return hashlib.sha256(f"{encoder}\x1f{text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def encode_new(encoder: Encoder, texts: Iterable[str], known: dict[str, bytes]) -> dict[str, bytes]:
    """Encode texts that have letters.

    Args:
        encoder: The encoder.
        texts: Any texts.
        known: Vectors that need no encoding, by key.

    Returns:
        Key to vector as stored, for every text that has one.
    """
    keys = {vector_key(encoder.name, text): text for text in texts if has_letters(text)}
    found = {key: known[key] for key in keys if key in known}
    new = [key for key in keys if key not in known]
    if new:
        for key, vector in zip(new, encoder.encode([keys[key] for key in new]), strict=True):
            found[key] = quantise(vector).tobytes()
    return found


def cosine(vector: NDArray[np.float32], body: bytes) -> float:
    """Compare a vector with a stored one, as `Vectors.nearest` does.

    Args:
        vector: Shape (dimensions,), any length.
        body: As stored.
    """
    query = quantise(np.asarray(vector, dtype=np.float32).reshape(-1)).astype(np.int64)
    stored = np.frombuffer(body, dtype=np.int8).astype(np.int64)
    length = math.sqrt(float(query @ query)) * math.sqrt(float(stored @ stored))
    return float(query @ stored) / length if length else 0.0


class Vectors:
    """Finds the nearest passages among those of some shelves; caches a matrix for each shelf."""

    def __init__(self) -> None:
        self._cache = ColumnCache("SELECT chunk FROM vector WHERE shelf = ? ORDER BY chunk", _load, _merge)

    def nearest(
        self, connection: sqlite3.Connection, shelves: Sequence[Shelf], vector: NDArray[np.float32], limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Score passages by cosine.

        Args:
            connection: In a transaction.
            shelves: What the viewer sees.
            vector: The question, shape (dimensions,), any length but zero.
            limit: How many passages are wanted.

        Returns:
            Row numbers and cosines of the best, in no order, with everything that ties with the last.

        Raises:
            InputError: the vector has other dimensions than the index, or is not finite.
        """
        query = np.asarray(vector, dtype=np.float32).reshape(-1)
        if not np.isfinite(query).all():
            raise InputError("the query vector holds a number that is not finite")
        whole = quantise(query).astype(np.float32)
        length = float(np.sqrt(whole @ whole))
        found = [(np.empty(0, np.int64), np.empty(0))]
        for shelf in shelves:
            column = self._cache.get(connection, shelf.id, shelf.texts_changed)
            if not len(column.numbers) or not length:
                continue
            if column.rows.rows.shape[1] != len(query):
                raise InputError(f"the index holds {column.rows.rows.shape[1]} dimensions, the query {len(query)}")
            found.append((column.numbers, _products(column.rows, whole) / (column.rows.lengths * length)))
        return best(np.concatenate([n for n, _ in found]), np.concatenate([s for _, s in found]), limit)

    def keep(self, shelves: Collection[int]) -> None:
        """Drop the matrices of other shelves than these."""
        self._cache.keep(shelves)


def _products(matrix: Matrix, query: NDArray[np.float32]) -> NDArray[np.float64]:
    rows = matrix.rows
    out = np.empty(len(rows), np.float32)
    block = np.empty((min(BLOCK, len(rows)), rows.shape[1]), np.float32)
    for first in range(0, len(rows), BLOCK):
        size = min(BLOCK, len(rows) - first)
        block[:size] = rows[first : first + size]
        np.dot(block[:size], query, out=out[first : first + size])
    return out.astype(np.float64)


def _load(connection: sqlite3.Connection, numbers: NDArray[np.int64]) -> Matrix:
    sql = "SELECT body FROM vector WHERE chunk IN (SELECT value FROM json_each(?)) ORDER BY chunk"
    bodies = [row[0] for row in connection.execute(sql, (json.dumps(numbers.tolist()),))]
    rows = np.frombuffer(b"".join(bodies), dtype=np.int8).reshape(len(bodies), -1 if bodies else 0)
    whole = rows.astype(np.int32)
    return Matrix(rows, np.sqrt(np.einsum("ij,ij->i", whole, whole).astype(np.float64)))


def _merge(old: Matrix, stays: NDArray[np.bool_], new: Matrix) -> Matrix:
    if not stays.any():
        return new
    if not len(new.rows):
        return Matrix(old.rows[stays], old.lengths[stays])
    return Matrix(np.concatenate([old.rows[stays], new.rows]), np.concatenate([old.lengths[stays], new.lengths]))
