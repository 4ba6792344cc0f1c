"""What only the embedded engine has: a process, a directory, two users."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import LockedError, UnavailableError
from kg.stores.bolt import BoltStore
from kg.stores.embedded import open_embedded
from kg.stores.neo4j import open_neo4j
from kg.types import Edge, EntityNode, GraphDelta, Readers, Viewer

ADA = EntityNode("m1", "Person", "Ada", ("Ada L.",), Readers.of(None), 1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoltStore]:
    store = open_embedded(tmp_path_factory.mktemp("embedded"))
    yield store
    store.close()


@pytest.fixture
def store(shared: BoltStore) -> BoltStore:
    shared.clear()
    shared.apply(GraphDelta(1, (ADA,)))
    return shared


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ARCADEDB_")}
    imports = "import sys\nfrom pathlib import Path\nfrom kg.stores.embedded import open_embedded\n"
    return subprocess.run(
        [sys.executable, "-c", imports + code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[3],
        env=environment,
    )


def test_closing_and_opening_again_keeps_everything(tmp_path: Path) -> None:
    for position in (1, 2, 3):
        store = open_embedded(tmp_path)
        try:
            assert store.position() == position - 1
            store.apply(GraphDelta(position, (replace(ADA, id=f"m{position}"),)))
            assert store.counts()["entities"] == position
            assert store.query("MATCH (n:Entity) RETURN count(n)").rows == ((position,),)
        finally:
            store.close()


def test_one_process_holds_it_once(tmp_path: Path) -> None:
    store = open_embedded(tmp_path)
    try:
        with pytest.raises(LockedError):
            open_embedded(tmp_path)
        store.apply(GraphDelta(1, (ADA,)))
        other = python("open_embedded(Path(sys.argv[1]))", str(tmp_path))
        assert "kg.errors.LockedError" in other.stderr
        assert store.entity("m1", Viewer.all()) == ADA
    finally:
        store.close()
    assert python("open_embedded(Path(sys.argv[1])).close()", str(tmp_path)).returncode == 0


def test_two_directories_are_two_graphs(store: BoltStore, tmp_path: Path) -> None:
    other = open_embedded(tmp_path)
    try:
        assert other.counts()["entities"] == 0
        other.apply(GraphDelta(5, (replace(ADA, name="another"),)))
        assert store.entity("m1", Viewer.all()) == ADA
        assert (store.position(), other.position()) == (1, 5)
    finally:
        other.close()


def test_passwords_are_for_the_owner_alone(tmp_path: Path) -> None:
    open_embedded(tmp_path).close()
    for file in ("engine.json", "config/server-users.jsonl", "config/server-groups.json"):
        assert stat.S_IMODE((tmp_path / file).stat().st_mode) == 0o600


def test_a_process_that_forgets_to_close_ends_and_prints_nothing(tmp_path: Path) -> None:
    done = python("print(open_embedded(Path(sys.argv[1])).position())", str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


def test_it_lives_beside_onnxruntime(tmp_path: Path) -> None:
    code = (
        "import onnxruntime, numpy\n"
        "store = open_embedded(Path(sys.argv[1]))\n"
        "print(onnxruntime.get_device(), store.position())\n"
        "numpy.ones((500, 500)) @ numpy.ones((500, 500))\n"
        "store.close()"
    )
    done = python(code, str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "CPU 0\n"), done.stderr


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (:Entity {id: 'x'})",
        "CREATE (:Fresh {id: 'x'})",
        "MATCH (n:Entity) SET n.name = 'x'",
        "MATCH (n:Entity) SET n:Fresh",
        "MATCH (n:Entity) REMOVE n.name",
        "MATCH (n) DETACH DELETE n",
        "MERGE (n:Entity {id: 'x'})",
        "CREATE INDEX fresh FOR (n:Entity) ON (n.name)",
        "DROP CONSTRAINT entity_id",
        "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
    ],
)
def test_the_reading_user_cannot_write_even_past_the_guard(store: BoltStore, cypher: str) -> None:
    from neo4j.exceptions import Neo4jError

    before = list(store.dump())
    with store._reader.session(database="graph") as session, pytest.raises(Neo4jError):
        session.execute_write(lambda tx: tx.run(cypher).consume())
    assert list(store.dump()) == before
    with store._writer.session(database="graph") as session:
        labels = [row[0] for row in session.run("CALL db.labels()").values()]
    assert "Fresh" not in labels


_OUT_OF_MEMORY = """
from kg.errors import UnavailableError
from kg.types import EntityNode, GraphDelta, Readers
store = open_embedded(Path(sys.argv[1]), heap="96m")
refused = 0
for _ in range(5):
    try:
        store.query("WITH 'aaaaaaaaaa' AS s " + "WITH s + s AS s " * 24 + "RETURN size(s)", timeout=60)
    except UnavailableError:
        refused += 1
store.apply(GraphDelta(2, (EntityNode("m1", "Person", "Ada", (), Readers.of(None), 1),)))
print(refused, store.query("MATCH (n:Entity) RETURN n.id").rows, store.position())
store.close()
"""


def test_queries_that_run_out_of_memory_do_not_stop_the_engine(tmp_path: Path) -> None:
    done = python(_OUT_OF_MEMORY, str(tmp_path))  # it has four query slots by default, and each of these would keep one
    assert done.stdout == "5 (('m1',),) 2\n", done.stderr


def test_where_nobody_listens_it_is_unavailable_at_once() -> None:
    start = time.monotonic()
    with pytest.raises(UnavailableError):
        open_neo4j("bolt://127.0.0.1:9", "neo4j", "x")
    assert time.monotonic() - start < 8


def test_a_hub_can_be_deleted(store: BoltStore) -> None:
    people = tuple(EntityNode(f"m9{n:04}", "Person", "p", (), Readers.of(None), 1) for n in range(2_000))
    store.apply(
        GraphDelta(2, people, (), tuple(Edge(p.id, "KNOWS", "m1", Readers.of(None), 1, 1.0, ()) for p in people))
    )
    store.apply(GraphDelta(3, gone_entities=("m1", *(p.id for p in people[:1_000]))))
    assert store.counts() == {"entities": 1_000, "values": 0, "edges": 0, "documents": 0, "chunks": 0}
