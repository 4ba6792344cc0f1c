"""What a change makes necessary to decide anew: everything that block keys connect with it, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Protocol

from kg.fusion.blocking import partners_of


class BlockIndex(Protocol):
    """The block keys of all stored local entities."""

    def keys_of(self, local_ids: Set[str]) -> Mapping[str, Set[str]]:
        """The keys of these local entities; unknown ids are left out."""
        ...

    def holding(self, keys: Set[str]) -> Set[str]:
        """Ids of the local entities that have one of these keys."""
        ...


def affected(keys: Iterable[str], index: BlockIndex) -> set[str]:
    """Find the local entities that a change reaches.

    Resolving them alone gives for each what resolving everything would give.

    Args:
        keys: Block keys of every local entity that was added, changed or removed: those before and those after.
        index: The index as it stands after the change.

    Returns:
        Ids of all local entities connected with those keys, directly or through others. A local entity that is never
        named has no keys: when it is itself new, resolve it too.
    """
    reached: set[str] = set()
    asked: set[str] = set()
    frontier = set(keys)
    while frontier:
        asked |= frontier
        new = set(index.holding(partners_of(frontier))) - reached
        reached |= new
        frontier = {key for mine in index.keys_of(new).values() for key in mine} - asked
    return reached


class MemoryIndex:
    """A `BlockIndex` in memory, for one process and for tests of those who keep theirs elsewhere."""

    def __init__(self) -> None:
        self._keys: dict[str, frozenset[str]] = {}
        self._holding: dict[str, set[str]] = defaultdict(set)

    def put(self, local_id: str, keys: Iterable[str]) -> None:
        """Set a local entity's keys."""
        self.remove(local_id)
        self._keys[local_id] = frozenset(keys)
        for key in self._keys[local_id]:
            self._holding[key].add(local_id)

    def remove(self, local_id: str) -> None:
        """Forget a local entity."""
        for key in self._keys.pop(local_id, frozenset()):
            self._holding[key].discard(local_id)
            if not self._holding[key]:
                del self._holding[key]

    def keys_of(self, local_ids: Set[str]) -> Mapping[str, Set[str]]:
        """The keys of these local entities; unknown ids are left out."""
        return {local_id: self._keys[local_id] for local_id in local_ids if local_id in self._keys}

    def holding(self, keys: Set[str]) -> Set[str]:
        """Ids of the local entities that have one of these keys."""
        return set().union(*(self._holding[key] for key in keys if key in self._holding))
