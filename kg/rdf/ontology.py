"""RDFS and OWL files as one ontology of ours, to be written as YAML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.errors import DocumentError, OntologyError
from kg.graphs.names import business
from kg.ingest.composer import stem
from kg.ingest.table_words import words
from kg.ontology import EntityType, Ontology
from kg.rdf.reading import statements
from kg.rdf.schema import Schema
from kg.rdf.shaping import Shaping


def ontology_from(files: Sequence[Path], name: str | None = None) -> Ontology:
    """Make an ontology of the classes and properties of some files; what they import is not fetched.

    Classes become types, object properties relations between them, datatype properties relations to values. A class
    that lies below several has the nearest as its parent. What a property's ends are is taken from its declaration,
    from the properties above it, from its inverse, else from the restrictions that name it; where nothing tells, it may
    stand between any.

    Args:
        files: RDF in any format.
        name: What the ontology is called; by the first file's name where None.

    Raises:
        OntologyError: a file cannot be read, or none holds a class or a property.
    """
    schema = Schema()
    for file in files:
        try:
            for statement in statements(file, str(file)):
                schema.add(statement)
        except DocumentError as error:
            raise OntologyError(error.reason, str(file)) from error
        except OSError as error:
            raise OntologyError(f"it cannot be opened: {error.strerror}", str(file)) from error
    return shaped(schema, name or " ".join(words(stem(files[0].name))))


def shaped(schema: Schema, name: str) -> Ontology:
    """Make an ontology of a schema.

    Raises:
        OntologyError: it holds neither a class nor a property.
    """
    shaping = Shaping(schema)
    types = shaping.types(schema.classes)
    if not types and not schema.properties:
        raise OntologyError("there is no class and no property in it")
    anything = tuple(sorted(kind for kind, found in types.items() if found.parent is None)) or ("Thing",)
    parts = [Ontology(name=name, types=types)]
    for iri in sorted(schema.properties, key=lambda iri: not schema.declares(iri)):
        domain, range_ = schema.ends(iri)
        start = _types(shaping, domain) or anything
        end = shaping.value_types(iri) if shaping.is_literal(iri) else _types(shaping, range_) or anything
        relation = shaping.relation((iri,), start, end)
        back = [shaping.relation_name(other) for other in schema.inverses(iri) if other in schema.properties]
        inverse = next((other for other in back if other != relation.name), None)
        relation = relation.model_copy(update={"inverse": inverse})
        parts.append(Ontology(name=name, relations={relation.name: relation}))
    for used in sorted({end for part in parts for one in part.relations.values() for end in (*one.domain, *one.range)}):
        known = business().types.get(used)
        types.setdefault(used, EntityType(name=used, value=known is not None and known.value))
    parts[0] = Ontology(name=name, types=types)
    return Ontology.merged(parts)


def _types(shaping: Shaping, classes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(shaping.type_name(iri) for iri in classes if not shaping.schema.is_datatype(iri)))
