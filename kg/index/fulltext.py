"""Full text over passages: an FTS5 table for each set of readers, ranked by BM25 over all that the viewer sees.

SQLite's `bm25` knows one table. Its score of a word is `idf * f(frequency, length)`; the word's rarity is replaced by
its rarity among *all visible* passages, so that scores from different tables compare, and no hidden table plays a part.
Source of the formula: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), section 3, with k1 1.2 and
b 0.75, and Lucene's `ln(1 + (N - n + .5) / (n + .5))`, which stays above zero in a collection of any size.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg.index.shelves import Shelf
from kg.index.words import query_terms, quoted, segment

WEIGHTS = (2.0, 1.0, 1.0)  # title, heading, text
COMMON = 1000  # A word in more passages than this and than a third of all is left out where a rarer one is asked for:
# it orders nothing, and costs the most.

Columns = tuple[str, str, str]


def make_table(connection: sqlite3.Connection, shelf: int) -> None:
    """Make a shelf's table where it is missing. It holds no text: that stands in `chunk`, once."""
    connection.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS text_{shelf} USING fts5(title, heading, body, content='', "
        "tokenize='porter unicode61 remove_diacritics 2')"
    )


def drop_table(connection: sqlite3.Connection, shelf: int) -> None:
    """Remove a shelf's table."""
    connection.execute(f"DROP TABLE IF EXISTS text_{shelf}")


def add(connection: sqlite3.Connection, shelf: int, number: int, columns: Columns) -> None:
    """Index a passage's title, heading and text under its row number."""
    connection.execute(
        f"INSERT INTO text_{shelf} (rowid, title, heading, body) VALUES (?, ?, ?, ?)",
        (number, *map(segment, columns)),
    )


def remove(connection: sqlite3.Connection, shelf: int, number: int, columns: Columns) -> None:
    """Take a passage out; the columns must be those it was added with."""
    connection.execute(
        f"INSERT INTO text_{shelf} (text_{shelf}, rowid, title, heading, body) VALUES ('delete', ?, ?, ?, ?)",
        (number, *map(segment, columns)),
    )


def rank(
    connection: sqlite3.Connection, shelves: Sequence[Shelf], query: str, limit: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Score the passages that hold a word of the query.

    Args:
        connection: In a transaction.
        shelves: What the viewer sees.
        query: What a person typed.
        limit: How many passages are wanted.

    Returns:
        Row numbers and scores of the best, in no order, with everything that ties with the last.
    """
    shelves = [shelf for shelf in shelves if shelf.chunks]
    total = sum(shelf.chunks for shelf in shelves)
    terms = query_terms(query)
    # Shelf by shelf: its statements are prepared once for all terms.
    counts = [[_count(connection, shelf, term) for term in terms] for shelf in shelves]
    sums = {term: sum(row[n] for row in counts) for n, term in enumerate(terms)}
    telling = _telling(sums, total)
    rarity = {term: math.log(1 + (total - sums[term] + 0.5) / (sums[term] + 0.5)) for term in telling}
    numbers: list[NDArray[np.int64]] = []
    scores: list[NDArray[np.float64]] = []
    for shelf, row in zip(shelves, counts, strict=True):
        here = dict(zip(terms, row, strict=True))
        for term in telling:
            if here[term]:
                rows, shares = _matches(connection, shelf, term, here[term])
                numbers.append(rows)
                scores.append(shares * rarity[term])
    if not numbers:
        return np.empty(0, np.int64), np.empty(0)
    unique, place = np.unique(np.concatenate(numbers), return_inverse=True)
    # A passage's scores are added up in the order of terms, so that the last digits too are the same in every index.
    added = np.bincount(place, weights=np.concatenate(scores)).astype(np.float64)
    return best(unique, added, limit)


def rarity(connection: sqlite3.Connection, shelves: Sequence[Shelf], phrases: Sequence[str]) -> list[float]:
    """Tell how rare phrases are among the passages that a viewer sees.

    Args:
        connection: In a transaction.
        shelves: What the viewer sees.
        phrases: Names, each of one word or several in a row.

    Returns:
        The inverse frequency of each beside that of a phrase in no passage: 0 in all passages, 1 in none.
    """
    shelves = [shelf for shelf in shelves if shelf.chunks]
    total = sum(shelf.chunks for shelf in shelves)
    most = math.log(1 + (total + 0.5) / 0.5)
    found: dict[str, float] = {}
    for phrase in dict.fromkeys(phrases):
        term = quoted(phrase)
        count = sum(_count(connection, shelf, term) for shelf in shelves) if term else 0
        found[phrase] = math.log(1 + (total - count + 0.5) / (count + 0.5)) / most
    return [found[phrase] for phrase in phrases]


def best(
    numbers: NDArray[np.int64], scores: NDArray[np.float64], limit: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Keep the `limit` highest scores and whatever ties with the last of them."""
    limit = max(1, limit)
    if len(scores) <= limit:
        return numbers, scores
    kept = scores >= np.partition(scores, len(scores) - limit)[len(scores) - limit]
    return numbers[kept], scores[kept]


def _count(connection: sqlite3.Connection, shelf: Shelf, term: str) -> int:
    """Count a shelf's passages that hold a term."""
    sql = f"SELECT count(*) FROM {shelf.table} WHERE {shelf.table} MATCH ?"
    return int(connection.execute(sql, (term,)).fetchone()[0])


def _telling(counts: dict[str, int], total: int) -> list[str]:
    """Return the terms that occur, rarest first, without the common ones where others are left."""
    order = sorted((count, term) for term, count in counts.items() if count)
    rare = [term for count, term in order if count <= max(COMMON, total // 3)]
    return rare or [term for _, term in order]


def _matches(
    connection: sqlite3.Connection, shelf: Shelf, term: str, count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return a shelf's passages that hold a term, and BM25's share of frequency and length for each."""
    rows = connection.execute(
        f"SELECT rowid, bm25({shelf.table}, ?, ?, ?) FROM {shelf.table} WHERE {shelf.table} MATCH ?", (*WEIGHTS, term)
    ).fetchall()
    rarity = math.log((shelf.chunks - count + 0.5) / (count + 0.5))
    table = np.array(rows, dtype=np.float64)
    # FTS5 takes 1e-6 where its own rarity is not positive (ext/fts5/fts5_aux.c).
    return table[:, 0].astype(np.int64), table[:, 1] / -(rarity if rarity > 0 else 1e-6)
