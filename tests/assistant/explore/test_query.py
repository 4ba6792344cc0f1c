"""Queries are written and read back; queries that ask the same of a schema are one."""

from __future__ import annotations

import pytest

from assistant.explore.canonical import same
from assistant.explore.query import text
from assistant.explore.reading import read
from kg.errors import QueryError
from kg.graphs.schema import Property, Schema

SCHEMA = Schema(
    {
        "Captain": {"name": Property("text"), "born": Property("number"), "retired": Property("boolean")},
        "Ship": {"name": Property("text"), "tonnage": Property("number"), "launched": Property("date")},
        "Port": {"name": Property("text")},
    },
    {"CALLED_AT": {"year": Property("number")}},
    (("Captain", "COMMANDS", "Ship"), ("Ship", "CALLED_AT", "Port"), ("Ship", "TOWED", "Ship")),
)

WRITTEN = [
    "MATCH (s:Ship)\nRETURN s",
    "MATCH (c:Captain)-[:COMMANDS]->(s:Ship)\nWHERE s.tonnage > 5000 AND c.name = 'O\\'Neill'\nRETURN s.name",
    "MATCH (s:Ship)-[c:CALLED_AT]->(p:Port)\nWHERE c.year >= 1999\nRETURN DISTINCT p.name\nORDER BY p.name\nLIMIT 5",
    "MATCH (c:Captain)-[:COMMANDS]->(s:Ship)\nWITH c, count(*) AS count\nWHERE count > 2\nRETURN c.name, count\n"
    "ORDER BY count DESC\nLIMIT 3",
    "MATCH (c:Captain)-[:COMMANDS]->(s:Ship)-[:CALLED_AT]->(p:Port)\nRETURN p.name, avg(s.tonnage) AS avgTonnage",
    "MATCH (s:Ship)\nWHERE s.launched < date('1912-04-15') AND NOT (s)-[:CALLED_AT]->(:Port)\nRETURN s.name",
    "MATCH (c:Captain)\nWHERE c.retired = false AND c.name STARTS WITH 'A'\nRETURN c",
]


@pytest.mark.parametrize("cypher", WRITTEN)
def test_what_is_written_is_read_back(cypher: str) -> None:
    assert text(read(cypher)) == cypher


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("MATCH (a:Ship {name: 'X'}) RETURN a.name AS n", "MATCH (b:Ship) WHERE b.name = 'X' RETURN b.name"),
        ("MATCH (c)-[:COMMANDS]->(s) RETURN c", "MATCH (s:Ship)<-[r:COMMANDS]-(c:Captain) RETURN c"),
        ("MATCH (c:Captain)-[:COMMANDS]-(s) RETURN s", "MATCH (c:Captain)-[:COMMANDS]->(s:Ship) RETURN s"),
        (
            "MATCH (s:Ship) WHERE s.tonnage > 1 AND NOT s.name <> 'X' RETURN s",
            "MATCH (s:Ship) WHERE s.name = 'X' AND 1.0 < s.tonnage RETURN s",
        ),
        (
            "MATCH (c:Captain)-[:COMMANDS]->(s:Ship) RETURN c.name, count(s) AS n ORDER BY n DESC LIMIT 1",
            "MATCH (c)-[r:COMMANDS]->(s) RETURN c.name, count(*) ORDER BY count(r) DESC LIMIT 1",
        ),
        (
            "MATCH (s:Ship) WITH s ORDER BY s.tonnage DESC LIMIT 3 RETURN s.name",
            "MATCH (s:Ship) RETURN s.name ORDER BY s.tonnage DESC LIMIT 3",
        ),
    ],
)
def test_the_same_in_other_words(left: str, right: str) -> None:
    assert same(read(left), read(right), SCHEMA)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("MATCH (a:Ship)-[:TOWED]->(b:Ship) RETURN a", "MATCH (a:Ship)-[:TOWED]->(b:Ship) RETURN b"),
        ("MATCH (s:Ship) RETURN s.name", "MATCH (s:Ship) RETURN DISTINCT s.name"),
        ("MATCH (s:Ship) RETURN s.name", "MATCH (s:Ship) RETURN s"),
        ("MATCH (c:Captain) WHERE c.born > 1 RETURN c", "MATCH (c:Captain) WHERE c.born >= 1 RETURN c"),
        (
            "MATCH (c)-[:COMMANDS]->(s) WITH c, count(s) AS n RETURN c.name, n",
            "MATCH (c)-[:COMMANDS]->(s) RETURN c.name, count(s) AS n",  # captains of one name are counted together
        ),
        (
            "MATCH (c)-[:COMMANDS]->(s) RETURN c, count(s.name)",
            "MATCH (c)-[:COMMANDS]->(s) RETURN c, count(s)",  # ships without a name are not counted
        ),
    ],
)
def test_not_the_same(left: str, right: str) -> None:
    assert not same(read(left), read(right), SCHEMA)


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (s:Ship) SET s.name = 'x' RETURN s",
        "MATCH (s:Ship) WHERE s.name = 'x' OR s.tonnage > 1 RETURN s",
        "MATCH p = (a)-[:TOWED*]->(b) RETURN p",
        "MATCH (s:Ship) RETURN s.tonnage / 2",
        "MATCH (s:Ship) RETURN t",
        "CREATE (n) RETURN n",
        "MATCH (s:Ship)",
        "MATCH (s:Ship RETURN s",
    ],
)
def test_what_a_query_does_not_hold_is_refused(cypher: str) -> None:
    with pytest.raises(QueryError):
        read(cypher)
