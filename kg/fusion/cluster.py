"""A cluster of local entities while it grows, and the index that finds its candidates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set

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
    """Clusters by key and table: rows of one table are different things, so they are never found for one another."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        self._places: dict[int, tuple[set[str], str]] = {}

    def put(self, number: int, keys: Set[str], cluster: Cluster) -> None:
        """List a cluster under these keys and no others."""
        table = _table(cluster)
        self.drop(number)
        self._places[number] = (set(keys), table)
        for key in keys:
            self._numbers[key][table].add(number)

    def drop(self, number: int) -> set[str]:
        """Forget a cluster; return the keys that it was listed under."""
        keys, table = self._places.pop(number, (set(), ""))
        for key in keys:
            self._numbers[key][table].discard(number)
        return keys

    def near(self, keys: Set[str], cluster: Cluster) -> set[int]:
        """Numbers of the clusters under these keys, but for rows of the same table."""
        mine = _table(cluster)
        return {
            number
            for key in keys
            if key in self._numbers
            for table, numbers in self._numbers[key].items()
            if table != mine or not mine
            for number in numbers
        }


def _table(cluster: Cluster) -> str:
    """The one table that a cluster has rows of, or "" where there is none or several."""
    tables = cluster.profile.keys
    return next(iter(tables)) if len(tables) == 1 else ""
