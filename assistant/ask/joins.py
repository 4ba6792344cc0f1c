"""How types of things hang together in an ontology: relations from one to another, straight or over a third."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.ask.form import Step, Things, overlap
from kg.ontology import Ontology, Relation


@dataclass(frozen=True, slots=True)
class Hop:
    """A relation walked one way, and the types that it leads to."""

    relation: str
    inverse: bool
    to: frozenset[str]

    def of(self, things: Things) -> Step:
        """What it leads to from a set."""
        return Step(things, self.relation, self.inverse)


def hops(source: Iterable[str], target: Iterable[str], ontology: Ontology) -> list[Hop]:
    """The relations that lead from one of some types to one of others.

    Relations that name the types themselves go before those that would hold for more general ones: a table's own
    column says how its rows hang together.
    """
    start, goal = frozenset(source), frozenset(target)
    found = [
        hop
        for relation in ontology.relations.values()
        for hop in _ways(relation, ontology)
        if overlap(start, _ends(relation, hop.inverse)[0], ontology) and overlap(hop.to, goal, ontology)
    ]
    exact = [
        hop for hop in found if start & set(_ends(ontology.relation(hop.relation), hop.inverse)[0]) and goal & hop.to
    ]
    return exact or found


def neighbours(source: Iterable[str], ontology: Ontology) -> list[Hop]:
    """The relations that name one of some types itself and lead to things, not to literals."""
    return _leaving(frozenset(source), _every(ontology))


def paths(source: Iterable[str], target: Iterable[str], ontology: Ontology) -> list[tuple[Hop, Hop]]:
    """The ways of two steps over a third type."""
    goal = frozenset(target)
    every = _every(ontology)
    following: dict[frozenset[str], list[Hop]] = {}  # of hundreds of relations many lead to the same types
    found = []
    for first in _leaving(frozenset(source), every):
        if first.to not in following:
            following[first.to] = _leaving(first.to, every)
        for second in following[first.to]:
            back = second.relation == first.relation and second.inverse != first.inverse
            if goal & second.to and not back and not goal & first.to:
                found.append((first, second))
    return found


def _every(ontology: Ontology) -> list[tuple[frozenset[str], Hop]]:
    """All steps between things, each with the types that it starts at."""
    return [
        (frozenset(_ends(relation, hop.inverse)[0]), hop)
        for relation in ontology.relations.values()
        for hop in _ways(relation, ontology)
    ]


def _leaving(start: frozenset[str], every: Iterable[tuple[frozenset[str], Hop]]) -> list[Hop]:
    return [hop for source, hop in every if start & source]


def _ways(relation: Relation, ontology: Ontology) -> list[Hop]:
    if any(ontology.type(name).value for name in relation.range):
        return []
    onward = Hop(relation.name, False, frozenset(relation.range))
    return [onward] if relation.symmetric else [onward, Hop(relation.name, True, frozenset(relation.domain))]


def _ends(relation: Relation, inverse: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (relation.range, relation.domain) if inverse else (relation.domain, relation.range)
