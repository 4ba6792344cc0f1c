"""The graph as GraphML, for Gephi, yEd, networkx and the like."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from kg.export.nodes import named_nodes
from kg.ledger.database import Ledger
from kg.ledger.facts import facts
from kg.types import Viewer


def graphml(ledger: Ledger, viewer: Viewer) -> Iterator[str]:
    """Yield GraphML: entities and values as nodes, statements between them as edges with their quotes."""
    graph = nx.MultiDiGraph()
    with ledger.read() as connection:
        for node in named_nodes(connection, viewer):
            graph.add_node(node.id, kind=node.type, name=node.name)
            if len(node.aliases) > 1:
                graph.nodes[node.id]["aliases"] = _printable("\n".join(node.aliases))
        for fact in facts(connection, viewer):
            subject, object_ = fact.subject.node_id, fact.object.node_id
            if subject not in graph:
                continue
            if fact.object.value is not None:
                value = fact.object.value
                exact = {"number": value.number, "unit": value.unit}
                exact = {key: part for key, part in exact.items() if part is not None}
                graph.add_node(object_, kind=value.kind, name=value.text, **exact)
            if object_ in graph:
                graph.add_edge(
                    subject,
                    object_,
                    key=fact.id,
                    predicate=fact.predicate,
                    confidence=fact.confidence,
                    document=fact.citation.external_id,
                    quote=_printable(fact.citation.quote),
                )
        for _, data in graph.nodes(data=True):
            data["name"] = _printable(data["name"])
    yield from (f"{line}\n" for line in nx.generate_graphml(graph))


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\t\n")
