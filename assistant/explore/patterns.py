"""Patterns that a question may be about: labels, and one or two relationships between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.explore.linear import Features
from assistant.explore.query import Edge, Node
from assistant.explore.question import Question
from assistant.explore.words import alike, name_words
from kg.graphs.schema import Schema

MOST = 40
"""Most patterns that are scored; those whose names the question holds go first."""


@dataclass(frozen=True)
class Pattern:
    """Nodes and relationships of a query."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()


@dataclass
class Mentions:
    """Which names of a schema a question holds."""

    question: Question
    schema: Schema
    labels: dict[str, tuple[float, int]] = field(init=False)
    types: dict[str, tuple[float, int]] = field(init=False)
    covers: dict[str, frozenset[int]] = field(init=False)
    places: dict[str, frozenset[int]] = field(init=False)
    _shares: dict[str, tuple[float, int]] = field(default_factory=dict)
    _wheres: dict[str, frozenset[int]] = field(default_factory=dict)
    _parts: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.labels = {label: self.share(label) for label in self.schema.nodes}
        self.types = {kind: self.share(kind) for kind in self.schema.by_type}
        self.covers = {}
        for owner, properties in (*self.schema.nodes.items(), *self.schema.edges.items()):
            found: set[int] = set()
            for name in properties:
                if self.share(name)[0] == 1.0:
                    found |= self.where(name)
            self.covers[owner] = frozenset(found)
        names = (*self.schema.nodes, *self.schema.by_type)
        self.places = {name: self.where(name) | self.covers.get(name, frozenset()) for name in names}

    def share(self, name: str) -> tuple[float, int]:
        """How many of a name's words the question holds, as a share, and where the first of them stands."""
        if name not in self._shares:
            parts = name_words(name)
            held = [min(found) for part in parts if (found := self._of(part))]
            self._shares[name] = (len(held) / len(parts) if parts else 0.0, min(held, default=-1))
        return self._shares[name]

    def where(self, name: str) -> frozenset[int]:
        """Where words of a name stand."""
        if name not in self._wheres:
            self._wheres[name] = frozenset(at for part in name_words(name) for at in self._of(part))
        return self._wheres[name]

    def closest(self, name: str, at: int) -> int:
        """How far the nearest of a name's words stands from a place; 99 where none does."""
        return min((abs(place - at) for place in self.where(name)), default=99)

    def _of(self, part: str) -> tuple[int, ...]:
        if part not in self._parts:
            self._parts[part] = tuple(at for at, word in enumerate(self.question.words) if alike(part, word))
        return self._parts[part]

    @property
    def label_places(self) -> set[int]:
        """Where labels stand in the question."""
        return {at for share, at in self.labels.values() if share == 1.0}

    def own(self, pattern: Pattern) -> set[int]:
        """The places of the question that a pattern's names explain."""
        found: set[int] = set()
        for node in pattern.nodes:
            found |= self.places.get(node.label, frozenset())
        for edge in pattern.edges:
            found |= self.places.get(edge.type, frozenset())
        return found


def patterns(mentions: Mentions) -> list[Pattern]:
    """The patterns worth scoring, likelier ones first."""
    found = _patterns_of(mentions.schema)
    explained = {pattern: len(mentions.own(pattern)) - 0.6 * len(pattern.edges) for pattern in found}
    return sorted(found, key=lambda pattern: (-explained[pattern], len(pattern.edges)))[:MOST]


@lru_cache(maxsize=16)
def _patterns_of(schema: Schema) -> tuple[Pattern, ...]:
    return tuple(sorted(set(all_patterns(schema)), key=repr))


def all_patterns(schema: Schema) -> Iterator[Pattern]:
    """Every label, relationship and pair of relationships that a schema allows."""
    for label in schema.nodes:
        yield Pattern((Node(label),))
    ends = [(a, kind, b) for a, kind, b in schema.ends if a in schema.nodes and b in schema.nodes]
    for a, kind, b in ends:
        yield Pattern((Node(a), Node(b)), (Edge(kind, 0, 1),))
    for a, first, b in ends:
        for c, second, d in ends:
            if b == c:  # a -> b -> d
                yield Pattern((Node(a), Node(b), Node(d)), (Edge(first, 0, 1), Edge(second, 1, 2)))
            if b == d and (a, first) < (c, second):  # a -> b <- c
                yield Pattern((Node(a), Node(b), Node(c)), (Edge(first, 0, 1), Edge(second, 2, 1)))
            if a == c and (first, b) < (second, d):  # b <- a -> d
                yield Pattern((Node(b), Node(a), Node(d)), (Edge(first, 1, 0), Edge(second, 1, 2)))


def features(pattern: Pattern, mentions: Mentions, most: int) -> Features:
    """What speaks for a pattern.

    Args:
        pattern: The pattern.
        mentions: Of the question.
        most: How many places the best pattern explains.
    """
    question = mentions.question
    size = len(pattern.edges)
    found: Features = {f"edges={size}": 1.0}
    labels = [node.label for node in pattern.nodes]
    for at, label in enumerate(labels):
        share, place = mentions.labels.get(label, (0.0, -1))
        role = "middle" if size == 2 and at == 1 else "end"
        key = f"{size}{role}={_bucket(share)}"
        found[key] = found.get(key, 0.0) + 1.0
        if share == 1.0:
            before = question.words[place - 1] if place > 0 else "^"
            found[f"{role} after {before}"] = 1.0
            if place == min(mentions.label_places):
                found[f"{size} first label"] = 1.0
        for literal in question.literals:
            held = any(
                literal.value in property_.values
                for property_ in mentions.schema.nodes.get(label, {}).values()
                if isinstance(literal.value, str)
            )
            if held:
                found[f"holds value{size}"] = found.get(f"holds value{size}", 0.0) + 1.0
    for edge in pattern.edges:
        share, place = mentions.types.get(edge.type, (0.0, -1))
        key = f"{size}type={_bucket(share)}"
        found[key] = found.get(key, 0.0) + 1.0
        if edge.type in mentions.covers:
            found[f"edge property {bool(mentions.covers[edge.type])}"] = 1.0
        if labels[edge.start] == labels[edge.end]:
            found[f"{size}to itself"] = 1.0
        rivals = sum(
            1
            for a, kind, b in mentions.schema.ends
            if {a, b} == {labels[edge.start], labels[edge.end]} and kind != edge.type
        )
        found[f"{size}rivals={min(rivals, 3)}|{_bucket(share)}"] = 1.0
    own = mentions.own(pattern)
    missing = {at for share, at in mentions.labels.values() if share == 1.0} - own
    found[f"labels left={min(len(missing), 3)}|{size}"] = 1.0
    verbs = {at for share, at in mentions.types.values() if share == 1.0} - own
    found[f"types left={min(len(verbs), 3)}|{size}"] = 1.0
    found[f"unexplained={min(most - len(own), 6)}"] = 1.0
    found["explained"] = len(own) / max(1, most)
    found[f"literals={min(len(question.literals), 4)}|{size}"] = 1.0
    for word in set(question.words):
        found[f"{word}|{size}"] = 0.5
    return found


def _bucket(share: float) -> str:
    return "all" if share == 1.0 else "none" if share == 0.0 else "half" if share >= 0.5 else "part"
