from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from kg.errors import DocumentError
from kg.export import export
from kg.graphs.graphml import load
from kg.graphs.triples import load as load_triples
from kg.ingest.loaders import loader_for
from kg.ingest.parsed import Parsed
from kg.ingest.reading import make_entry
from kg.ingest.rows import TableReading, read_tables
from kg.ledger.database import Ledger
from kg.ledger.entries import put
from kg.ledger.fusing import fuse
from kg.ontology import Ontology
from kg.types import Document, DocumentStatus, Reading, Viewer


def read(path: Path) -> Parsed:
    (part,) = load(path, path.name)
    assert isinstance(part, Parsed)
    return part


def tabled(part: Parsed) -> TableReading:
    document = Document("g.graphml", "file:///g.graphml", part.title, part.text)
    return read_tables(document, part.records, "g.graphml", Ontology.load(), part.schema)


def stated(reading: TableReading) -> set[tuple[str, str, str, str, str]]:
    of = {mention.id: mention for mention in reading.mentions}
    return {
        (of[s.subject].type, of[s.subject].text, s.predicate, of[s.object].type, of[s.object].text)
        for s in reading.statements
    }


def test_nodes_edges_and_attributes(tmp_path: Path) -> None:
    graph = nx.MultiDiGraph()
    graph.add_node("n1", labels=":Person:Actor", name="Keanu Reeves", born=1964, height=1.86, active=True)
    graph.add_node("n2", labels=":Movie", title="The Matrix", released="1999-03-31")
    graph.add_node("n3", labels=":Person", name="Lana Wachowski")
    graph.add_edge("n1", "n2", label="ACTED_IN", role="Neo")
    graph.add_edge("n3", "n2", label="DIRECTED")
    nx.write_graphml(graph, tmp_path / "g.graphml")
    part = read(tmp_path / "g.graphml")
    assert "acted in: The Matrix (role: Neo)" in part.text.splitlines()[0]
    reading = tabled(part)
    assert stated(reading) == {
        ("Actor", "Keanu Reeves", "born", "Number", "1964"), ("Actor", "Keanu Reeves", "height", "Number", "1.86"),
        ("Actor", "Keanu Reeves", "active", "Boolean", "true"),
        ("Actor", "Keanu Reeves", "ACTED_IN", "Movie", "The Matrix"),
        ("Movie", "The Matrix", "released", "Date", "1999-03-31"),
        ("Person", "Lana Wachowski", "DIRECTED", "Movie", "The Matrix"),
    }  # fmt: skip
    assert reading.ontology.types["Actor"].parent == "Person"
    assert len({reading.keys[m.id] for m in reading.mentions if m.text == "The Matrix"}) == 1


def test_an_undirected_graph_is_symmetric(tmp_path: Path) -> None:
    nx.write_graphml(nx.Graph([("Ada", "Bob"), ("Bob", "Cid")]), tmp_path / "g.graphml")
    reading = tabled(read(tmp_path / "g.graphml"))
    assert {row[1:3] + row[4:] for row in stated(reading)} == {("Ada", "linked_to", "Bob"), ("Bob", "linked_to", "Cid")}
    assert reading.ontology.relations["linked_to"].symmetric


def test_what_is_exported_comes_back(tmp_path: Path) -> None:
    kb = tmp_path / "kb.txt"
    lines = ["Kismet|directed_by|William Dieterle", "Kismet|release_year|1944", "Kismet|in_language|English"]
    kb.write_text("\n".join(lines))
    (part,) = load_triples(kb, "kb.txt")
    assert isinstance(part, Parsed)
    ledger = Ledger(tmp_path / "ledger.sqlite")
    document = Document("kb.txt", "file:///kb.txt", part.title, part.text)
    ontology = Ontology.load()
    entry = make_entry(
        document, part.chunks, Reading(), part.records, None,
        ontology=ontology, source="kb.txt", reader="none", schema=part.schema,
    )  # fmt: skip
    with ledger.write() as connection:
        put(connection, [entry]).record(connection)
        fuse(connection, ontology.functional).record(connection)
    (tmp_path / "out.graphml").write_text("".join(export("graphml", ledger, Viewer.all())), encoding="utf-8")
    ledger.close()
    graph = nx.read_graphml(tmp_path / "out.graphml")
    back = read(tmp_path / "out.graphml")
    reading = tabled(back)
    assert {(row[1], row[2], row[4]) for row in stated(reading)} == {tuple(line.split("|")) for line in lines}
    kinds = {(data["kind"], data["name"]) for _, data in graph.nodes(data=True)}
    assert {(mention.type, mention.text) for mention in reading.mentions} == kinds
    for _, data in graph.nodes(data=True):
        for name in data.get("aliases", "").splitlines():
            assert name in back.text
    assert all(data["quote"] in back.text and data["document"] in back.text for *_, data in graph.edges(data=True))


def test_broken_files(tmp_path: Path) -> None:
    for number, content in enumerate(("<graphml", "<graphml/>", "<html></html>", "<!DOCTYPE x SYSTEM 'y'><graphml>")):
        path = tmp_path / f"{number}.graphml"
        path.write_text(content)
        with pytest.raises(DocumentError) as error:
            list(load(path, path.name))
        assert error.value.status in (DocumentStatus.CORRUPT, DocumentStatus.NO_TEXT), content


def test_the_content_tells_a_graph_in_xml(tmp_path: Path) -> None:
    for content, expected in (
        ('<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="x"/>', "rdf"),
        ('<?xml version="1.0"?>\n<graphml xmlns="x"/>', "graphml"),
        ('<?xml version="1.0"?>\n<orders/>', "xml"),
    ):
        path = tmp_path / "data.xml"
        path.write_text(content)
        assert loader_for(path, content.encode()).name == expected
