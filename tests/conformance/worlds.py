"""Small graphs to write: one made by hand, and random ones that change step by step."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from kg.types import DocumentNode, Edge, EntityNode, GraphDelta, Readers, Value, ValueNode, chunk_id, value_id

PUBLIC = Readers.of(None)
STAFF = Readers.of(["staff"])
BOARD = Readers.of(["board", "staff"])

ADA = EntityNode("m01", "Person", "Ada Lovelace", ("Ada", "A. Lovelace"), PUBLIC, 3)
ACME = EntityNode("m02", "Organization", "Acme", (), PUBLIC, 2)
EVE = EntityNode("m03", "Person", "Eve", ("伊芙",), STAFF, 1)
PARIS = EntityNode("m04", "Location", "Paris", ("Paris, France",), PUBLIC, 9)
BORN = ValueNode("v01", Value("Date", "1815-12-10", -56269.0))
WORTH = ValueNode("v02", Value("Money", "1500000.0", 1500000.0, "USD"))

CEO = Edge("m01", "CEO", "m02", PUBLIC, 2, 0.9, ("s1", "s2"))
CEO_STAFF = Edge("m01", "CEO", "m02", STAFF, 1, 0.95, ("s3",))
BIRTH = Edge("m01", "DATE_OF_BIRTH", "v01", PUBLIC, 1, 1.0, ("s4",), "1815", None)
SPOUSE = Edge("m03", "SPOUSE", "m01", STAFF, 1, 0.5, ("s5",))
SEAT = Edge("m02", "HEADQUARTERS", "m04", PUBLIC, 4, 0.7, ("s6",), None, "2020-01-01")
REVENUE = Edge("m02", "REVENUE", "v02", BOARD, 1, 0.6, ("s7",))

REPORT = DocumentNode(
    "d01",
    "reports/1.txt",
    "file:reports/1.txt",
    "Report",
    PUBLIC,
    "2024-02-29",
    (("c01", 0, 0, 120), ("c02", 1, 120, 260)),
    (("c01", "m01", 2), ("c01", "m02", 1), ("c02", "m04", 1)),
)
MEMO = DocumentNode("d02", "memo", "file:memo", "Memo", STAFF, None, (("c03", 0, 0, 10),), (("c03", "m03", 1),))

COMPANY = GraphDelta(
    position=7,
    entities=(ADA, ACME, EVE, PARIS),
    values=(BORN, WORTH),
    edges=(CEO, CEO_STAFF, BIRTH, SPOUSE, SEAT, REVENUE),
    documents=(REPORT, MEMO),
)


@dataclass
class World:
    """A graph that changes at random; `step` says how, `whole` says what it is."""

    seed: int
    position: int = 0
    entities: dict[str, EntityNode] = field(default_factory=dict)
    values: dict[str, ValueNode] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    documents: dict[str, DocumentNode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def whole(self) -> GraphDelta:
        return GraphDelta(
            self.position,
            tuple(self.entities.values()),
            tuple(self.values.values()),
            tuple(self.edges.values()),
            tuple(self.documents.values()),
        )

    def step(self) -> GraphDelta:
        before = (dict(self.entities), dict(self.values), dict(self.edges), dict(self.documents))
        for _ in range(self.random.randint(1, 6)):
            self.random.choice([self._entity, self._entity, self._edge, self._edge, self._document, self._forget])()
        self.position += 1
        after = (self.entities, self.values, self.edges, self.documents)
        changed = [
            tuple(item for key, item in now.items() if was.get(key) != item)
            for was, now in zip(before, after, strict=True)
        ]
        gone = [tuple(was.keys() - now.keys()) for was, now in zip(before, after, strict=True)]
        return GraphDelta(self.position, *changed, *gone)  # type: ignore[arg-type]

    def _readers(self) -> Readers:
        return self.random.choice([PUBLIC, PUBLIC, STAFF, BOARD])

    def _entity(self) -> None:
        pick = self.random
        identifier = f"m{pick.randint(0, 30):02}"
        names = tuple(pick.sample(["Ada", "Бета", "伽马", "d'Elta", 'e"psilon', "ζ`eta", ""], pick.randint(0, 3)))
        kind = pick.choice(["Person", "Organization", "Location"])
        self.entities[identifier] = EntityNode(
            identifier, kind, pick.choice(["x", "名", "n\n2"]), names, self._readers(), pick.randint(0, 5)
        )

    def _edge(self) -> None:
        pick = self.random
        if not self.entities:
            return
        subject = pick.choice(sorted(self.entities))
        if pick.random() < 0.3:
            value = Value("Date", f"20{pick.randint(10, 30)}", pick.uniform(-1e5, 1e5))
            self.values.setdefault(value_id(value), ValueNode(value_id(value), value))
            predicate, target = "DATE_OF_BIRTH", value_id(value)
        else:
            predicate, target = pick.choice(["CEO", "SPOUSE", "位于"]), pick.choice(sorted(self.entities))
        statements = tuple(sorted(pick.sample(["s1", "s2", "s3", "s4"], pick.randint(1, 3))))
        edge = Edge(subject, predicate, target, self._readers(), len(statements), pick.random(), statements)
        self.edges[edge.id] = replace(edge, valid_from=pick.choice([None, "2001"]))

    def _document(self) -> None:
        pick = self.random
        identifier = f"d{pick.randint(0, 6)}"
        chunks = tuple(
            (chunk_id(identifier, n), n, n * 10, n * 10 + pick.randint(5, 10)) for n in range(pick.randint(0, 4))
        )
        pairs = {
            (pick.choice(chunks)[0], pick.choice(sorted(self.entities))) for _ in range(3) if chunks and self.entities
        }
        mentions = tuple((chunk, entity, pick.randint(1, 3)) for chunk, entity in sorted(pairs))
        self.documents[identifier] = DocumentNode(
            identifier, identifier, "u", "t", self._readers(), pick.choice([None, "2020"]), chunks, mentions
        )

    def _forget(self) -> None:
        pick = self.random
        if self.documents and pick.random() < 0.5:
            del self.documents[pick.choice(sorted(self.documents))]
        elif self.edges and pick.random() < 0.5:
            del self.edges[pick.choice(sorted(self.edges))]
        elif self.entities:
            gone = pick.choice(sorted(self.entities))
            del self.entities[gone]
            self.edges = {k: e for k, e in self.edges.items() if gone not in (e.subject, e.object)}
            for key, document in self.documents.items():
                mentions = tuple(mention for mention in document.mentions if mention[1] != gone)
                self.documents[key] = replace(document, mentions=mentions)
        used = {edge.object for edge in self.edges.values()}
        self.values = {key: value for key, value in self.values.items() if key in used}


def hubs(seed: int, nodes: int, edges: int, documents: int) -> GraphDelta:
    """Make a graph whose first nodes have a large part of all edges and mentions."""
    pick = random.Random(seed)

    def end() -> str:
        return f"m{min(nodes - 1, int(pick.paretovariate(0.2)) - 1):06}"

    def document(n: int) -> DocumentNode:
        chunks = tuple((chunk_id(f"d{n}", i), i, i, i + 1) for i in range(10))
        pairs = sorted({(chunks[i % 10][0], end()) for i in range(30)})
        return DocumentNode(f"d{n}", str(n), "u", "t", PUBLIC, None, chunks, tuple((*pair, 1) for pair in pairs))

    made = [Edge(f"m{pick.randrange(nodes):06}", "KNOWS", end(), PUBLIC, 1, 0.5, (f"s{n}",)) for n in range(edges)]
    return GraphDelta(
        1,
        tuple(EntityNode(f"m{n:06}", "Person", str(n), (), PUBLIC, 1) for n in range(nodes)),
        (),
        tuple({edge.id: edge for edge in made}.values()),
        tuple(document(n) for n in range(documents)),
    )
