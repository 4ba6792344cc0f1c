"""What is known of a group of local entities together: a sum, so that thousands compare as fast as one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kg.fusion.contacts import grouped
from kg.fusion.local import OWN_NAMES, Fact, LocalEntity, table_of
from kg.fusion.naming import parse_name

MOST_NAMES = 8
_Vector = NDArray[np.float32] | NDArray[np.float64]
_NOTHING: Mapping[Any, Any] = MappingProxyType({})  # shared by the million profiles that have nothing there


class Profile:
    """The sum of some local entities of one family.

    Attributes:
        family: Their family.
        names: Surfaces with counts.
        facts: Facts with the number of local entities that have them.
        keys: Exact keys by table.
        identifiers: Certain identifiers.
        contacts: Contact data by kind.
        documents: The documents they stand in.
    """

    __slots__ = (
        "_context",
        "_length",
        "_neighbours",
        "_roles",
        "_telling",
        "_values",
        "contacts",
        "documents",
        "facts",
        "family",
        "identifiers",
        "keys",
        "names",
    )

    def __init__(self, family: str) -> None:
        self.family = family
        self.names: dict[str, int] = {}
        self.facts: Mapping[Fact, int] = _NOTHING
        # Found when they are first asked for, and kept up from then on: most profiles are compared with none.
        self._roles: Set[tuple[str, bool]] | None = None
        self._neighbours: Set[str] | None = None
        self._values: Mapping[str, Set[str]] | None = None
        self.keys: Mapping[str, Set[str]] = _NOTHING
        self.identifiers: Set[str] = frozenset()
        self.contacts: Mapping[str, Set[str]] = _NOTHING
        self.documents: Set[str] = frozenset()
        self._context: _Vector | None = None
        self._length: float | None = None
        self._telling: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    @classmethod
    def of(cls, local: LocalEntity) -> Profile:
        """The profile of one local entity."""
        profile = cls(local.family)
        profile.names = dict(local.names)
        profile.documents = frozenset((local.document_id,))
        if local.facts:
            profile.facts = dict.fromkeys(local.facts, 1)
        if local.key:
            profile.keys = {table_of(local.key): frozenset((local.key,))}
        if local.identifiers:
            profile.identifiers = frozenset(local.identifiers)
        if local.contacts:
            profile.contacts = grouped(local.contacts)
        profile._context = local.context  # not copied: there are a million of them
        return profile

    @classmethod
    def sum(cls, family: str, profiles: Iterable[Profile]) -> Profile:
        """A new profile of all these."""
        total = cls(family)
        for profile in profiles:
            total.add(profile)
        return total

    def add(self, other: Profile) -> None:
        """Take another profile in."""
        for name, count in other.names.items():
            self.names[name] = self.names.get(name, 0) + count
        self._length = self._telling = None
        if other.facts:
            counts = self.facts if isinstance(self.facts, Counter) else Counter(self.facts)
            counts.update(other.facts)
            self.facts = counts
            if self._roles is not None:
                self._roles = _with(self._roles, other.roles)
            if self._neighbours is not None:
                self._neighbours = _with(self._neighbours, other.neighbours)
            if self._values is not None:
                self._values = _with_all(self._values, other.values)
        self.keys = _with_all(self.keys, other.keys)
        self.identifiers = _with(self.identifiers, other.identifiers)
        self.contacts = _with_all(self.contacts, other.contacts)
        self.documents = _with(self.documents, other.documents)
        if other._context is not None:
            mine = self._context
            self._context = other._context if mine is None else np.add(mine, other._context, dtype=np.float64)

    @property
    def roles(self) -> Set[tuple[str, bool]]:
        """The (predicate, direction) pairs that occur among the facts."""
        if self._roles is None:
            self._roles = {(fact.predicate, fact.outgoing) for fact in self.facts}
        return self._roles

    @property
    def neighbours(self) -> Set[str]:
        """The other ends of the facts."""
        if self._neighbours is None:
            self._neighbours = {fact.other for fact in self.facts}
        return self._neighbours

    @property
    def values(self) -> Mapping[str, Set[str]]:
        """Objects by predicate, of outgoing facts."""
        if self._values is None:
            self._values = _grouped((fact.predicate, fact.other) for fact in self.facts if fact.outgoing)
        return self._values

    @property
    def has_context(self) -> bool:
        """Whether any of them came with a context vector."""
        return self._context is not None

    def likeness(self, other: Profile) -> float | None:
        """Cosine of the two contexts, or None where one has none."""
        if self._context is None or other._context is None:
            return None
        norm = self._norm(self._context) * other._norm(other._context)
        return _dot(self._context, other._context) / norm if norm else None

    def _norm(self, context: _Vector) -> float:
        if self._length is None:
            self._length = math.sqrt(_dot(context, context))
        return self._length

    @property
    def telling(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Its most frequent names, at most `MOST_NAMES` each: full ones, and lone names and acronyms."""
        if self._telling is None:
            order = sorted(self.names, key=lambda surface: (-self.names[surface], surface))
            full = tuple(surface for surface in order if parse_name(self.family, surface).full)
            short = tuple(surface for surface in order if not parse_name(self.family, surface).full)
            self._telling = full[:MOST_NAMES], short[:MOST_NAMES]
        return self._telling

    def contradicts_keys(self, other: Profile) -> bool:
        """Whether both hold rows of one table, and none in common; of works and the like, of one source.

        People, companies and places bear names of their own, whatever table they stand in. An album and one of its
        tracks may be called alike, and a source that has a table for each means two things.
        """
        if any(table in other.keys and not keys & other.keys[table] for table, keys in self.keys.items()):
            return True
        if self.family in OWN_NAMES or self.keys.keys() & other.keys.keys():
            return False
        return bool(_sources(self) & _sources(other))

    def shares_document(self, other: Profile) -> float:
        """The share of the smaller one's documents in which the other stands too, kept apart by that document."""
        few, many = sorted((self.documents, other.documents), key=len)
        return len(few & many) / len(few) if few else 0.0


def _sources(profile: Profile) -> set[str]:
    return {table.partition("#")[0] for table in profile.keys}


_T = TypeVar("_T")


def _with(mine: Set[_T], new: Set[_T]) -> Set[_T]:
    """Both sets as one: `mine` itself, grown, where it can grow."""
    if not new:
        return mine
    if isinstance(mine, set):
        mine.update(new)
        return mine
    return {*mine, *new}


def _with_all(mine: Mapping[str, Set[str]], new: Mapping[str, Set[str]]) -> Mapping[str, Set[str]]:
    if not new:
        return mine
    grown = mine if isinstance(mine, dict) else dict(mine)
    for key, values in new.items():
        grown[key] = _with(grown.get(key, frozenset()), values)
    return grown


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, Set[str]]:
    found: dict[str, Set[str]] = {}
    for key, value in pairs:
        found[key] = _with(found.get(key, frozenset()), {value})
    return found


def _dot(left: _Vector, right: _Vector) -> float:
    return float(np.dot(left.astype(np.float64, copy=False), right.astype(np.float64, copy=False)))


def conflicts(left: Profile, right: Profile, functional: Set[str]) -> tuple[int, int]:
    """Count the functional relations for which the two have different objects only.

    Args:
        left: A profile.
        right: Another.
        functional: Relations of which a subject has one object at most.

    Returns:
        How many of them have dates, and how many have anything else. A date agrees with a coarser one that holds it.
    """
    dates = others = 0
    for predicate in sorted(functional & left.values.keys() & right.values.keys()):
        mine, yours = left.values[predicate], right.values[predicate]
        if mine & yours:
            continue
        if any(value.startswith("Date:") for value in mine | yours):
            dates += not any(_holds(a, b) for a in mine for b in yours)
        else:
            others += not any(_within(a, b) for a in mine for b in yours)
    return dates, others


def _holds(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return long.startswith(short)


def _within(a: str, b: str) -> bool:
    """Whether the words of one name are among the other's: "fort myers" and "fort myers florida"."""
    mine, yours = set(a.split()), set(b.split())
    return mine <= yours or yours <= mine
