"""Which local entities are one entity, decided stratum by stratum so that no document changes what wider readers see.

A stratum is the set of local entities with the same readers. Strata are resolved from wide to narrow; a stratum sees
only entities born in strata that cover it, and of those only what covering documents say. So what a viewer sees is
exactly what resolving the documents he may read would give, ids included.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field

from kg.errors import ConflictError
from kg.fusion.blocking import block_keys, partners_of
from kg.fusion.cluster import Cluster
from kg.fusion.local import LocalEntity
from kg.fusion.profile import Profile
from kg.fusion.score import Weights
from kg.fusion.stratum import Stratum
from kg.types import Judgement, Question, Readers, Verdict


@dataclass(frozen=True, slots=True)
class FusedEntity:
    """One entity.

    Attributes:
        id: The smallest mention id among the members of its birth stratum.
        readers: The readers of its birth stratum; its name, type and aliases come from there.
        type: The most frequent type there.
        names: Surfaces with counts there, most frequent first.
        members: Ids of its local entities, those of narrower readers included, sorted.
        core: Those of its birth stratum, sorted.
        named: Whether these call it something: a name, or the key of a row that they refer to by nothing else.
    """

    id: str
    readers: Readers
    type: str
    family: str
    names: tuple[tuple[str, int], ...]
    members: tuple[str, ...]
    core: tuple[str, ...]
    named: bool = True


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was decided.

    Attributes:
        entities: All entities, sorted by id; every local entity is in exactly one.
        judgements: Why: with people's "same" judgements a spanning forest over the entities' local entities.
        unmet: People's judgements that could not be followed, since they contradict others or reach across readers.
        questions: Pairs of entities that are left apart and may be one, sorted by their ends.
    """

    entities: tuple[FusedEntity, ...]
    judgements: tuple[Judgement, ...]
    unmet: tuple[Judgement, ...] = ()
    questions: tuple[Question, ...] = ()

    def entity_of(self) -> dict[str, str]:
        """Map each local entity's id to its entity's id."""
        return {member: entity.id for entity in self.entities for member in entity.members}


@dataclass(slots=True)
class _Entity:
    """An entity while strata are added: its members and profile by readers."""

    id: str
    birth: Readers
    members: dict[Readers, list[LocalEntity]] = field(default_factory=dict)
    profiles: dict[Readers, Profile] = field(default_factory=dict)
    keys: dict[Readers, Set[str]] = field(default_factory=dict)


def resolve(
    locals_: Sequence[LocalEntity],
    judgements: Iterable[Judgement] = (),
    *,
    functional: Set[str] = frozenset(),
    weights: Weights | None = None,
) -> Resolution:
    """Decide which local entities are one.

    Deterministic, and independent of the order of its arguments. Local entities that no block key connects never
    influence one another, so a connected component may be resolved by itself (`affected` finds it).

    Args:
        locals_: Local entities with distinct ids.
        judgements: People's judgements; those on mentions that are not here are passed over.
        functional: Relations of which a subject has one object at most.
        weights: Weights of the pair score; those that ship where None.

    Returns:
        Entities, reasons, the judgements that could not be followed, and what is left for people to decide.
    """
    with _uncollected():
        return _resolve(locals_, judgements, functional, weights)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Stop the search for cycles of objects: there are none here, and to look for them in millions takes a third."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _resolve(
    locals_: Sequence[LocalEntity], judgements: Iterable[Judgement], functional: Set[str], weights: Weights | None
) -> Resolution:
    entities: dict[str, _Entity] = {}
    by_key: dict[str, list[str]] = {}  # lists: most have one entry, and there are millions
    opinions = _Opinions(locals_, judgements)
    decided: list[Judgement] = []
    asked: list[Question] = []
    strata: dict[Readers, list[LocalEntity]] = defaultdict(list)
    for local in sorted(locals_, key=lambda local: local.id):
        strata[local.readers].append(local)
    order = sorted(strata, key=_width)
    for readers in order:
        stratum = Stratum(functional, opinions.apart, weights)
        keys = {local.id: block_keys(local, opinions.about(local)) for local in strata[readers]}
        wanted = partners_of(set().union(*keys.values()))
        for entity_id in sorted({entity_id for key in wanted for entity_id in by_key.get(key, ())}):
            seed, seed_keys = _seen_by(entities[entity_id], readers)
            if seed_keys & wanted:
                stratum.add_seed(seed, seed_keys)
        for local in strata[readers]:
            stratum.add(local, keys[local.id])
        for left, right in opinions.same_in(readers):
            stratum.force(left, right)
        stratum.run()
        decided.extend(stratum.judgements)
        asked.extend(stratum.questions())
        last = readers == order[-1]  # whose entities nobody will look for
        _take_in(stratum, readers, entities, None if last else by_key, keys)
    return Resolution(
        tuple(_fused(entities[entity_id]) for entity_id in sorted(entities)),
        tuple(sorted(decided, key=lambda judgement: (judgement.left, judgement.right))),
        opinions.unmet(entities),
        tuple(sorted(asked, key=lambda question: (question.left, question.right))),
    )


def admit(judgement: Judgement, left: LocalEntity, right: LocalEntity, others: Iterable[Judgement] = ()) -> None:
    """Check a person's judgement before it is kept.

    Args:
        judgement: The judgement.
        left: The local entity of its left mention.
        right: The local entity of its right mention.
        others: The judgements that are there.

    Raises:
        ConflictError: neither document's readers cover the other's, so that deciding would show each group what it may
            not read; or someone said the opposite of the same pair.
    """
    if not (left.readers.covers(right.readers) or right.readers.covers(left.readers)):
        raise ConflictError(
            "the two mentions stand in documents whose readers differ, neither including the other's: judge each "
            "against an entity that both groups may see"
        )
    pair = {judgement.left, judgement.right}
    for other in others:
        if (
            {other.left, other.right} == pair
            and other.verdict is not judgement.verdict
            and other.decided_by != "fusion"
        ):
            raise ConflictError(
                f"{other.decided_by} judged this pair {other.verdict.value}: withdraw that judgement first"
            )


def _width(readers: Readers) -> tuple[bool, int, tuple[str, ...]]:
    """Order readers so that whoever covers comes before whom it covers."""
    return (not readers.public, -len(readers.groups), readers.groups)


def _seen_by(entity: _Entity, readers: Readers) -> tuple[Cluster, set[str]]:
    """What those readers see of an entity: nothing of it where its birth stratum does not cover them."""
    seen = sorted((mine for mine in entity.profiles if mine.covers(readers)), key=_width)
    profile = Profile.sum(entity.profiles[entity.birth].family, (entity.profiles[mine] for mine in seen))
    members = {local.id for mine in seen for local in entity.members[mine]}
    keys: set[str] = set().union(*(entity.keys[mine] for mine in seen))
    return Cluster(entity.id, profile, members, seed=True), keys


def _take_in(
    stratum: Stratum,
    readers: Readers,
    entities: dict[str, _Entity],
    by_key: dict[str, list[str]] | None,
    keys: dict[str, set[str]],
) -> None:
    for cluster in stratum.result():
        members = sorted(cluster.own, key=lambda local: local.id)
        entity = entities.setdefault(cluster.id, _Entity(cluster.id, readers))
        entity.members[readers] = members
        entity.profiles[readers] = cluster.profile if not cluster.seed else _profile(members)
        if by_key is None:
            continue
        mine = keys[members[0].id]
        entity.keys[readers] = mine.union(*(keys[local.id] for local in members[1:])) if len(members) > 1 else mine
        for key in entity.keys[readers]:
            by_key.setdefault(key, []).append(cluster.id)


def _profile(members: Sequence[LocalEntity]) -> Profile:
    return Profile.sum(members[0].family, map(Profile.of, members))


def _fused(entity: _Entity) -> FusedEntity:
    core = entity.members[entity.birth]
    types: dict[str, int] = defaultdict(int)
    for local in core:
        types[local.type] += len(local.mentions)
    type_ = min(types, key=lambda name: (-types[name], name))
    return FusedEntity(
        id=entity.id,
        readers=entity.birth,
        type=type_,
        family=next(local.family for local in core if local.type == type_),
        names=tuple(sorted(entity.profiles[entity.birth].names.items(), key=lambda item: (-item[1], item[0]))),
        members=tuple(sorted(local.id for members in entity.members.values() for local in members)),
        core=tuple(local.id for local in core),
        named=any(local.names or local.key for local in core),
    )


class _Opinions:
    """People's judgements, between local entities instead of mentions."""

    def __init__(self, locals_: Sequence[LocalEntity], judgements: Iterable[Judgement]) -> None:
        known = {judgement.id: judgement for judgement in judgements if judgement.decided_by != "fusion"}
        self._local = {mention: local for local in locals_ for mention in local.mentions} if known else {}
        self._judgements = [
            known[key] for key in sorted(known) if known[key].left in self._local and known[key].right in self._local
        ]
        self.apart: dict[str, set[str]] = defaultdict(set)
        self._same: dict[Readers, list[tuple[str, str]]] = defaultdict(list)
        self._about: dict[str, list[Judgement]] = defaultdict(list)
        for judgement in self._judgements:
            left, right = self._local[judgement.left], self._local[judgement.right]
            self._about[left.id].append(judgement)
            self._about[right.id].append(judgement)
            if left.id == right.id or not (left.readers.covers(right.readers) or right.readers.covers(left.readers)):
                continue
            narrow = right.readers if left.readers.covers(right.readers) else left.readers
            if judgement.verdict is Verdict.SAME:
                self._same[narrow].append((left.id, right.id))
            else:
                self.apart[left.id].add(right.id)
                self.apart[right.id].add(left.id)

    def same_in(self, readers: Readers) -> list[tuple[str, str]]:
        """Pairs that people say are the same, to be followed in this stratum."""
        return sorted(self._same[readers])

    def about(self, local: LocalEntity) -> list[Judgement]:
        """The judgements on a local entity."""
        return self._about.get(local.id, [])

    def unmet(self, entities: dict[str, _Entity]) -> tuple[Judgement, ...]:
        """The judgements that the entities do not follow."""
        if not self._judgements:
            return ()
        entity_of = {
            local.id: entity.id
            for entity in entities.values()
            for members in entity.members.values()
            for local in members
        }
        return tuple(
            judgement
            for judgement in self._judgements
            if (entity_of[self._local[judgement.left].id] == entity_of[self._local[judgement.right].id])
            is (judgement.verdict is Verdict.DIFFERENT)
        )
