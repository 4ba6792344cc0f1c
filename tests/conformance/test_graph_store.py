"""What every `GraphStore` does, run on each engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import ConflictError, InputError, LimitError, OntologyError, QueryError
from kg.stores import bolt
from kg.stores.bolt import BoltStore
from kg.types import Edge, EntityNode, GraphDelta, Readers, Value, ValueNode, Viewer
from tests.conformance.conftest import Engine
from tests.conformance.worlds import (
    ACME,
    ADA,
    BIRTH,
    BORN,
    CEO,
    CEO_STAFF,
    COMPANY,
    EVE,
    MEMO,
    PARIS,
    PUBLIC,
    REPORT,
    REVENUE,
    SEAT,
    SPOUSE,
    STAFF,
    World,
    hubs,
)

GUEST = Viewer.of()
INSIDER = Viewer.of("staff")


# --- writing ----------------------------------------------------------------------------------------------------------


def test_an_empty_graph(store: BoltStore) -> None:
    assert store.position() == 0
    assert list(store.dump()) == []
    assert store.counts() == {"entities": 0, "values": 0, "edges": 0, "documents": 0, "chunks": 0}
    assert store.entity("m01", Viewer.all()) is None
    assert store.neighbours(["m01"], Viewer.all()) == []
    assert store.paths("m01", "m02", Viewer.all()) == []


def test_the_canonical_dump_word_by_word(store: BoltStore) -> None:
    store.apply(COMPANY)
    assert store.position() == 7
    assert list(store.dump()) == Path(__file__).with_name("company.jsonl").read_text().splitlines()


def test_applying_twice_is_applying_once(store: BoltStore) -> None:
    store.apply(COMPANY)
    once = list(store.dump())
    store.apply(COMPANY)
    store.apply(replace(COMPANY, entities=(ADA, ADA), edges=(CEO, CEO), values=(), documents=(REPORT, REPORT)))
    assert list(store.dump()) == once


def test_counts(store: BoltStore) -> None:
    store.apply(COMPANY)
    assert store.counts() == {"entities": 4, "values": 2, "edges": 6, "documents": 2, "chunks": 3}


def test_what_is_written_again_is_changed(store: BoltStore) -> None:
    store.apply(COMPANY)
    ada = EntityNode("m01", "Organization", "Ada Ltd", ("Ada Ltd",), STAFF, 1)
    ceo = replace(CEO, support=1, confidence=0.4, statement_ids=("s1",), valid_to="1999")
    report = replace(
        REPORT,
        title="Report 2",
        readers=STAFF,
        date=None,
        chunks=(("c01", 0, 0, 100), ("c09", 1, 100, 260)),
        mentions=(("c01", "m01", 5), ("c09", "m03", 1)),
    )
    born = ValueNode(BORN.id, replace(BORN.value, number=None))
    store.apply(GraphDelta(8, (ada,), (born,), (ceo,), (report,)))
    changed = list(store.dump())
    assert store.entity("m01", INSIDER) == ada
    store.clear()
    store.apply(
        GraphDelta(
            8,
            (ada, ACME, EVE, PARIS),
            (born, *COMPANY.values[1:]),
            (ceo, CEO_STAFF, BIRTH, SPOUSE, SEAT, REVENUE),
            (report, MEMO),
        )
    )
    assert list(store.dump()) == changed


def test_a_type_changes_in_a_node_with_many_edges_and_back(store: BoltStore) -> None:
    others = tuple(EntityNode(f"m9{n:03}", "Person", f"p{n}", (), PUBLIC, 1) for n in range(300))
    edges = [Edge("m01", "SPOUSE", other.id, PUBLIC, 1, 0.5, ("s",)) for other in others]
    edges += [Edge(other.id, "CHILD_OF", "m01", PUBLIC, 1, 0.5, ("s",)) for other in others]
    store.apply(GraphDelta(1, (ADA, *others), (), tuple(edges)))
    before = list(store.dump())
    store.apply(GraphDelta(2, (replace(ADA, type="Organization", name="now a firm"),)))
    assert store.entity("m01", GUEST) == replace(ADA, type="Organization", name="now a firm")
    assert len(store.neighbours(["m01"], GUEST, limit=1000)) == 600
    store.apply(GraphDelta(3, (ADA,)))
    assert list(store.dump()) == before


def test_deleting(store: BoltStore) -> None:
    store.apply(COMPANY)
    store.apply(
        GraphDelta(
            8,
            gone_entities=("m03", "m04"),
            gone_values=("v01",),
            gone_edges=(SPOUSE.id, SEAT.id, BIRTH.id, CEO.id),
            gone_documents=("d02",),
            documents=(replace(REPORT, chunks=REPORT.chunks[:1], mentions=REPORT.mentions[:2]),),
        )
    )
    left = list(store.dump())
    store.apply(GraphDelta(9, gone_entities=("m03", "m77"), gone_edges=(CEO.id, "r0"), gone_documents=("d02", "d9")))
    assert list(store.dump()) == left
    store.clear()
    report = replace(REPORT, chunks=REPORT.chunks[:1], mentions=REPORT.mentions[:2])
    store.apply(GraphDelta(8, (ADA, ACME), COMPANY.values[1:], (CEO_STAFF, REVENUE), (report,)))
    assert list(store.dump()) == left


def test_deleting_from_hubs_is_never_having_written(store: BoltStore) -> None:
    """Statements that delete edges while they read a hub's list of them break the embedded engine at this size."""
    whole = hubs(seed=1, nodes=2_000, edges=4_000, documents=60)
    gone = {entity.id for entity in whole.entities[:2]} | {entity.id for entity in whole.entities[-400:]}
    edges = tuple(e for e in whole.edges[:-500] if e.subject not in gone and e.object not in gone)
    kept = tuple(
        replace(document, mentions=tuple(mention for mention in document.mentions if mention[1] not in gone))
        for document in whole.documents[30:]
    )
    left = GraphDelta(2, tuple(e for e in whole.entities if e.id not in gone), (), edges, kept)
    store.apply(whole)
    store.apply(GraphDelta(2, gone_edges=tuple(edge.id for edge in whole.edges[-500:])))
    store.apply(GraphDelta(2, gone_documents=tuple(document.id for document in whole.documents[:30])))
    store.apply(GraphDelta(2, documents=kept, gone_entities=tuple(sorted(gone))))
    found = list(store.dump())
    store.clear()
    store.apply(left)
    assert list(store.dump()) == found


def test_edges_of_one_claim_by_readers_are_apart(store: BoltStore) -> None:
    store.apply(COMPANY)
    rows = store.query("MATCH (:Entity {id: 'm01'})-[r:CEO]->() RETURN r.id, r.statement_ids ORDER BY r.id").rows
    assert sorted(rows) == sorted([(CEO.id, ["s1", "s2"]), (CEO_STAFF.id, ["s3"])])
    store.apply(GraphDelta(8, gone_edges=(CEO_STAFF.id,)))
    assert store.neighbours(["m01"], INSIDER)[1] == ("m01", "CEO", "m02", 0.9)


NAMES = [
    "",
    'O\'Neil "q" \\ ` $x {y} // /* */',
    "line\nbreak\ttab",
    "株式会社",
    "مرحبا‎",
    "🧪𝒳",
    "e\u0301",
    "x" * 20_000,
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_any_text_is_kept_as_it_is(store: BoltStore, name: str) -> None:
    entity = EntityNode("m1", "Person", name, (name, name + "2"), Readers.of([name or "g", "🔑"]), 0)
    value = ValueNode("v1", Value("Text", name))
    store.apply(GraphDelta(1, (entity,), (value,)))
    assert store.entity("m1", Viewer.of("🔑")) == entity
    assert store.query("MATCH (v:Value:Text) RETURN v.text, v.number, v.unit").rows == ((name, None, None),)


def test_numbers_keep_their_type(store: BoltStore) -> None:
    numbers = [0.0, 1.0, 0.1, -1.5, 1e300, 5e-324, 123456789012345.0]
    values = tuple(ValueNode(f"v{i}", Value("Number", str(n), n)) for i, n in enumerate(numbers))
    store.apply(GraphDelta(1, (replace(ADA, mentions=2**40),), values, (replace(BIRTH, object="v1", confidence=1),)))
    found = [row[0] for row in store.query("MATCH (v:Value) RETURN v.number ORDER BY v.id").rows]
    assert found == numbers
    assert [type(number) for number in found] == [float] * len(numbers)
    assert store.query("MATCH (e:Entity) RETURN e.mentions").rows == ((2**40,),)
    [(confidence,)] = store.query("MATCH ()-[r:DATE_OF_BIRTH]->() RETURN r.confidence").rows
    assert isinstance(confidence, float)


def test_a_text_that_no_engine_can_hold_is_refused(store: BoltStore) -> None:
    with pytest.raises(InputError):
        store.apply(GraphDelta(1, (replace(ADA, name="\ud800"),)))
    assert store.position() == 0


def test_nothing_of_a_change_that_fails_is_applied(store: BoltStore) -> None:
    store.apply(COMPANY)
    before = list(store.dump())
    bob = EntityNode("m90", "Person", "Bob", (), PUBLIC, 1)
    for edge in (Edge("m90", "CEO", "m91", PUBLIC, 1, 0.5, ("s",)), Edge("m91", "CEO", "m90", PUBLIC, 1, 0.5, ("s",))):
        with pytest.raises(ConflictError):
            store.apply(GraphDelta(8, (bob, replace(ADA, name="changed")), (), (CEO, edge)))
    with pytest.raises(ConflictError):
        store.apply(GraphDelta(8, (bob,), (), (), (replace(REPORT, mentions=(("c01", "m91", 1),)),)))
    with pytest.raises(ConflictError):
        store.apply(GraphDelta(8, (ADA,), gone_entities=("m01",)))
    assert store.position() == 7
    assert list(store.dump()) == before


@pytest.mark.parametrize(
    "name", ["A`B", "A) DETACH DELETE n //", "1st", "two words", "", "x" * 65, "Entity", "Chunk", "A\n"]
)
def test_names_that_could_be_cypher_are_refused(store: BoltStore, name: str) -> None:
    with pytest.raises(OntologyError):
        store.apply(GraphDelta(1, (replace(ADA, type=name),)))
    with pytest.raises(OntologyError):
        store.apply(GraphDelta(1, (), (ValueNode("v1", Value(name, "x")),)))
    predicate = {"Entity": "PART_OF", "Chunk": "MENTIONS"}.get(name, name)
    with pytest.raises(OntologyError):
        store.apply(GraphDelta(1, (ADA,), (), (replace(CEO, predicate=predicate),)))
    assert list(store.dump()) == []


# --- rebuilding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_step_by_step_equals_at_once(store: BoltStore, seed: int) -> None:
    world = World(seed)
    for _ in range(25):
        store.apply(world.step())
    walked = list(store.dump())
    store.clear()
    store.apply(world.whole())
    assert store.position() == 25
    assert list(store.dump()) == walked
    assert store.counts()["edges"] == len(world.edges)


def test_a_large_change_in_batches_equals_one_transaction(store: BoltStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bolt, "ONE_TRANSACTION", 10)
    monkeypatch.setattr("kg.stores.writes.BATCH", 3)
    world = World(11)
    for _ in range(12):
        store.apply(world.step())
    batched = list(store.dump())
    monkeypatch.undo()
    store.clear()
    store.apply(world.whole())
    assert list(store.dump()) == batched


def test_clearing_that_was_cut_off_is_finished(store: BoltStore) -> None:
    store.apply(COMPANY)
    with store._session() as session:
        session.execute_write(bolt._set_position, 0, clearing=True)
    assert store.position() == 0
    assert list(store.dump()) == []
    store.apply(COMPANY)
    with store._session() as session:
        session.execute_write(bolt._set_position, 0, clearing=True)
    store.apply(GraphDelta(1, (ADA,)))
    assert store.counts() == {"entities": 1, "values": 0, "edges": 0, "documents": 0, "chunks": 0}


_WRITER = """
import sys
from pathlib import Path
from tests.conformance.conftest import neo4j_store
from tests.conformance.worlds import World
from kg.stores.embedded import open_embedded
store = neo4j_store() if sys.argv[1] == "neo4j" else open_embedded(Path(sys.argv[2]))
world = World(5)
while True:
    store.apply(world.step())
    print(world.position, flush=True)
"""


def test_reopening_after_sigkill(engine: Engine, tmp_path: Path) -> None:
    if engine.name == "neo4j":
        engine.open(tmp_path).clear()
    for acknowledged in (3, 14):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, engine.name, str(tmp_path / f"g{acknowledged}")],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert writer.stdout is not None
        last = 0
        while last < acknowledged:
            last = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        last = max([last, *(int(line) for line in writer.stdout.read().split())])
        writer.wait()
        store = engine.open(tmp_path / f"g{acknowledged}")
        try:
            assert store.position() in (last, last + 1)  # the next one may have been committed and not yet told
            found = list(store.dump())
            world = World(5)
            while world.position < store.position():
                world.step()
            store.clear()
            store.apply(world.whole())
            assert list(store.dump()) == found
            store.clear()
        finally:
            store.close()


def test_one_writer_and_readers_at_once(store: BoltStore) -> None:
    store.apply(COMPANY)
    done = threading.Event()
    failures: list[BaseException] = []
    seen: list[int] = []

    def read() -> None:
        try:
            last = 0
            while not done.is_set():
                position = store.position()
                assert position >= last
                last = position
                assert store.entity("m02", GUEST) == ACME
                assert ("m02", "HEADQUARTERS", "m04", 0.7) in store.neighbours(["m02"], GUEST)
                assert store.query("MATCH (d:Document {id: 'd01'}) RETURN d.title").rows == (("Report",),)
            seen.append(last)
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for position in range(8, 40):
        people = tuple(EntityNode(f"m{position}{n}", "Person", "p", (), PUBLIC, 1) for n in range(20))
        edges = tuple(Edge(person.id, "EMPLOYEE_OF", "m02", PUBLIC, 1, 0.1, ("s",)) for person in people)
        store.apply(GraphDelta(position, people, (), edges))
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(seen) == 3
    assert store.counts()["entities"] == 4 + 32 * 20


def test_two_writers_queue_up(store: BoltStore) -> None:
    def write(start: int) -> None:
        for n in range(10):
            store.apply(GraphDelta(start + n, (EntityNode(f"m{start + n}", "Person", "p", (), PUBLIC, 1), ADA)))

    writers = [threading.Thread(target=write, args=(start,)) for start in (100, 200)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert store.counts()["entities"] == 21


# --- reading for a viewer ---------------------------------------------------------------------------------------------


def test_an_entity_is_there_for_those_who_may_see_it(store: BoltStore) -> None:
    store.apply(COMPANY)
    assert store.entity("m01", GUEST) == ADA
    assert store.entity("m03", GUEST) is None
    assert store.entity("m03", Viewer.of("board")) is None
    assert store.entity("m03", INSIDER) == EVE
    assert store.entity("m03", Viewer.all()) == EVE
    assert store.entity("v01", Viewer.all()) is None


def test_neighbours_are_those_that_the_viewer_may_see(store: BoltStore) -> None:
    store.apply(COMPANY)
    assert store.neighbours(["m01"], GUEST) == [("m01", "DATE_OF_BIRTH", "v01", 1.0), ("m01", "CEO", "m02", 0.9)]
    assert store.neighbours(["m01"], INSIDER) == [
        ("m01", "DATE_OF_BIRTH", "v01", 1.0),
        ("m01", "CEO", "m02", 0.95),
        ("m03", "SPOUSE", "m01", 0.5),
    ]
    assert store.neighbours(["m03"], GUEST) == []
    assert ("m02", "REVENUE", "v02", 0.6) in store.neighbours(["m02"], Viewer.of("board"))
    assert store.neighbours(["m01", "m02", "m01"], GUEST, limit=2) == [
        ("m01", "DATE_OF_BIRTH", "v01", 1.0),
        ("m01", "CEO", "m02", 0.9),
    ]
    assert len(store.neighbours(["m01", "m02", "m03", "m04"], Viewer.all())) == 5


def test_paths_are_the_shortest_that_the_viewer_may_see(store: BoltStore) -> None:
    def person(n: int, readers: Readers = PUBLIC) -> EntityNode:
        return EntityNode(f"m{n}", "Person", str(n), (), readers, 1)

    def knows(a: int, b: int, readers: Readers = PUBLIC, predicate: str = "KNOWS") -> Edge:
        return Edge(f"m{a}", predicate, f"m{b}", readers, 1, 0.5, ("s",))

    shared = ValueNode("v1", Value("Date", "2000"))
    people = (*(person(n) for n in (1, 2, 3, 4, 5, 6, 8)), person(7, STAFF))
    edges = (
        knows(1, 2), knows(2, 3), knows(4, 3), knows(1, 5), knows(5, 3, predicate="LIKES"), knows(5, 3),
        knows(1, 7, STAFF), knows(7, 4, STAFF), knows(5, 3, STAFF),
        Edge("m1", "DATE_OF_BIRTH", "v1", PUBLIC, 1, 1.0, ("s",)),
        Edge("m6", "DATE_OF_BIRTH", "v1", PUBLIC, 1, 1.0, ("s",)),
    )  # fmt: skip
    chunk = replace(REPORT, mentions=(("c01", "m1", 1), ("c01", "m8", 1)))
    store.apply(GraphDelta(1, people, (shared,), edges, (chunk,)))
    to_4 = [
        ("m1", "KNOWS", "m2", "KNOWS", "m3", "<KNOWS", "m4"),
        ("m1", "KNOWS", "m5", "KNOWS", "m3", "<KNOWS", "m4"),
        ("m1", "KNOWS", "m5", "LIKES", "m3", "<KNOWS", "m4"),
    ]
    assert store.paths("m1", "m4", GUEST) == to_4
    assert store.paths("m1", "m4", GUEST, limit=2) == to_4[:2]
    assert store.paths("m1", "m4", GUEST, longest=2) == []
    assert store.paths("m1", "m4", INSIDER) == [("m1", "KNOWS", "m7", "KNOWS", "m4")]
    assert store.paths("m4", "m1", INSIDER, longest=2) == [("m4", "<KNOWS", "m7", "<KNOWS", "m1")]
    assert store.paths("m1", "m2", GUEST, longest=1) == [("m1", "KNOWS", "m2")]
    assert store.paths("m1", "m7", GUEST) == []
    assert store.paths("m1", "m1", GUEST) == []
    assert store.paths("m1", "m6", Viewer.all()) == []  # a shared date relates nobody
    assert store.paths("m1", "m8", Viewer.all()) == []  # nor does a shared passage


@pytest.mark.parametrize("seed", range(2))
def test_a_viewer_sees_what_a_store_of_his_own_would_show(store: BoltStore, seed: int) -> None:
    world = World(100 + seed)
    for _ in range(80):
        world.step()
    entities = {key: replace(entity, readers=PUBLIC) for key, entity in world.entities.items()}
    viewer = Viewer.of("board")
    mine = tuple(edge for edge in world.edges.values() if viewer.sees(edge.readers))
    answers = []
    for edges in (tuple(world.edges.values()), mine):
        store.clear()
        store.apply(GraphDelta(1, tuple(entities.values()), tuple(world.values.values()), edges))
        pairs = [(a, b) for a in sorted(entities)[:8] for b in sorted(entities)[-4:]]
        found = [store.paths(a, b, viewer) for a, b in pairs]
        answers.append((store.neighbours(sorted(entities), viewer, limit=20), found))
    assert answers[0] == answers[1]
    assert any(answers[0][1])


# --- queries ----------------------------------------------------------------------------------------------------------


def test_a_query(store: BoltStore) -> None:
    store.apply(COMPANY)
    result = store.query("MATCH (e:Entity) WHERE e.id < $top RETURN e.id AS id, e.name ORDER BY id;", {"top": "m03"})
    assert result.columns == ("id", "e.name")
    assert result.rows == (("m01", "Ada Lovelace"), ("m02", "Acme"))
    assert not result.truncated
    assert store.query("MATCH (n:Nothing)-[:NOTHING]->() RETURN n.x").rows == ()


def test_a_query_stops_at_its_row_limit(store: BoltStore) -> None:
    few = store.query("UNWIND range(1, 100) AS i RETURN i", limit=3)
    assert few.rows == ((1,), (2,), (3,))
    assert few.truncated
    assert not store.query("UNWIND range(1, 3) AS i RETURN i", limit=3).truncated


def test_a_query_stops_at_its_time(store: BoltStore) -> None:
    people = tuple(EntityNode(f"m{n}", "Person", "p", (), PUBLIC, 1) for n in range(300))
    store.apply(GraphDelta(1, people))
    # No two of the four can be joined by a hash first, which would end in a second.
    endless = (
        "MATCH (a:Entity), (b:Entity), (c:Entity), (d:Entity) WHERE a.id + b.id + c.id + d.id = 'x' RETURN count(a)"
    )
    with pytest.raises(LimitError):
        store.query(endless, timeout=1.0)
    assert store.query("MATCH (n:Entity) RETURN count(n)").rows == ((300,),)


def test_results_are_plain(store: BoltStore) -> None:
    store.apply(COMPANY)
    [(node, edge, path, date, items)] = store.query(
        "MATCH p = (a:Entity {id: 'm01'})-[r:CEO]->(b) WHERE '*' IN r.groups "
        "RETURN b, r, p, date('2024-02-29'), [1, 2.5, {k: null}]"
    ).rows
    acme = {"id": "m02", "name": "Acme", "aliases": [], "groups": ["*"], "mentions": 2}
    assert node == {"labels": ["Entity", "Organization"], "properties": acme}
    assert edge["type"] == "CEO"
    assert edge["properties"]["statement_ids"] == ["s1", "s2"]
    assert path[1:] == [edge, node]
    assert (date, items) == ("2024-02-29", [1, 2.5, {"k": None}])
    json.dumps(path)


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (:Entity {id: 'x'})",
        "MATCH (n:Entity) SET n.name = 'x' RETURN n",
        "MATCH (n) DETACH DELETE n",
        "CALL { CREATE (n:Entity {id: 'x'}) RETURN n } RETURN n",
        "RETURN 1; MATCH (n) DETACH DELETE n",
        "MATCH (n RETURN n",
        "RETURN toUpper(1, 2, 3)",
        "RETURN $missing",
    ],
)
def test_what_is_not_a_readable_query_is_refused(store: BoltStore, cypher: str) -> None:
    store.apply(COMPANY)
    before = list(store.dump())
    with pytest.raises(QueryError):
        store.query(cypher)
    assert list(store.dump()) == before


@pytest.mark.parametrize(
    "cypher", ["CREATE (n:Entity {id: 'x'}) RETURN n.id", "MATCH (n:Entity) SET n.name = 'x' RETURN n"]
)
def test_a_write_that_slipped_past_the_guard_is_refused_still(
    store: BoltStore, cypher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.apply(COMPANY)
    before = list(store.dump())
    monkeypatch.setattr(bolt, "check_read_only", lambda cypher: None)
    with pytest.raises(QueryError):
        store.query(cypher)
    assert list(store.dump()) == before


def test_a_parameter_that_cannot_travel_is_refused(store: BoltStore) -> None:
    with pytest.raises(QueryError):
        store.query("RETURN $x", {"x": object()})
    with pytest.raises(QueryError):
        store.query("RETURN $x", {"x": 2**70})


# --- both engines -----------------------------------------------------------------------------------------------------


@pytest.mark.neo4j
def test_both_engines_dump_alike(tmp_path: Path) -> None:
    from kg.stores.embedded import open_embedded
    from tests.conformance.conftest import neo4j_store

    stores = [open_embedded(tmp_path), neo4j_store()]
    try:
        for seed in range(4):
            world = World(1000 + seed)
            for store in stores:
                store.clear()
            for _ in range(30):
                delta = world.step()
                for store in stores:
                    store.apply(delta)
            embedded, neo4j = (list(store.dump()) for store in stores)
            assert len(embedded) > 20
            assert embedded == neo4j
    finally:
        for store in stores:
            store.close()
