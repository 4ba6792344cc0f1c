"""A graph in memory: what a few thousand questions are tried on when the asker is taught."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from assistant.ask.walks import Walk
from kg.ports import GraphStore

MOST = 50_000_000  # edges
PATIENCE = 600.0  # seconds: a whole graph is read
WIDE = 5_000
"""A walk that passes more things than these is not followed."""


@dataclass
class Edges:
    """Names, and what each thing leads to.

    Attributes:
        names: What each thing or value is called, by its id.
        ahead: By thing, relation and inverse the things that a step leads to.
    """

    names: dict[str, str] = field(default_factory=dict)
    ahead: dict[str, dict[tuple[str, bool], set[str]]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, graph: GraphStore) -> Edges:
        """Read a whole graph.

        Raises:
            UnavailableError: the graph does not answer.
        """
        found = cls()
        for label, text in (("Entity", "name"), ("Value", "text")):
            rows = graph.query(f"MATCH (n:{label}) RETURN n.id, n.{text}", limit=MOST, timeout=PATIENCE).rows
            found.names.update((row[0], str(row[1])) for row in rows)
        rows = graph.query("MATCH (a:Entity)-[r]->(b) RETURN a.id, type(r), b.id", limit=MOST, timeout=PATIENCE).rows
        for source, relation, target in rows:
            found.ahead[source].setdefault((relation, False), set()).add(target)
            found.ahead[target].setdefault((relation, True), set()).add(source)
        return found

    def step(self, things: frozenset[str], relation: str, inverse: bool, symmetric: bool) -> frozenset[str]:
        """What a step leads to."""
        ways = [(relation, False), (relation, True)] if symmetric else [(relation, inverse)]
        reached: set[str] = set()
        for thing in things:
            steps: Mapping[tuple[str, bool], set[str]] = self.ahead.get(thing, {})
            for way in ways:
                reached |= steps.get(way, set())
        return frozenset(reached)

    def run(
        self, walks: list[Walk], start: frozenset[str], symmetric: frozenset[str]
    ) -> Iterator[tuple[Walk, frozenset[str]]]:
        """Follow walks from the same things; those that lead nowhere, or through too much, are left out."""
        known: dict[tuple[tuple[str, bool], ...], frozenset[str]] = {(): start}
        for walk in sorted(walks, key=lambda walk: len(walk.moves)):
            before = known.get(walk.moves[:-1], frozenset())
            if not before or len(before) > WIDE:
                continue
            relation, inverse = walk.moves[-1]
            reached = self.step(before, relation, inverse, relation in symmetric)
            if walk.leaves_out(len(walk.moves) - 1):
                reached -= start
            if not walk.apart:
                known[walk.moves] = reached
            if reached:
                yield walk, reached
