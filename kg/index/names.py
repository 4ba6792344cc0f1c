"""Which entities a name may stand for, among the names that a viewer may see."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from kg.fusion.normalise import acronyms, is_acronym, normalise_name
from kg.index.fuzzy import Fuzzy, likeness
from kg.index.shelves import Shelf
from kg.index.words import name_terms, storable
from kg.ports import Named

# What a kind of likeness is worth; the share of the longer name that is said decides inside a kind.
PART, PART_SHARE = 0.80, 0.15  # "Lovelace" for "Ada Lovelace"
ACRONYM = 0.85  # "IBM" for "International Business Machines", and back
PREFIX, PREFIX_SHARE = 0.70, 0.15  # "Ada Lovel"
FUZZY = 0.90  # times the square of the similarity

MOST = 500  # aliases read for one kind of likeness, the likeliest first

_SELECT = """
SELECT a.norm, a.alias, e.id, e.type, e.name, sum(a.mentions) FROM alias a JOIN entity e ON e.id = a.entity
WHERE {condition} AND +a.shelf IN (SELECT value FROM json_each(?)) AND +e.shelf IN (SELECT value FROM json_each(?))
GROUP BY e.id, a.alias ORDER BY {order} LIMIT {limit}
"""
_LIKELIEST = "length(a.norm), sum(a.mentions) DESC, a.norm, a.alias, e.id"

Alias = tuple[str, str, str, str, str, int]  # norm, alias, entity id, type, canonical name, visible mentions


def name_key(name: str) -> str:
    """Return what names are looked up by; empty where there is nothing to look up."""
    return normalise_name(storable(name)) or storable(name).casefold().strip()


def aliases(
    connection: sqlite3.Connection,
    shelves: Sequence[Shelf],
    condition: str,
    *parameters: str | int,
    order: str = "e.id, a.alias",
    limit: int = -1,
) -> list[Alias]:
    """Read visible aliases, each with its visible mentions.

    Args:
        connection: In a transaction.
        shelves: What the viewer sees.
        condition: SQL over alias `a` and entity `e`.
        parameters: Its parameters.
        order: SQL.
        limit: Most rows; all by default. Only what is visible is counted.
    """
    visible = json.dumps([shelf.id for shelf in shelves])
    sql = _SELECT.format(condition=condition, order=order, limit=limit)
    return connection.execute(sql, (*parameters, visible, visible)).fetchall()


def equal(connection: sqlite3.Connection, shelves: Sequence[Shelf], keys: Iterable[str]) -> list[Alias]:
    """Read the aliases that equal one of some normalised names."""
    return aliases(connection, shelves, "a.norm IN (SELECT value FROM json_each(?))", json.dumps(sorted(keys)))


def named(found: Iterable[tuple[float, Alias]], limit: int) -> list[Named]:
    """Make one answer of all that was found about each entity.

    Args:
        found: Likeness and alias.
        limit: Most entities.

    Returns:
        Entities by their best alias, likest first, then by mentions under names as like as that.
    """
    by_entity: dict[str, list[tuple[float, Alias]]] = {}
    for score, alias in found:
        by_entity.setdefault(alias[2], []).append((score, alias))
    answers = []
    for entity, matches in by_entity.items():
        score = max(match for match, _ in matches)
        # A set: an alias may be found in more than one way.
        best = sorted({alias for match, alias in matches if match == score}, key=lambda a: (-a[5], len(a[1]), a[1]))
        _, written, _, type_, name, _ = best[0]
        answers.append(Named(entity, type_, name, written, round(score, 6), sum(row[5] for row in best)))
    answers.sort(key=lambda a: (-a.score, -a.mentions, a.name, a.entity_id))
    return answers[: max(0, limit)]


class Names:
    """Finds entities by names that are equal, partial, short for, begun or misspelt; caches what fuzzy search reads."""

    def __init__(self) -> None:
        self.fuzzy = Fuzzy()

    def find(self, connection: sqlite3.Connection, shelves: Sequence[Shelf], name: str, limit: int) -> list[Named]:
        """Return the entities that a name may stand for.

        Args:
            connection: In a transaction.
            shelves: What the viewer sees.
            name: Any name.
            limit: Most entities.
        """
        key = name_key(name)
        if not key:
            return []
        found = [(1.0, alias) for alias in equal(connection, shelves, [key])]
        found += _parts(connection, shelves, key)
        found += _short_forms(connection, shelves, key, name)
        alike = json.dumps(self.fuzzy.like(connection, shelves, key))
        rows = aliases(connection, shelves, "a.number IN (SELECT value FROM json_each(?))", alike)
        found += [(FUZZY * likeness(key, row[0]) ** 2, row) for row in rows]
        return named(found, limit)


def _parts(connection: sqlite3.Connection, shelves: Sequence[Shelf], key: str) -> list[tuple[float, Alias]]:
    """Read the aliases that hold all words of a name, and those that do when its last word goes on."""
    *first, last = name_terms(key) or [""]
    if not last:
        return []
    found = []
    exact = "SELECT alias FROM word WHERE word = ?"
    begun = "SELECT alias FROM word WHERE word > ? AND word < ? || char(1114111)"
    for base, share, ends, parameters in (
        (PART, PART_SHARE, exact, (last,)),
        (PREFIX, PREFIX_SHARE, begun, (last, last)),
    ):
        if ends is begun and len(last) < 2:
            continue
        condition = f"a.number IN ({' INTERSECT '.join([exact] * len(first) + [ends])})"
        rows = aliases(connection, shelves, condition, *first, *parameters, order=_LIKELIEST, limit=MOST)
        found += [(base + share * min(1.0, len(key) / len(row[0])), row) for row in rows]
    return found


def _short_forms(
    connection: sqlite3.Connection, shelves: Sequence[Shelf], key: str, name: str
) -> list[tuple[float, Alias]]:
    """Read the aliases that a name is the acronym of, and those that are its acronym."""
    condition = "a.number IN (SELECT alias FROM acronym WHERE acronym = ?)"
    found = [(ACRONYM, row) for row in aliases(connection, shelves, condition, key, order=_LIKELIEST, limit=MOST)]
    short = acronyms(storable(name))
    found += [(ACRONYM, row) for row in (equal(connection, shelves, short) if short else []) if is_acronym(row[1])]
    return found
