"""The unit that fusion decides about: what one document says about one thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.types import Judgement, Readers

PERSON = "Person"
LOCATION = "Location"
OWN_NAMES = (PERSON, "Organization", LOCATION)
"""Families whose members bear names of their own."""


class Fact(NamedTuple):
    """One thing a document says of a local entity, in a form that can be compared across documents."""

    predicate: str
    outgoing: bool  # whether the entity is the subject
    other: str  # the other end's normalised name, its exact key, or "kind:text" of a value


@dataclass(frozen=True, slots=True)
class LocalEntity:
    """The mentions of one document that are one entity by that document's own names and the reader's coreference.

    Attributes:
        document_id: The document.
        readers: Who may read it.
        type: The most frequent type of its names.
        family: The type's root in the ontology: only local entities of one family can be fused. `Person` and `Location`
            have rules of their own for names.
        mentions: Mention ids, sorted; the first is the local entity's own id.
        names: Surfaces of its names with how often each stands there, most frequent first; empty where never named.
        facts: What is said of it, sorted.
        key: An exact identifier ("northwind.db#Customers/ALFKI"): equal keys are the same entity, different keys of one
            table never are.
        identifiers: Certain identifiers, "kind:value" ("iri:http://...", "lei:..."): equal ones are the same entity
            wherever they stand; unlike keys, different ones keep nothing apart. Sorted.
        contacts: Contact data that stand with it, "kind:value" (`kg.fusion.contacts`), sorted.
        context: Mean of the unit vectors of its passages, made a unit vector.
        links: Why these mentions are one: a spanning tree with reasons.
    """

    document_id: str
    readers: Readers
    type: str
    family: str
    mentions: tuple[str, ...]
    names: tuple[tuple[str, int], ...] = ()
    facts: tuple[Fact, ...] = ()
    key: str | None = None
    identifiers: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    context: NDArray[np.float32] | None = field(default=None, compare=False)
    links: tuple[Judgement, ...] = ()

    @property
    def id(self) -> str:
        """The smallest mention id."""
        return self.mentions[0]


def table_of(key: str) -> str:
    """Return the table of an exact key: up to the first "/" after the "#", or up to the last "/" without a "#"."""
    source, mark, row = key.partition("#")
    return f"{source}#{row.partition('/')[0]}" if mark else key.rpartition("/")[0]


def row_of(key: str) -> str:
    """Return what an exact key says of the row in its table: "ALFKI" of "northwind.db#Customers/ALFKI"."""
    return key.removeprefix(table_of(key)).removeprefix("/")
