"""What the nodes of a graph without types are: by the places that they take in its relations.

What "in_language" leads to is a language. Places that share many of their nodes are one kind of thing; it is called by
the nouns of its places where these cover nearly all of it ("club"), else it stays a thing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.graphs.names import business, type_name
from kg.graphs.wording import language_of
from kg.ontology import EntityType

THING = "thing"
SHARED = 0.3
"""Two places are of one kind where they share this part of the smaller one's nodes."""
COVERED = 0.95
"""Nouns name a kind that lies in their places at least so far."""
MOST_NOUNS = 3
MOST_KINDS = 12
"""More kinds than these stay things, the smallest first: each costs every question time."""

Place = tuple[int, bool]  # relation, whether it is the object's


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of node, by the nouns for it."""

    nouns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The nouns put together."""
        return " or ".join(self.nouns) or THING


def kinds(places: Mapping[Place, Counter[int]], nouns: Mapping[Place, str]) -> dict[int, Kind]:
    """Find the kind of every node.

    Args:
        places: The nodes of each place in a relation, with how often they stand there.
        nouns: What the nodes of a place are called, where the relation's words say so.

    Returns:
        The kind of each node; a node of several kinds has that in which it stands most often.
    """
    groups = _groups(places)
    named = sorted(
        ((kind, group) for group in groups if (kind := _kind(group, places, nouns)).nouns),
        key=lambda found: (-len(_nodes(found[1], places)), found[0].nouns),
    )[:MOST_KINDS]
    votes: dict[int, Counter[Kind]] = defaultdict(Counter)
    kept = {place: kind for kind, group in named for place in group}
    for place, nodes in sorted(places.items()):
        kind = kept.get(place, Kind(()))
        for node, times in nodes.items():
            votes[node][kind] += times
    return {node: min(found, key=lambda kind: (-found[kind], kind.nouns)) for node, found in votes.items()}


def _groups(places: Mapping[Place, Counter[int]]) -> list[list[Place]]:
    """Places that share many nodes, put together."""
    order = sorted(places, key=lambda place: (-len(places[place]), place))
    root = {place: place for place in order}

    def find(place: Place) -> Place:
        while root[place] != place:
            place = root[place]
        return place

    at: dict[int, list[Place]] = defaultdict(list)
    for place in order:
        for node in places[place]:
            at[node].append(place)
    together: Counter[tuple[Place, Place]] = Counter()
    for found in at.values():
        together.update((a, b) for i, a in enumerate(found) for b in found[i + 1 :])
    for (a, b), shared in sorted(together.items()):
        if shared >= SHARED * min(len(places[a]), len(places[b])):
            one, other = sorted((find(a), find(b)), key=order.index)
            root[other] = one
    groups: dict[Place, list[Place]] = defaultdict(list)
    for place in order:
        groups[find(place)].append(place)
    return list(groups.values())


def _kind(group: Sequence[Place], places: Mapping[Place, Counter[int]], nouns: Mapping[Place, str]) -> Kind:
    """The fewest nouns, those of the largest places first, that cover the nodes of a group."""
    everything = _nodes(group, places)
    of_noun: dict[str, set[int]] = defaultdict(set)
    for place in group:
        if place in nouns:
            of_noun[nouns[place]].update(places[place])
    covered: set[int] = set()
    chosen: list[str] = []
    for noun in sorted(of_noun, key=lambda noun: (-len(of_noun[noun]), noun))[:MOST_NOUNS]:
        if len(covered) >= COVERED * len(everything):
            break
        chosen.append(noun)
        covered |= of_noun[noun]
    return Kind(tuple(chosen)) if len(covered) >= COVERED * len(everything) else Kind(())


def _nodes(group: Sequence[Place], places: Mapping[Place, Counter[int]]) -> set[int]:
    return {node for place in group for node in places[place]}


def kind_type(kind: Kind) -> EntityType:
    """The type of a kind of node; what the business ontology knows by its noun lies below that."""
    labels: dict[str, tuple[str, ...]] = {}
    for noun in (kind.name, *(kind.nouns if len(kind.nouns) == 1 else ())):
        language = language_of(noun)
        labels[language] = tuple(dict.fromkeys((*labels.get(language, ()), noun)))
    return EntityType(name=type_name(kind.name.replace(" ", "_")), labels=labels, parent=parent_of(kind.nouns))


def parent_of(nouns: Sequence[str]) -> str | None:
    """The type of the business ontology that goes by one of some nouns, where they do not name several."""
    found = {
        kind.name
        for kind in business().types.values()
        if not kind.value and any(noun.lower() in said for said in kind.labels.values() for noun in nouns)
    }
    return found.pop() if len(found) == 1 else None
