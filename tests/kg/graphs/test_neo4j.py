"""A graph database that exists, read over Bolt: the embedded engine's, and a real Neo4j where one runs."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from neo4j import GraphDatabase

import kg.stores.embedded
from kg.errors import DocumentError, InputError, SettingsError, UnavailableError
from kg.graphs.neo4j import PAGE, Address, is_graph, read
from kg.graphs.schema import read_schema
from kg.ingest.parsed import Parsed
from kg.ingest.rows import read_tables
from kg.ontology import Ontology
from kg.types import Document

MOVIES = """
CREATE (keanu:Person:Actor {name: 'Keanu Reeves', born: 1964, uri: 'http://ex.org/keanu', aliases: ['基努·里维斯']})
CREATE (lana:Person {name: 'Lana Wachowski', born: 1965})
CREATE (matrix:Movie {title: 'The Matrix', released: date('1999-03-31'), genres: ['action', 'science fiction'],
                      `box office`: 467.2, seen: true})
CREATE (keanu)-[:ACTED_IN {roles: ['Neo']}]->(matrix), (lana)-[:DIRECTED]->(matrix), (keanu)-[:KNOWS]->(lana)
"""


@pytest.fixture(scope="module", params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "neo4j":
        where, user, password = (os.environ[f"LOREGRAPH_TEST_NEO4J_{part}"] for part in ("URL", "USER", "PASSWORD"))
        yield f"{where.replace('://', f'://{user}:{password}@')}/neo4j"
        run(f"{where.replace('://', f'://{user}:{password}@')}/neo4j", "MATCH (n) DETACH DELETE n")
        return
    found: list[tuple[str, str, str]] = []
    connect = kg.stores.embedded.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kg.stores.embedded, "connect", lambda *given: found.append(given) or connect(*given))
        store = kg.stores.embedded.open_embedded(tmp_path_factory.mktemp("graph"))
    where, user, password = found[0]
    yield f"{where.replace('://', f'://{user}:{password}@')}/graph"
    store.close()


def run(url: str, *queries: str, **parameters: object) -> None:
    at = Address.of(url)
    with (
        GraphDatabase.driver(f"bolt://{at.host}:{at.port}", auth=(at.user, at.password)) as driver,
        driver.session(database=at.database) as session,
    ):
        for query in queries:
            session.execute_write(lambda tx, query=query: tx.run(query, **parameters).consume())


@pytest.fixture
def movies(url: str) -> str:
    run(url, "MATCH (n) DETACH DELETE n", MOVIES)
    return url


def documents(url: str) -> dict[str, Parsed]:
    found = {part.external_id or "": part for part in read(url) if isinstance(part, Parsed)}
    return {name.partition("#")[2]: part for name, part in found.items()}


def test_each_label_is_a_document(movies: str) -> None:
    found = documents(movies)
    assert list(found) == ["Actor", "Movie", "Person"]
    actor = found["Actor"].text
    assert actor.startswith("Keanu Reeves: also called: 基努·里维斯; born: 1964; uri: http://ex.org/keanu; ")
    assert "acted in: The Matrix (roles: Neo)" in actor
    assert "knows: Lana Wachowski" in actor
    assert found["Person"].text.startswith("Lana Wachowski: born: 1965; directed: The Matrix <")
    assert "released: 1999-03-31" in found["Movie"].text


def test_nodes_and_edges_become_statements(movies: str) -> None:
    stated: set[tuple[str, str, str, str]] = set()
    keys: dict[str, set[str]] = {}
    for name, part in documents(movies).items():
        document = Document(name, name, part.title, part.text)
        reading = read_tables(document, part.records, "movies", Ontology.load(), part.schema)
        of = {mention.id: mention for mention in reading.mentions}
        for statement in reading.statements:
            end = of[statement.object]
            stated.add((of[statement.subject].text, statement.predicate, end.text, end.type))
        for mention, key in reading.keys.items():
            keys.setdefault(of[mention].text, set()).add(key)
        assert reading.ontology.types.get("Actor") is None or reading.ontology.types["Actor"].parent == "Person"
    assert {
        ("Keanu Reeves", "ACTED_IN", "The Matrix", "Movie"),
        ("Keanu Reeves", "KNOWS", "Lana Wachowski", "Person"),
        ("Lana Wachowski", "DIRECTED", "The Matrix", "Movie"),
        ("The Matrix", "released", "1999-03-31", "Date"),
        ("The Matrix", "genres", "science fiction", "Text"),
        ("The Matrix", "box_office", "467.2", "Number"),
        ("The Matrix", "seen", "true", "Boolean"),
        ("Keanu Reeves", "born", "1964", "Number"),
    } <= stated
    assert len(keys["The Matrix"]) == len(keys["Lana Wachowski"]) == 1, "a reference is the node that it points at"
    (keanu,) = documents(movies)["Actor"].records
    assert keanu.identifiers[0].startswith("node:bolt://127.0.0.1:")
    assert keanu.identifiers[1:] == ("iri:http://ex.org/keanu",)


def test_what_is_unique_by_constraint_is_the_key(url: str) -> None:
    run(url, "MATCH (n) DETACH DELETE n")
    run(url, "CREATE CONSTRAINT city_code IF NOT EXISTS FOR (c:City) REQUIRE c.code IS UNIQUE")
    run(url, "CREATE (:City {code: 'BER', name: 'Berlin'})-[:NEAR]->(:City {code: 'POT', name: 'Potsdam'})")
    (part,) = documents(url).values()
    assert {record.key for record in part.records} == {"City code=BER", "City code=POT"}
    assert {field.reference for record in part.records for field in record.fields} == {None, ("City", "City code=POT")}
    run(url, "DROP CONSTRAINT city_code IF EXISTS")


def test_pages_and_parts(url: str) -> None:
    run(url, "MATCH (n) DETACH DELETE n")
    run(url, "UNWIND range(1, $most) AS i CREATE (:Item {name: 'Item ' + toString(i)})", most=10_000 + PAGE + 1)
    first, second = read(url)
    assert isinstance(first, Parsed)
    assert isinstance(second, Parsed)
    assert (len(first.records), len(second.records)) == (10_000, PAGE + 1)
    assert (first.external_id or "").endswith("#Item")
    assert (second.external_id or "").endswith("#Item/2")


def test_errors_tell_no_secret(movies: str) -> None:
    at = Address.of(movies)
    with pytest.raises(SettingsError, match="refused the user or the password") as refused:
        list(read(f"bolt://{at.user}:WRONG@{at.host}:{at.port}/{at.database}"))
    with pytest.raises(UnavailableError) as silent:
        list(read("bolt://me:SECRET@127.0.0.1:1/db"))
    with pytest.raises(InputError) as malformed:
        list(read("neo4j://me:SECRET/127.0.0.1"))
    with pytest.raises(SettingsError) as unknown:
        list(read(f"bolt://{at.user}:{at.password}@{at.host}:{at.port}/no-such-database"))
    for error, secret in ((refused, "WRONG"), (silent, "SECRET"), (malformed, "SECRET"), (unknown, at.password)):
        assert secret not in str(error.value)


def test_its_schema_is_read(movies: str) -> None:
    schema = read_schema(movies)
    assert {label: set(properties) for label, properties in schema.nodes.items()} == {
        "Person": {"name", "born", "uri", "aliases"},
        "Actor": {"name", "born", "uri", "aliases"},
        "Movie": {"title", "released", "genres", "box office", "seen"},
    }
    movie = schema.nodes["Movie"]
    assert [movie[name].kind for name in ("title", "released", "genres", "box office", "seen")] == [
        "text", "date", "list", "number", "boolean"
    ]  # fmt: skip
    assert movie["title"].values == ("The Matrix",)
    assert set(schema.edges) == {"ACTED_IN", "DIRECTED", "KNOWS"}
    assert ("Person", "DIRECTED", "Movie") in schema.ends
    assert ("Actor", "ACTED_IN", "Movie") in schema.ends


def test_an_empty_database_is_told_of(url: str) -> None:
    run(url, "MATCH (n) DETACH DELETE n")
    with pytest.raises(DocumentError, match="no nodes"):
        list(read(url))


def test_addresses() -> None:
    at = Address.of("neo4j+s://ada:p%40ss@graph.example/films")
    assert (at.host, at.port, at.database, at.user, at.password) == ("graph.example", 7687, "films", "ada", "p@ss")
    assert at.name == "neo4j+s://graph.example:7687/films"
    assert Address.of("bolt://localhost", "told").password == "told"
    assert is_graph("neo4j+ssc://x")
    assert not is_graph("postgresql://x")
