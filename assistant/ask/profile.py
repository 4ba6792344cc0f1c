"""What the graph itself holds: between which types its relations really stand, as a viewer may see it.

An ontology says what may be; names that are used twice ("Drama" is a genre and a film) make that more than what is
meant. A step is taken from a type only where a fair part of the relation's edges do.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kg.ports import GraphStore
from kg.types import Viewer

FAIR = 0.01
"""Least part of a relation's edges that a type has to have at one end to count there."""
PATIENCE = 120.0  # seconds that a profile may take: the whole graph is counted
SLOW, STALE = 1.0, 60.0  # seconds: a profile that took longer than the first is kept for the second


@dataclass(frozen=True)
class Profile:
    """Edges by the types at their ends.

    Attributes:
        starts: For each relation, how many of its edges start at each type.
        ends: The same for where they end.
    """

    starts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    ends: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def types(self, relation: str, *, end: bool) -> frozenset[str]:
        """The types that fairly many of a relation's edges start (or end) at; none where it has no edge."""
        found = (self.ends if end else self.starts).get(relation, {})
        least = FAIR * sum(found.values())
        return frozenset(name for name, count in found.items() if count >= least)

    @cached_property
    def known(self) -> frozenset[str]:
        """The types that have edges at all."""
        return frozenset(name for table in (self.starts, self.ends) for found in table.values() for name in found)


class Profiles:
    """Takes profiles of a graph and keeps them while it does not change.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: GraphStore) -> None:
        self._graph = graph
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, ...], tuple[int, float, float, Profile]] = {}

    def of(self, viewer: Viewer) -> Profile:
        """The profile of what a viewer may see.

        Raises:
            UnavailableError: the graph does not answer.
        """
        key = ("*",) if viewer.everything else tuple(sorted(viewer.parameter))
        position = self._graph.position()
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                at, taken, cost, profile = known
                if at == position or (cost > SLOW and time.monotonic() - taken < STALE):
                    return profile
            began = time.monotonic()
            profile = _take(self._graph, viewer)
            ended = time.monotonic()
            self._kept = {**dict(list(self._kept.items())[-15:]), key: (position, ended, ended - began, profile)}
            return profile


def _take(graph: GraphStore, viewer: Viewer) -> Profile:
    seen = "" if viewer.everything else "WHERE any(g IN r.groups WHERE g IN $groups) "
    found = graph.query(
        f"MATCH (a:Entity)-[r]->(b) {seen}RETURN labels(a) AS a, type(r) AS relation, labels(b) AS b, count(*) AS n",
        {} if viewer.everything else {"groups": viewer.parameter},
        limit=100_000,
        timeout=PATIENCE,
    )
    starts: dict[str, Counter[str]] = defaultdict(Counter)
    ends: dict[str, Counter[str]] = defaultdict(Counter)
    for sources, relation, targets, count in found.rows:
        for name in _types(sources):
            starts[relation][name] += count
        for name in _types(targets):
            ends[relation][name] += count
    return Profile(dict(starts), dict(ends))


def _types(labels: list[str]) -> list[str]:
    return [label for label in labels if label not in ("Entity", "Value")]
