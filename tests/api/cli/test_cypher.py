"""The query of a question about a graph that Loregraph did not make."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from neo4j import GraphDatabase
from typer.testing import CliRunner

import kg.stores.embedded
from api.cli.main import app

SHIPS = """
CREATE (a:Captain {name: 'Ahab', born: 1800}), (s:Ship {name: 'Pequod', tonnage: 300}), (p:Port {name: 'Nantucket'})
CREATE (a)-[:COMMANDS]->(s), (s)-[:CALLED_AT {year: 1840}]->(p)
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    found: list[tuple[str, str, str]] = []
    connect = kg.stores.embedded.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kg.stores.embedded, "connect", lambda *given: found.append(given) or connect(*given))
        store = kg.stores.embedded.open_embedded(tmp_path_factory.mktemp("graph"))
    where, user, password = found[0]
    with GraphDatabase.driver(where, auth=(user, password)) as driver, driver.session(database="graph") as session:
        session.execute_write(lambda tx: tx.run(SHIPS).consume())
    yield f"{where.replace('://', f'://{user}:{password}@')}/graph"
    store.close()


def test_it_is_written_from_the_schema(url: str) -> None:
    question = "Which captains command ships with a tonnage greater than 250?"
    done = CliRunner().invoke(app, ["cypher", "--ask", question, "--uri", url, "--json"])
    assert done.exit_code == 0, done.output
    (best, *_) = json.loads(done.stdout)["queries"]
    assert "(c:Captain)-[:COMMANDS]->(s:Ship)\nWHERE s.tonnage > 250" in best["cypher"]
    assert 0 < best["score"] <= 1
    plain = CliRunner().invoke(app, ["cypher", "--ask", question, "--uri", url])
    assert plain.stdout.startswith(best["cypher"])


@pytest.mark.parametrize(
    "arguments",
    [[], ["RETURN 1", "--ask", "x"], ["RETURN 1", "--sparql"], ["--ask", "x", "--uri", "bolt://h", "--sparql"]],
)
def test_what_does_not_go_together(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["cypher", *arguments]).exit_code == 2
