"""What is known of a group of local entities together: a sum, so that thousands compare as fast as one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Set

import numpy as np
from numpy.typing import NDArray

from kg.fusion.contacts import grouped
from kg.fusion.local import Fact, LocalEntity, table_of
from kg.fusion.naming import parse_name

MOST_NAMES = 8


class Profile:
    """The sum of some local entities of one family.

    Attributes:
        family: Their family.
        names: Surfaces with counts.
        facts: Facts with the number of local entities that have them.
        roles: The (predicate, direction) pairs that occur among the facts.
        neighbours: The other ends of the facts.
        values: Objects by predicate, of outgoing facts.
        keys: Exact keys by table.
        identifiers: Certain identifiers.
        contacts: Contact data by kind.
        documents: The documents they stand in.
    """

    __slots__ = (
        "_context",
        "_length",
        "_telling",
        "contacts",
        "documents",
        "facts",
        "family",
        "identifiers",
        "keys",
        "names",
        "neighbours",
        "roles",
        "values",
    )

    def __init__(self, family: str) -> None:
        self.family = family
        self.names: Counter[str] = Counter()
        self.facts: Counter[Fact] = Counter()
        self.roles: set[tuple[str, bool]] = set()
        self.neighbours: set[str] = set()
        self.values: dict[str, set[str]] = {}
        self.keys: dict[str, set[str]] = {}
        self.identifiers: set[str] = set()
        self.contacts: dict[str, set[str]] = {}
        self.documents: set[str] = set()
        self._context: NDArray[np.float64] | None = None
        self._length: float | None = None
        self._telling: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    @classmethod
    def of(cls, local: LocalEntity) -> Profile:
        """The profile of one local entity."""
        profile = cls(local.family)
        profile.names.update(dict(local.names))
        profile.documents.add(local.document_id)
        for fact in local.facts:
            profile._add_fact(fact, 1)
        if local.key:
            profile.keys[table_of(local.key)] = {local.key}
        profile.identifiers.update(local.identifiers)
        if local.contacts:
            profile.contacts = grouped(local.contacts)
        if local.context is not None:
            profile._context = local.context.astype(np.float64)
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
        self.names.update(other.names)
        self._length = self._telling = None
        for fact, count in other.facts.items():
            self._add_fact(fact, count)
        for table, keys in other.keys.items():
            self.keys.setdefault(table, set()).update(keys)
        self.identifiers |= other.identifiers
        for kind, values in other.contacts.items():
            self.contacts.setdefault(kind, set()).update(values)
        self.documents |= other.documents
        if other._context is not None:
            self._context = other._context if self._context is None else self._context + other._context

    def _add_fact(self, fact: Fact, count: int) -> None:
        self.facts[fact] += count
        self.roles.add((fact.predicate, fact.outgoing))
        self.neighbours.add(fact.other)
        if fact.outgoing:
            self.values.setdefault(fact.predicate, set()).add(fact.other)

    @property
    def has_context(self) -> bool:
        """Whether any of them came with a context vector."""
        return self._context is not None

    def likeness(self, other: Profile) -> float | None:
        """Cosine of the two contexts, or None where one has none."""
        if self._context is None or other._context is None:
            return None
        norm = self._norm(self._context) * other._norm(other._context)
        return float(self._context @ other._context) / norm if norm else None

    def _norm(self, context: NDArray[np.float64]) -> float:
        if self._length is None:
            self._length = math.sqrt(float(context @ context))
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
        """Whether both hold rows of one table, and none in common."""
        return any(table in other.keys and not keys & other.keys[table] for table, keys in self.keys.items())

    def shares_document(self, other: Profile) -> float:
        """The share of the smaller one's documents in which the other stands too, kept apart by that document."""
        few, many = sorted((self.documents, other.documents), key=len)
        return len(few & many) / len(few) if few else 0.0


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
