"""RDF: entities with labels, claims as triples, and each statement reified with its quote and document (PROV)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from rdflib import RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, PROV, SKOS

from kg.export.nodes import named_nodes
from kg.ledger.database import Ledger
from kg.ledger.facts import Fact, FactEnd, facts
from kg.types import Value, Viewer, value_id

LORE = Namespace("urn:loregraph:")
_DATES = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}


def turtle(ledger: Ledger, viewer: Viewer) -> Iterator[str]:
    """Yield Turtle of everything visible."""
    graph = Graph()
    for prefix, namespace in (("lore", LORE), ("prov", PROV), ("dcterms", DCTERMS), ("skos", SKOS)):
        graph.bind(prefix, namespace)
    with ledger.read() as connection:
        named = set()
        for node in named_nodes(connection, viewer):
            named.add(node.id)
            entity = LORE[f"entity:{node.id}"]
            graph.add((entity, RDF.type, LORE[quote(node.type)]))
            graph.add((entity, SKOS.prefLabel, Literal(node.name)))
            for name in node.aliases:
                graph.add((entity, RDFS.label, Literal(name)))
        for fact in facts(connection, viewer):
            if fact.subject.node_id in named and (fact.object.value is not None or fact.object.node_id in named):
                _add(graph, fact)
    yield graph.serialize(format="turtle")


def _add(graph: Graph, fact: Fact) -> None:
    subject, predicate, object_ = _term(fact.subject), LORE[quote(fact.predicate)], _term(fact.object)
    statement, document = LORE[f"statement:{fact.id}"], LORE[f"document:{fact.citation.document_id}"]
    graph.add((subject, predicate, object_))
    graph.add((statement, RDF.type, RDF.Statement))
    graph.add((statement, RDF.subject, subject))
    graph.add((statement, RDF.predicate, predicate))
    graph.add((statement, RDF.object, object_))
    graph.add((statement, LORE.node, object_ if fact.object.value is None else _value(graph, fact.object.value)))
    for name, day in ((LORE.validFrom, fact.valid_from), (LORE.validTo, fact.valid_to)):
        if day:
            graph.add((statement, name, Literal(day)))
    graph.add((statement, PROV.value, Literal(fact.citation.quote)))
    graph.add((statement, LORE.confidence, Literal(fact.confidence)))
    graph.add((statement, PROV.wasDerivedFrom, document))
    graph.add((document, DCTERMS.identifier, Literal(fact.citation.external_id)))
    graph.add((document, DCTERMS.title, Literal(fact.citation.title)))


def _term(end: FactEnd) -> URIRef | Literal:
    return LORE[f"entity:{end.node_id}"] if end.value is None else _literal(end.value)


def _value(graph: Graph, value: Value) -> URIRef:
    """A literal as a node, by which it can be compared whatever it is: kind, canonical text, number, unit."""
    node = LORE[f"value:{value_id(value)}"]
    graph.add((node, LORE.kind, Literal(value.kind)))
    graph.add((node, LORE.text, Literal(value.text)))
    if value.number is not None:
        graph.add((node, LORE.number, Literal(float(value.number))))
    if value.unit is not None:
        graph.add((node, LORE.unit, Literal(value.unit)))
    return node


def _literal(value: Value) -> Literal:
    if value.kind == "Date" and len(value.text) in _DATES:
        return Literal(value.text, datatype=_DATES[len(value.text)])
    if value.kind == "Boolean":
        return Literal(value.text == "true")
    if value.number is not None and value.unit is None and value.kind != "Date":
        return Literal(value.number)
    return Literal(f"{value.text} {value.unit}" if value.unit else value.text)
