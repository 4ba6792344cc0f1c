"""Merges what tables say of types and relations, even where two of them contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from kg.ontology import EntityType, Ontology, Relation


def with_schemas(base: Ontology, schemas: Sequence[Ontology]) -> Ontology:
    """Add the schemas of tables to an ontology.

    Two ontologies that contradict each other are an error of who wrote them; two tables that do are just two tables.
    Where they give a type different parents, the ontology's own counts, else the first by name; a relation that is
    called like a type elsewhere is left out.

    Args:
        base: The ontology so far; nothing in it changes but that it grows.
        schemas: What tables add; their order decides nothing but that of further labels.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for part in schemas:
        for name, kind in part.types.items():
            if kind.parent is not None:
                wanted[name].add(kind.parent)
    names = set(base.types).union(*(part.types for part in schemas))
    parents = {name: kind.parent for name, kind in base.types.items()}
    for name in sorted(names - base.types.keys()):
        parents[name] = next((one for one in sorted(wanted[name]) if not _leads_to(one, name, parents)), None)
    parts = [
        part.model_copy(
            update={
                "types": {
                    name: _type(base, kind, parents[name])
                    for name, kind in part.types.items()
                    if name not in base.relations
                },
                "relations": {
                    name: _relation(base, schemas, relation)
                    for name, relation in part.relations.items()
                    if name not in names and not _lost(base, relation)
                },
            }
        )
        for part in schemas
    ]
    return Ontology.merged((base, *parts))


def _leads_to(parent: str, name: str, parents: dict[str, str | None]) -> bool:
    """Whether a type would become its own ancestor."""
    current: str | None = parent
    while current is not None:
        if current == name:
            return True
        current = parents.get(current)
    return False


def _type(base: Ontology, kind: EntityType, parent: str | None) -> EntityType:
    known = base.types.get(kind.name)
    if known is None:
        return kind.model_copy(update={"parent": parent})
    return kind.model_copy(update={"parent": None, "value": known.value})


def _lost(base: Ontology, relation: Relation) -> bool:
    """Whether a relation is of a type that is called like a relation of the ontology."""
    return any(name in base.relations for name in (*relation.domain, *relation.range))


def _relation(base: Ontology, schemas: Sequence[Ontology], relation: Relation) -> Relation:
    inverse = relation.inverse
    if inverse is None or inverse in base.relations or any(inverse in part.relations for part in schemas):
        return relation
    return relation.model_copy(update={"inverse": None})
