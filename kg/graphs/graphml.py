"""GraphML files, ours and others': nodes with their type, name and attributes, edges with theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from kg.errors import DocumentError
from kg.graphs.graph import Claim, End, Node, Shape, Text
from kg.graphs.names import business, type_name
from kg.graphs.properties import ALIASES, KIND, Columns, Labels, called, claims, names_of, noted, plain, valued
from kg.graphs.roles import THING
from kg.graphs.writing import documents
from kg.ingest.composer import one_line, stem
from kg.ingest.parsed import Part
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import networkx as nx

MEDIA_TYPE = "application/graphml+xml"
_KINDS = ("kind", "labels", "type", "node_type", "category", "class")
_RELATIONS = ("predicate", "relation", "relationship", "type", "label", "edge_type", "kind", "name")
_LINKED = "linked_to"  # an edge that is of no kind


def load(path: Path, name: str) -> Iterator[Part]:
    """Read a graph; a node whose kind is a kind of value is that value.

    Raises:
        DocumentError: it is no GraphML (CORRUPT), or has no nodes (NO_TEXT).
    """
    import networkx as nx

    try:
        graph = nx.read_graphml(path)
    except (ParseError, nx.NetworkXError, KeyError, ValueError, TypeError, UnicodeError) as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"It is no GraphML: {one_line(str(error))[:200]}.") from error
    found = _Graph(graph)
    yield from documents(found.nodes(), found.shape, title=stem(name), name=name, media_type=MEDIA_TYPE)


class _Graph:
    def __init__(self, graph: nx.Graph) -> None:
        self._graph = graph
        attributes = Counter(key for _, data in graph.nodes(data=True) for key in data)
        self._kind = next((key for key in _KINDS if key in attributes), None)
        on_edges = {key for _, _, data in graph.edges(data=True) for key in data}
        self._relation = next((key for key in _RELATIONS if key in on_edges), None)
        self._labels_of = {node: self._labels(data) for node, data in graph.nodes(data=True)}
        values = {kind.name for kind in business().types.values() if kind.value}
        self._values = {
            node: valued(next(iter(labels)), self._called(node), **_exact(graph.nodes[node]))
            for node, labels in self._labels_of.items()
            if len(labels) == 1 and next(iter(labels)) in values
        }
        sets = Counter(labels for node, labels in self._labels_of.items() if labels and node not in self._values)
        self._hierarchy = Labels(sets)
        self._columns = Columns()
        for _, _, data in graph.edges(data=True):
            self._columns.edge(self._relation_of(data), symmetric=not graph.is_directed())
        for key in attributes:
            self._columns.attribute(key)
        self.shape = Shape(self._hierarchy.types(), self._columns, self._columns.captions)

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes that are things, in the order of the file."""
        for node, data in self._graph.nodes(data=True):
            if node in self._values:
                continue
            labels, special = self._labels_of[node], {self._kind, *names_of(data)}
            said = [Claim(KIND, Text(label)) for label in self._hierarchy.further(labels)]
            for key, value in data.items():
                if key not in special:
                    said += claims(self._columns.attribute(key), value)
            said += self._edges(node)
            name, iri = self._called(node), str(node)
            others = (other for key in ALIASES & data.keys() for other in _several(data[key]))
            yield Node(
                table=self._table(node),
                key=str(node),
                name=name,
                aliases=tuple(dict.fromkeys(other for other in others if other != name)),
                claims=tuple(dict.fromkeys(said)),
                identifiers=(f"iri:{iri}",) if iri.startswith(("http://", "https://", "urn:")) else (),
                origin=iri if iri != name else "",
            )

    def _edges(self, node: Any) -> Iterator[Claim]:
        edges = (
            self._graph.out_edges(node, data=True) if self._graph.is_directed() else self._graph.edges(node, data=True)
        )
        order = sorted(edges, key=lambda edge: self._relation_of(edge[2]))
        for _, other, data in order:
            column = self._columns.edge(self._relation_of(data))
            note = noted({key: value for key, value in data.items() if key not in ("id", self._relation)})
            if other in self._values:
                yield Claim(column, self._values[other], note)
            elif self._graph.is_directed() or str(node) <= str(other):  # an undirected edge is told of once
                yield Claim(column, End(self._table(other), str(other), self._called(other)), note)

    def _table(self, node: Any) -> str:
        main = self._hierarchy.main(self._labels_of[node])
        return type_name(main) if main else THING

    def _called(self, node: Any) -> str:
        attributes = {key: value for key, value in self._graph.nodes[node].items() if key != self._kind}
        return called(attributes) or str(node)

    def _labels(self, data: Mapping[str, Any]) -> frozenset[str]:
        """The labels of a node: one, or several as ":Person:Actor"."""
        text = plain(data.get(self._kind, "")) if self._kind else ""
        return frozenset(part for one in text.split(":") if (part := one_line(one)))

    def _relation_of(self, data: Mapping[str, Any]) -> str:
        return (one_line(plain(data.get(self._relation, ""))) if self._relation else "") or _LINKED


def _exact(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a value sorts by and its unit, where its node says so, as our own do."""
    return {key: data[key] for key, kind in (("number", float), ("unit", str)) if isinstance(data.get(key), kind)}


def _several(value: Any) -> list[str]:
    """Names that stand in one attribute, as a list or set apart by bars or line ends."""
    parts = (value if isinstance(value, str) else plain(value)).replace("\n", "|").split("|")
    return [text for part in parts if (text := one_line(part))]
