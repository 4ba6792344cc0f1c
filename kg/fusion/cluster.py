"""A cluster of local entities while it grows, and the index that finds its candidates."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Set
from itertools import chain, islice

from kg.fusion.bands import MOST_COMPARED
from kg.fusion.blocking import partners_of
from kg.fusion.local import LocalEntity
from kg.fusion.profile import Profile


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
        self.keys: set[str] = set()
        self.version = 0

    def take(self, other: Cluster) -> None:
        """Take another cluster in."""
        self.profile.add(other.profile)
        self.members |= other.members
        self.own.extend(other.own)
        self.keys |= other.keys
        if not self.seed and (other.seed or other.id < self.id):
            self.id = other.id
        self.seed |= other.seed
        self.version += 1


class Index:
    """Clusters by key and table: rows of one table are different things, so they are never found for one another.

    Under a key that very many share, a cluster finds those that have something in common with it, and the first ones.
    """

    def __init__(self) -> None:
        self._blocks: dict[str, _Block] = {}
        self._keys: dict[int, set[str]] = {}

    def put(self, number: int, keys: Set[str], cluster: Cluster) -> None:
        """List a cluster under these keys and no others."""
        self.drop(number)
        self._keys[number] = set(keys)
        for key in keys:
            if key not in self._blocks:
                self._blocks[key] = _Block()
            self._blocks[key].put(number, cluster)

    def drop(self, number: int) -> set[str]:
        """Forget a cluster; return the keys that it was listed under."""
        keys = self._keys.pop(number, set())
        for key in keys:
            self._blocks[key].drop(number)
        return keys

    def near(self, keys: Set[str], cluster: Cluster) -> set[int]:
        """Numbers of the clusters under these keys, but for rows of the same table."""
        table = _table(cluster)
        found: set[int] = set()
        for key in partners_of(keys):
            if key in self._blocks:
                found.update(self._blocks[key].near(cluster, table))
        return found


class _Block:
    """The clusters under one key, in the order in which they came."""

    __slots__ = ("_by_trait", "_clusters", "_tables", "_traits")

    def __init__(self) -> None:
        self._clusters: dict[int, Cluster] = {}
        self._tables: dict[int, str] = {}
        self._by_trait: dict[Hashable, dict[int, None]] | None = None  # only where there are many clusters
        self._traits: dict[int, set[Hashable]] = {}

    def put(self, number: int, cluster: Cluster) -> None:
        self._clusters[number] = cluster
        self._tables[number] = _table(cluster)
        if self._by_trait is not None:
            self._describe(number)
        elif len(self._clusters) > MOST_COMPARED:
            self._by_trait = {}
            for each in self._clusters:
                self._describe(each)

    def drop(self, number: int) -> None:
        del self._clusters[number], self._tables[number]
        if self._by_trait is not None:
            for trait in self._traits.pop(number):
                self._by_trait[trait].pop(number)

    def near(self, cluster: Cluster, table: str) -> Iterator[int]:
        if self._by_trait is None:
            wanted: Iterable[int] = self._clusters
        else:
            alike = (self._by_trait.get(trait, {}) for trait in _traits(cluster))
            wanted = dict.fromkeys(
                chain(chain.from_iterable(islice(few, MOST_COMPARED) for few in alike), self._first())
            )
        return (number for number in wanted if not table or self._tables[number] != table)

    def _first(self) -> Iterator[int]:
        return islice(self._clusters, MOST_COMPARED)

    def _describe(self, number: int) -> None:
        assert self._by_trait is not None
        self._traits[number] = mine = _traits(self._clusters[number])
        for trait in mine:
            self._by_trait.setdefault(trait, {})[number] = None


def _traits(cluster: Cluster) -> set[Hashable]:
    """What else than its name is known of a cluster: facts, and contacts."""
    profile = cluster.profile
    return {*profile.facts, *((kind, value) for kind, values in profile.contacts.items() for value in values)}


def _table(cluster: Cluster) -> str:
    """The one table that a cluster has rows of, or "" where there is none or several."""
    tables = cluster.profile.keys
    return next(iter(tables)) if len(tables) == 1 else ""
