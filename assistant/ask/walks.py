"""The walks that may start at a type: one to three steps over the ontology's relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from assistant.ask.form import Hop, Step, Things, overlap
from assistant.ask.profile import Profile
from kg.ontology import Ontology

LONGEST = 3


@dataclass(frozen=True, slots=True)
class Walk:
    """Steps from a name.

    Attributes:
        moves: Relations with their directions, from the name on.
        ends: The types of what it leads to.
        apart: Whether it leads to other things than where it began.
    """

    moves: tuple[Hop, ...]
    ends: frozenset[str]
    apart: bool = False

    def form(self, start: Things) -> Things:
        """The form of this walk from a set; where it comes straight back to, what it came from is left out."""
        form = start
        for place in range(len(self.moves)):
            relation, inverse = self.moves[place]
            form = Step(form, relation, inverse, apart=self.leaves_out(place))
        return form

    @property
    def others(self) -> frozenset[int]:
        """The steps to what is called "other ...": those that go straight back, and the last one of what is apart."""
        back = {i for i in range(1, len(self.moves)) if returns(self.moves[i - 1], self.moves[i])}
        return frozenset(back | ({len(self.moves) - 1} if self.apart else set()))

    def leaves_out(self, place: int) -> bool:
        """Whether what a step leads to is other than where the walk began."""
        if place == 1 and returns(self.moves[0], self.moves[1]):
            return True
        return self.apart and place == len(self.moves) - 1


def returns(move: Hop, following: Hop) -> bool:
    """Whether a step goes back over the relation of the one before."""
    return following == (move[0], not move[1])


def walks(
    types: frozenset[str], ontology: Ontology, profile: Profile, moves: Iterable[Hop], longest: int = LONGEST
) -> Iterator[Walk]:
    """Every walk from a set of types that the graph may hold.

    Args:
        types: What the name may be.
        ontology: Where relations may stand: what a first step goes by from a type that the profile does not know.
        profile: Where they do stand.
        moves: The steps that may be taken.
        longest: Most steps.

    Yields:
        Shorter walks first; those of two steps that may come round to the name also without it. A walk does not turn
        back where each thing has but one way back.
    """
    held = [move for move in sorted(moves) if profile.types(move[0], end=True)]
    allowed = {move: _ends(move, ontology, profile) for move in held}
    first = [move for move in held if overlap(types, allowed[move][0], ontology)]
    first = first or [move for move in held if overlap(types, _may_start(move, ontology), ontology)]
    level = [Walk((move,), allowed[move][1]) for move in first]
    for length in range(longest):
        yield from level
        if length + 1 == longest:
            return
        yield from (
            replace(walk, apart=True)
            for walk in level
            if length == 1 and not returns(*walk.moves) and overlap(types, walk.ends, ontology)
        )
        level = [
            Walk((*walk.moves, move), target)
            for walk in level
            if not all(ontology.type(name).value for name in walk.ends)
            for move, (source, target) in allowed.items()
            if overlap(walk.ends, source, ontology) and not _undone(walk, move, ontology)
        ]


def every_move(ontology: Ontology) -> list[Hop]:
    """All steps of an ontology: backwards only from things, as a value says nothing of whose it is."""
    found = []
    for name, relation in ontology.relations.items():
        found.append((name, False))
        if not relation.symmetric and not all(ontology.type(kind).value for kind in relation.range):
            found.append((name, True))
    return found


def _may_start(move: Hop, ontology: Ontology) -> frozenset[str]:
    relation = ontology.relation(move[0])
    if relation.symmetric:
        return frozenset((*relation.domain, *relation.range))
    return frozenset(relation.range if move[1] else relation.domain)


def _ends(move: Hop, ontology: Ontology, profile: Profile) -> tuple[frozenset[str], frozenset[str]]:
    """The types that a step starts at and leads to."""
    name, inverse = move
    starts = frozenset(kind for kind in profile.types(name, end=False) if kind in ontology.types)
    ends = frozenset(kind for kind in profile.types(name, end=True) if kind in ontology.types)
    if ontology.relation(name).symmetric:
        starts = ends = starts | ends
    return (ends, starts) if inverse else (starts, ends)


def _undone(walk: Walk, move: Hop, ontology: Ontology) -> bool:
    """Whether a step takes the last one back to the one thing that it came from."""
    return returns(walk.moves[-1], move) and move[1] is False and ontology.relation(move[0]).functional
