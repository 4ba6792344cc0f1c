"""Names for types and relations in the graph: as they are called where they come from, as far as the graph takes it."""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import cache

from kg.ingest.table_words import words
from kg.ontology import BUSINESS, Ontology

_RESERVED = frozenset({"Entity", "Value", "Document", "Chunk", "Projection", "PART_OF", "MENTIONS"})
_LONGEST = 60


@cache
def business() -> Ontology:
    """The ontology that ships: its names mean what they mean there."""
    return Ontology.load(BUSINESS)


class Names:
    """Gives each type and each relation of a graph a name that no other has.

    A type's begins with a capital and is not all capitals, a relation's is never so: what one graph calls a relation is
    then no type of another. The same thing always gets the same name; things that are called the same share it where
    they are of one kind.
    """

    def __init__(self) -> None:
        self._types: dict[Hashable, str] = {}
        self._relations: dict[Hashable, str] = {}

    def type(self, called: str) -> str:
        """The name of a type: "legal_entity" -> LegalEntity, LEI -> Lei, and one that is taken gets an ending."""
        if called not in self._types:
            self._types[called] = type_name(called)
        return self._types[called]

    def relation(self, called: str) -> str:
        """The name of a relation: its own where that is one ("directed_by", "ACTED_IN", "worksFor")."""
        if called not in self._relations:
            self._relations[called] = relation_name(called)
        return self._relations[called]


def type_name(called: str) -> str:
    """The name of a type in the graph."""
    if re.fullmatch(r"[A-Z]\w{0,59}", called) and called != called.upper() and "_" not in called:
        name = called
    else:
        name = "".join(part[:1].upper() + part[1:] for part in words(called))
    name = re.sub(r"\W", "", name)[:_LONGEST]
    if not re.match(r"[^\W\d_]", name):
        name = f"Type{name}"
    if not name[:1].isupper():  # a script without capitals
        return name
    known = business().types.get(name)
    return f"{name}Node" if name in _RESERVED or (known is not None and known.value) else name


def relation_name(called: str) -> str:
    """The name of a relation in the graph."""
    name = re.sub(r"\W+", "_", called.strip()).strip("_")[:_LONGEST]
    if not re.match(r"[^\W\d_]", name):
        name = f"has_{name}".rstrip("_")
    if name.lower() == name.upper():  # a script without capitals: a type could be called so
        name = f"HAS_{name}"
    elif name[0].isupper() and (name != name.upper() or len(name) == 1):
        name = name[0].lower() + name[1:]
    return f"HAS_{name}" if name in _RESERVED else name
