"""The schema of a property graph: labels and relationship types, their properties, and which ends they join."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

from kg.errors import InputError

if TYPE_CHECKING:
    import neo4j

SAMPLE = 1_000
"""Nodes of a label, and relationships of a type, that are looked at."""
LISTED = 12
"""Values of a property that are kept."""

Kind = Literal["text", "number", "boolean", "date", "list", "other"]


@dataclass(frozen=True, slots=True)
class Property:
    """A property.

    Attributes:
        kind: What its values are.
        values: Some of them, as texts; all of them where there are few.
        whole: Whether `values` are all.
    """

    kind: Kind = "text"
    values: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Schema:
    """A schema.

    Attributes:
        nodes: The properties of each label.
        edges: The properties of each relationship type.
        ends: Which label each type leads from and to.
    """

    nodes: Mapping[str, Mapping[str, Property]]
    edges: Mapping[str, Mapping[str, Property]] = field(default_factory=dict)
    ends: tuple[tuple[str, str, str], ...] = ()

    @cached_property
    def by_type(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The ends of each type."""
        found: dict[str, list[tuple[str, str]]] = {}
        for start, kind, end in self.ends:
            found.setdefault(kind, []).append((start, end))
        return {kind: tuple(pairs) for kind, pairs in found.items()}


def read_schema(url: str, password: str = "") -> Schema:
    """Read the schema of an existing graph database.

    Labels and types are all there are; their properties and ends are those of a sample of each.

    Args:
        url: Where it is: neo4j://user:password@host:port/database.
        password: The password where the URL holds none.

    Raises:
        InputError: the URL is none, or the database is empty.
        SettingsError: it refuses the user, the password or the name of the database.
        UnavailableError: it does not answer, or no longer.
    """
    from kg.graphs.neo4j import opened

    with opened(url, password) as (session, address):
        nodes, edges = dict[str, dict[str, Property]](), dict[str, dict[str, Property]]()
        ends: set[tuple[str, str, str]] = set()
        for label in _names(session, "CALL db.labels()"):
            sample = session.run(cast(Any, f"MATCH (n:{_quoted(label)}) RETURN n LIMIT {SAMPLE}"))
            rows = [dict(row["n"]) for row in sample]
            if rows:
                nodes[label] = _properties(rows)
        for kind in _names(session, "CALL db.relationshipTypes()"):
            query = f"MATCH (a)-[r:{_quoted(kind)}]->(b) RETURN labels(a) AS a, r, labels(b) AS b LIMIT {SAMPLE}"
            rows = []
            for row in session.run(cast(Any, query)):
                rows.append(dict(row["r"]))
                ends |= {(a, kind, b) for a in row["a"] for b in row["b"]}
            if rows:
                edges[kind] = _properties(rows)
        if not nodes:
            raise InputError(f"{address.name} has no nodes")
    return Schema(nodes, edges, tuple(sorted(ends)))


def _names(session: neo4j.Session, call: str) -> list[str]:
    return sorted(str(row[0]) for row in session.run(cast(Any, call)))


def _properties(rows: list[dict[str, Any]]) -> dict[str, Property]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        for name, value in row.items():
            if value is not None:
                found.setdefault(name, []).append(value)
    properties = {}
    for name, values in found.items():
        kind = _kind(values[0])
        texts = list(dict.fromkeys(str(value)[:200] for value in values)) if kind in ("text", "number", "date") else []
        properties[name] = Property(kind, tuple(texts[:LISTED]), len(texts) <= LISTED and len(rows) < SAMPLE)
    return properties


def _kind(value: Any) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "list"
    return "date" if hasattr(value, "year") else "other"


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"
