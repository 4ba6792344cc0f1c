"""Names that become part of a Cypher text: everything else in a query is a parameter."""

from __future__ import annotations

import re

from kg.errors import OntologyError

NODE_LABELS = frozenset({"Entity", "Value", "Document", "Chunk", "Projection"})
"""Labels that the projection itself uses; no type of an ontology may be called so."""

STRUCTURE = frozenset({"PART_OF", "MENTIONS"})
"""Relationship types that tie documents to entities; every other type is a relation of the ontology."""

_NAME = re.compile(r"[^\W\d]\w{0,63}\Z")


def quoted_type(name: str) -> str:
    """Return the label of a type in backticks.

    Args:
        name: A type's name, or a literal's kind.

    Raises:
        OntologyError: It is no name, or the projection uses it itself.
    """
    if name in NODE_LABELS:
        raise OntologyError(f"a type cannot be called {name!r}: the graph uses this label itself")
    return _quoted(name, "type")


def quoted_relation(name: str) -> str:
    """Return the relationship type of a relation in backticks.

    Args:
        name: A relation's name.

    Raises:
        OntologyError: It is no name, or the projection uses it itself.
    """
    if name in STRUCTURE:
        raise OntologyError(f"a relation cannot be called {name!r}: the graph uses this relationship type itself")
    return _quoted(name, "relation")


def _quoted(name: str, what: str) -> str:
    if not _NAME.match(name):
        raise OntologyError(
            f"{name!r} is no name for a {what}: a letter or underscore, then letters, digits, underscores, 64 in all"
        )
    return f"`{name}`"
