"""A cluster of local entities while it grows, and the index that finds its candidates."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Set
from heapq import merge
from itertools import chain, islice

from kg.fusion.bands import MOST_COMPARED
from kg.fusion.blocking import partners_of
from kg.fusion.local import LocalEntity
from kg.fusion.profile import Profile

Tables = frozenset[str]
_NONE: Tables = frozenset()


class Cluster:
    """Local entities that are one so far.

    Args:
        cluster_id: The smallest mention id in it; a seed keeps its entity's id.
        profile: What is known of them.
        members: Ids of local entities, those that a seed brings included.
        seed: Whether it is, or holds, an entity of wider readers.
    """

    __slots__ = ("id", "keys", "members", "own", "profile", "seed", "version")

    def __init__(self, cluster_id: str, profile: Profile, members: set[str], *, seed: bool = False) -> None:
        self.id = cluster_id
        self.profile = profile
        self.members = members
        self.seed = seed
        self.own: list[LocalEntity] = []
        self.keys: Set[str] = _NONE  # never changed in place: others hold the same set
        self.version = 0

    def take(self, other: Cluster) -> None:
        """Take another cluster in."""
        self.profile.add(other.profile)
        self.members |= other.members
        self.own.extend(other.own)
        if not other.keys <= self.keys:
            self.keys = self.keys | other.keys
        if not self.seed and (other.seed or other.id < self.id):
            self.id = other.id
        self.seed |= other.seed
        self.version += 1


class Index:
    """Clusters by key. Those with rows of one table are different things, so they are never found for one another.

    Under a key that very many share, a cluster finds those that have something in common with it, and the first ones.
    What it finds depends on those alone that may be found for it: rows of its own table take no place.
    """

    def __init__(self) -> None:
        self._clusters: dict[int, Cluster] = {}
        self._keys: dict[int, Set[str]] = {}
        self._tables: dict[int, Tables] = {}  # as they were when it was listed
        self._blocks: dict[str, int | dict[int, None] | _Large] = {}  # most keys have one holder

    def put(self, number: int, keys: Set[str], cluster: Cluster) -> None:
        """List a cluster under these keys and no others."""
        self.drop(number)
        self._clusters[number], self._keys[number], self._tables[number] = cluster, keys, _tables(cluster)
        for key in keys:
            block = self._blocks.get(key)
            if block is None:
                self._blocks[key] = number
            elif isinstance(block, int):
                self._blocks[key] = {block: None, number: None}
            else:
                if isinstance(block, dict) and len(block) >= MOST_COMPARED:
                    self._blocks[key] = large = _Large()
                    for each in block:
                        large.put(each, self._clusters[each], self._tables[each])
                    block = large
                if isinstance(block, _Large):
                    block.put(number, cluster, self._tables[number])
                else:
                    block[number] = None

    def drop(self, number: int) -> Set[str]:
        """Forget a cluster; return the keys that it was listed under."""
        keys = self._keys.pop(number, frozenset())
        for key in keys:
            block = self._blocks[key]
            if isinstance(block, int):
                del self._blocks[key]
            elif isinstance(block, _Large):
                block.drop(number, self._tables[number])
            else:
                del block[number]
        self._clusters.pop(number, None)
        self._tables.pop(number, None)
        return keys

    def near(self, keys: Set[str], cluster: Cluster) -> set[int]:
        """Numbers of the clusters under these keys, but for those with rows of the same table."""
        mine = _tables(cluster)
        found: set[int] = set()
        for key in partners_of(keys):
            block = self._blocks.get(key)
            if isinstance(block, _Large):
                found.update(block.near(cluster, mine))
            elif block is not None:
                numbers = (block,) if isinstance(block, int) else block
                found.update(number for number in numbers if not mine or mine.isdisjoint(self._tables[number]))
        return found


class _Large:
    """The clusters under a key that many share."""

    __slots__ = ("_all", "_by_trait", "_traits")

    def __init__(self) -> None:
        self._all = _Line()
        self._by_trait: dict[Hashable, _Line] = {}
        self._traits: dict[int, set[Hashable]] = {}

    def put(self, number: int, cluster: Cluster, tables: Tables) -> None:
        self._all.put(number, tables)
        self._traits[number] = mine = _traits(cluster)
        for trait in mine:
            if trait not in self._by_trait:
                self._by_trait[trait] = _Line()
            self._by_trait[trait].put(number, tables)

    def drop(self, number: int, tables: Tables) -> None:
        self._all.drop(number, tables)
        for trait in self._traits.pop(number):
            self._by_trait[trait].drop(number, tables)

    def near(self, cluster: Cluster, tables: Tables) -> Iterator[int]:
        found = self._all.first(tables, MOST_COMPARED + 1)
        if len(found) <= MOST_COMPARED:
            return iter(found)
        alike = (
            self._by_trait[trait].first(tables, MOST_COMPARED) for trait in _traits(cluster) if trait in self._by_trait
        )
        return chain(chain.from_iterable(alike), found[:MOST_COMPARED])


class _Line:
    """Numbers in the order in which they came, by the tables that their clusters have rows of."""

    __slots__ = ("_by_tables", "_next")

    def __init__(self) -> None:
        self._by_tables: dict[Tables, dict[int, int]] = {}
        self._next = 0

    def put(self, number: int, tables: Tables) -> None:
        self._by_tables.setdefault(tables, {})[number] = self._next
        self._next += 1

    def drop(self, number: int, tables: Tables) -> None:
        del self._by_tables[tables][number]

    def first(self, without: Tables, most: int) -> list[int]:
        """The first ones whose clusters have rows of none of these tables."""
        lines = [line for tables, line in self._by_tables.items() if line and without.isdisjoint(tables)]
        if len(lines) == 1:
            return list(islice(lines[0], most))
        merged = merge(*([(place, number) for number, place in islice(line.items(), most)] for line in lines))
        return [number for _, number in islice(merged, most)]


def _traits(cluster: Cluster) -> set[Hashable]:
    """What else than its name is known of a cluster: facts, and contacts."""
    profile = cluster.profile
    return {*profile.facts, *((kind, value) for kind, values in profile.contacts.items() for value in values)}


def _tables(cluster: Cluster) -> Tables:
    """The tables that a cluster has rows of."""
    keys = cluster.profile.keys
    return frozenset(keys) if keys else _NONE
