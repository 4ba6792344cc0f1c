"""What a change makes necessary to decide anew: everything that block keys connect with it, and nothing else.

Rows of one table do not meet: what is said of one changes nothing for another, unless something that is no row of that
table, or that has a key or an identifier of both, stands between them. So a table of a million rows is no component.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from typing import NamedTuple, Protocol, Self

from kg.fusion.blocking import partners_of

CERTAIN = frozenset("kij")
"""Kinds of block keys under which all meet, rows of one table too: exact keys, identifiers, people's judgements."""
_SEPARATOR = "\x1f"


class Mark(NamedTuple):
    """A block key under which something changed, and the table of the row that did; none for what is no row."""

    key: str
    table: str

    @classmethod
    def of(cls, key: str, table: str) -> Self:
        """The mark of a local entity's key."""
        return cls(key, "" if key[:1] in CERTAIN else table)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Invert `text`."""
        if text[:1] in CERTAIN:
            return cls(text, "")
        key, _, table = text.partition(_SEPARATOR)
        return cls(key, table)

    @property
    def text(self) -> str:
        """The mark as one text."""
        return f"{self.key}{_SEPARATOR}{self.table}" if self.table else self.key


class BlockIndex(Protocol):
    """The block keys of all stored local entities."""

    def marks_of(self, local_ids: Set[str]) -> Iterable[Mark]:
        """The keys of these local entities with their tables; unknown ids are left out."""
        ...

    def holding(self, keys: Set[str]) -> Iterable[tuple[str, str, str]]:
        """The local entities that have one of these keys: the key, its id, and the table that it is a row of."""
        ...


def affected(marks: Iterable[Mark], index: BlockIndex) -> set[str]:
    """Find the local entities that a change reaches.

    Resolving them alone gives for each what resolving everything would give.

    Args:
        marks: Of every local entity that was added, changed or removed: those before and those after.
        index: The index as it stands after the change.

    Returns:
        Ids of all local entities connected with those keys, directly or through others. A local entity that is never
        named has no keys: when it is itself new, resolve it too.
    """
    reached: set[str] = set()
    asked: set[Mark] = set()
    frontier = set(marks)
    while frontier:
        asked |= frontier
        tables: dict[str, set[str]] = defaultdict(set)  # whose rows do not meet, by key
        for mark in frontier:
            for key in partners_of((mark.key,)):
                tables[key].add(mark.table)
        new = {
            local_id
            for key, local_id, table in index.holding(tables.keys())
            if "" in tables[key] or tables[key] != {table}
        } - reached
        reached |= new
        frontier = {mark for mark in index.marks_of(new) if mark not in asked and Mark(mark.key, "") not in asked}
    return reached


class MemoryIndex:
    """A `BlockIndex` in memory, for one process and for tests of those who keep theirs elsewhere."""

    def __init__(self) -> None:
        self._keys: dict[str, frozenset[str]] = {}
        self._tables: dict[str, str] = {}
        self._holding: dict[str, set[str]] = defaultdict(set)

    def put(self, local_id: str, keys: Iterable[str], table: str = "") -> None:
        """Set a local entity's keys, and the table that it is a row of."""
        self.remove(local_id)
        self._keys[local_id], self._tables[local_id] = frozenset(keys), table
        for key in self._keys[local_id]:
            self._holding[key].add(local_id)

    def remove(self, local_id: str) -> None:
        """Forget a local entity."""
        for key in self._keys.pop(local_id, frozenset()):
            self._holding[key].discard(local_id)
            if not self._holding[key]:
                del self._holding[key]

    def marks_of(self, local_ids: Set[str]) -> set[Mark]:
        """The keys of these local entities with their tables; unknown ids are left out."""
        return {Mark.of(key, self._tables[one]) for one in local_ids for key in self._keys.get(one, ())}

    def holding(self, keys: Set[str]) -> list[tuple[str, str, str]]:
        """The local entities that have one of these keys: the key, its id, and the table that it is a row of."""
        return [(key, one, self._tables[one]) for key in keys for one in self._holding.get(key, ())]
