"""Names for types and relations in the graph: as they are called where they come from, as far as the graph takes it."""

from __future__ import annotations

import re
from functools import cache

from kg.ingest.table_words import words
from kg.ontology import BUSINESS, Ontology

_RESERVED = frozenset({"Entity", "Value", "Document", "Chunk", "Projection", "PART_OF", "MENTIONS"})
_LONGEST = 60


@cache
def business() -> Ontology:
    """The ontology that ships: its names mean what they mean there."""
    return Ontology.load(BUSINESS)


def type_name(called: str) -> str:
    """The name of a type in the graph: "legal_entity" -> LegalEntity, LEI -> Lei.

    A type's begins with a capital and is not all capitals, a relation's is never so: what one graph calls a relation is
    no type of another.
    """
    if re.fullmatch(r"[A-Z]\w{0,59}", called) and called != called.upper() and "_" not in called:
        name = called
    else:
        name = "".join(part[:1].upper() + part[1:] for part in words(called))
    name = re.sub(r"\W", "", name)[:_LONGEST]
    if not re.match(r"[^\W\d_]", name):
        name = f"Type{name}"
    if not name[:1].isupper():  # a script without capitals
        return name
    if name == name.upper():  # as a relation could be called
        return f"{name}Node"
    known = business().types.get(name)
    return f"{name}Node" if name in _RESERVED or (known is not None and known.value) else name


def relation_name(called: str) -> str:
    """The name of a relation in the graph: its own where that is one ("directed_by", "ACTED_IN", "worksFor")."""
    name = re.sub(r"\W+", "_", called.strip()).strip("_")[:_LONGEST]
    if not re.match(r"[^\W\d_]", name):
        name = f"has_{name}".rstrip("_")
    if name[0].lower() == name[0].upper():  # a script without capitals: a type could be called so
        name = f"HAS_{name}"
    elif name[0].isupper() and (name != name.upper() or len(name) == 1):
        name = name[0].lower() + name[1:]
    return f"HAS_{name}" if name in _RESERVED else name
