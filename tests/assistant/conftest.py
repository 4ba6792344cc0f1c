"""A small world made with the real parts: ledger, fusion, embedded graph, index, encoder.

A passage is written with its names marked, "{Acme:Organization} was founded by {Ada Lovelace:Person}.", and what it
states is listed beside it; tables are read by the loaders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.ask.asker import Asker
from assistant.retrieve.mentions import Mentions
from assistant.retrieve.retriever import Retriever
from assistant.retrieve.searcher import Searcher
from kg.index import SearchIndex, open_index
from kg.ingest.loaders.csv import load as load_csv
from kg.ingest.loaders.database import load as load_database
from kg.ingest.reading import make_entry
from kg.ledger.database import Ledger
from kg.ledger.entries import Entry, put
from kg.ledger.fusing import fuse
from kg.ledger.sources import LedgerSources
from kg.ontology import Ontology
from kg.ports import Encoder
from kg.projection.graph import project_graph
from kg.projection.index import project_index
from kg.stores.bolt import BoltStore
from kg.stores.embedded import open_embedded
from kg.types import Chunk, Document, Link, Readers, Reading, Span, SpanKind, Value
from kg.values import parse_value
from nlp.runtime.encoder import OnnxEncoder

_MARKED = re.compile(r"\{([^{}:]+):(\w+)\}")
Passage = tuple[str, Sequence[tuple[str, str, str]]]


@dataclass
class World:
    """Documents and everything that was made of them."""

    ontology: Ontology
    ledger: Ledger
    graph: BoltStore
    index: SearchIndex
    encoder: Encoder

    def asker(self) -> Asker:
        return Asker(
            self.graph, self.index, self.index, LedgerSources(self.ledger), self.encoder, lambda _viewer: self.ontology
        )

    def searcher(self) -> Searcher:
        sources = LedgerSources(self.ledger)
        return Searcher(Retriever(self.index, self.encoder, Mentions(self.graph, self.index), sources))


def entry(ontology: Ontology, external_id: str, passages: Sequence[Passage], groups: Sequence[str] = ()) -> Entry:
    """A document of marked passages."""
    text, spans, links, chunks = "", [], [], []
    for marked, facts in passages:
        begin = len(text)
        places: dict[str, int] = {}
        at = 0
        for match in _MARKED.finditer(marked):
            text += marked[at : match.start()]
            name, kind = match[1], match[2]
            value: Value | None = None
            if ontology.type(kind).value:
                value = parse_value(name, kind) or Value(kind, name)
            places.setdefault(name, len(spans))
            spans.append(
                Span(
                    len(text),
                    len(text) + len(name),
                    kind,
                    0.95,
                    SpanKind.VALUE if value else SpanKind.NAME,
                    value,
                    "test",
                )
            )
            text += name
            at = match.end()
        text += marked[at:]
        links += [Link(places[a], places[b], predicate, 0.9, extractor="test") for a, predicate, b in facts]
        chunks.append(Chunk(begin, len(text)))
        text += "\n\n"
    document = Document(external_id, f"test:{external_id}", external_id, text, Readers.of(groups))
    return make_entry(
        document,
        tuple(chunks),
        Reading(tuple(spans), tuple(links)),
        (),
        None,
        ontology=ontology,
        source=external_id,
        reader="test",
    )


def table_entries(ontology: Ontology, path: Path, groups: Sequence[str] = ()) -> list[Entry]:
    """The documents of a table file."""
    load = load_csv if path.suffix == ".csv" else load_database
    found = []
    for part in load(path, path.name):
        name = part.external_id or path.name  # type: ignore[union-attr]
        document = Document(name, f"test:{name}", part.title, part.text, Readers.of(groups))  # type: ignore[union-attr]
        found.append(
            make_entry(
                document,
                part.chunks,  # type: ignore[union-attr]
                Reading(),
                part.records,  # type: ignore[union-attr]
                None,
                ontology=ontology,
                source=path.name,
                reader="test",
            )
        )
    return found


COMPANIES: list[Passage] = [
    (
        "{Halvor Systems:Organization} was founded by {Ines Okafor:Person} and {Tom Brandt:Person} in {1987:Date}.",
        [
            ("Halvor Systems", "FOUNDED_BY", "Ines Okafor"),
            ("Halvor Systems", "FOUNDED_BY", "Tom Brandt"),
            ("Halvor Systems", "DATE_FOUNDED", "1987"),
        ],
    ),
    (
        "{Halvor Systems:Organization} has its headquarters in {Rotterdam:Location}.",
        [("Halvor Systems", "HEADQUARTERS", "Rotterdam")],
    ),
    (
        "{Mira Castellan:Person} is the chief executive officer of {Halvor Systems:Organization}.",
        [("Halvor Systems", "CEO", "Mira Castellan")],
    ),
    (
        "{Pellucid Labs:Organization} is a subsidiary of {Halvor Systems:Organization}.",
        [("Pellucid Labs", "SUBSIDIARY_OF", "Halvor Systems")],
    ),
    (
        "{Orbweaver:Organization} is owned by {Halvor Systems:Organization}.",
        [("Orbweaver", "SUBSIDIARY_OF", "Halvor Systems")],
    ),
    (
        "{Quarry Bank:Organization}, based in {Rotterdam:Location}, was started by {Ines Okafor:Person}.",
        [("Quarry Bank", "FOUNDED_BY", "Ines Okafor"), ("Quarry Bank", "HEADQUARTERS", "Rotterdam")],
    ),
    (
        "{Halvor Systems:Organization} acquired {Nettlebed Software:Organization}.",
        [("Halvor Systems", "ACQUIRED", "Nettlebed Software")],
    ),
    ("The mascot of {Halvor Systems:Organization} is a grey heron called Piet.", []),
]
PEOPLE: list[Passage] = [
    (
        "{Ines Okafor:Person} was born in {Lagos:Location} on {4 April 1955:Date}.",
        [("Ines Okafor", "PLACE_OF_BIRTH", "Lagos"), ("Ines Okafor", "DATE_OF_BIRTH", "4 April 1955")],
    ),
    (
        "{Ines Okafor:Person} is married to {Lars Winter:Person}.",
        [("Ines Okafor", "SPOUSE", "Lars Winter")],
    ),
    (
        "{Tom Brandt:Person} studied at the {University of Ghent:Organization}.",
        [("Tom Brandt", "EDUCATED_AT", "University of Ghent")],
    ),
    (
        "{Lena Moss:Person} works for {Halvor Systems:Organization}.",
        [("Lena Moss", "EMPLOYEE_OR_MEMBER_OF", "Halvor Systems")],
    ),
]
CHINESE: list[Passage] = [
    (
        "{华扬科技:Organization}由{李明远:Person}于{1998年:Date}创立，总部位于{杭州:Location}。",
        [
            ("华扬科技", "FOUNDED_BY", "李明远"),
            ("华扬科技", "DATE_FOUNDED", "1998年"),
            ("华扬科技", "HEADQUARTERS", "杭州"),
        ],
    ),
    ("{李明远:Person}出生于{苏州:Location}。", [("李明远", "PLACE_OF_BIRTH", "苏州")]),
    (
        "{云帆数据:Organization}是{华扬科技:Organization}的子公司。",
        [("云帆数据", "SUBSIDIARY_OF", "华扬科技")],
    ),
]
SECRET: list[Passage] = [
    (
        "{Halvor Systems:Organization} will be led by {Greta Lindqvist:Person}, its new CEO.",
        [("Halvor Systems", "CEO", "Greta Lindqvist")],
    ),
    (
        "{Mira Castellan:Person} stays CEO of {Halvor Systems:Organization} until May.",
        [("Halvor Systems", "CEO", "Mira Castellan")],
    ),
]
PRODUCTS = """product id,product name,category,unit price,units in stock,origin country
P1,Juniper Lamp,Lighting,24.5,12,Norway
P2,Copper Kettle,Kitchen,61,3,France
P3,Reed Basket,Storage,9.9,40,France
P4,Slate Board,Kitchen,18,0,Wales
P5,Glass Dome,Lighting,33,7,Norway
"""


def everything(folder: Path) -> list[Entry]:
    """The documents of the world."""
    ontology = Ontology.load()
    table = folder / "products.csv"
    table.write_text(PRODUCTS, encoding="utf-8")
    return [
        entry(ontology, "companies", COMPANIES),
        entry(ontology, "people", PEOPLE),
        entry(ontology, "chinese", CHINESE),
        entry(ontology, "secret", SECRET, ["board"]),
        *table_entries(ontology, table),
    ]


@pytest.fixture(scope="module")
def world(make_world: Callable[..., World], tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(everything(tmp_path_factory.mktemp("tables")))


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return OnnxEncoder(Path(__file__).parents[2] / "nlp" / "pretrained" / "encoder", 1)


@pytest.fixture(scope="module")
def make_world(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Callable[..., World]]:
    opened: list[World] = []

    def make(entries: list[Entry], graph: BoltStore | None = None) -> World:
        folder = tmp_path_factory.mktemp("world")
        ontology = Ontology.merged(
            [Ontology.load(), *(Ontology.parse(entry.schema) for entry in entries if entry.schema)]
        )
        ledger = Ledger(folder / "ledger.db")
        with ledger.write() as connection:
            put(connection, entries).record(connection)
        with ledger.write() as connection:
            fuse(connection, ontology.functional).record(connection)
        graph = graph or open_embedded(folder / "graph")
        index = open_index(folder / "index", encoder)
        project_graph(ledger, graph)
        project_index(ledger, index)
        world = World(ontology, ledger, graph, index, encoder)
        opened.append(world)
        return world

    yield make
    for world in opened:
        world.graph.close()
        world.index.close()
        world.ledger.close()
