"""A translator that was taught on one schema translates questions of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.explore.canonical import same
from assistant.explore.query import text
from assistant.explore.reading import read
from assistant.explore.teach import Example, teach
from assistant.explore.translate import Translator, Weights
from kg.graphs.schema import Property, Schema

from .test_query import SCHEMA

FARM = Schema(
    {
        "Farmer": {"name": Property("text"), "age": Property("number")},
        "Barn": {"name": Property("text"), "height": Property("number")},
        "Goat": {"name": Property("text"), "weight": Property("number")},
    },
    {},
    (("Farmer", "OWNS", "Barn"), ("Farmer", "FEEDS", "Goat")),
)


def _examples() -> list[Example]:
    found = []
    for number, (label, other) in enumerate([("Barn", "height"), ("Goat", "weight"), ("Farmer", "age")] * 4):
        plural = f"{label.lower()}s"
        found += [
            Example(f"List the {plural} with a {other} above {number + 3}.",
                    f"MATCH (x:{label}) WHERE x.{other} > {number + 3} RETURN x", FARM),
            Example(f"What are the top {number + 2} {plural} by {other}?",
                    f"MATCH (x:{label}) RETURN x.name, x.{other} ORDER BY x.{other} DESC LIMIT {number + 2}", FARM),
            Example(f"How many {plural} are there?", f"MATCH (x:{label}) RETURN count(x)", FARM),
        ]  # fmt: skip
    for number, (kind, label) in enumerate([("OWNS", "Barn"), ("FEEDS", "Goat")] * 6):
        verb = kind.lower().rstrip("s")
        found += [
            Example(f"Which {label.lower()}s does the farmer 'F{number}' {verb}?",
                    f"MATCH (f:Farmer {{name: 'F{number}'}})-[:{kind}]->(x:{label}) RETURN x.name", FARM),
            Example(f"Which {number + 2} farmers {verb} the most {label.lower()}s?",
                    f"MATCH (f:Farmer)-[:{kind}]->(x:{label}) WITH f, count(x) AS n ORDER BY n DESC "
                    f"LIMIT {number + 2} RETURN f.name, n", FARM),
        ]  # fmt: skip
    return found


@pytest.fixture(scope="module")
def weights() -> Weights:
    return teach([*_examples(), Example("Unread", "MATCH p = (a)-[*]->(b) RETURN p", FARM)])


ASKED = [
    ("List the ships with a tonnage above 5,000.", "MATCH (s:Ship) WHERE s.tonnage > 5000 RETURN s"),
    ("What are the top 3 captains by born?", "MATCH (c:Captain) RETURN c.name, c.born ORDER BY c.born DESC LIMIT 3"),
    ("How many ports are there?", "MATCH (p:Port) RETURN count(*)"),
    (
        "Which ships does the captain 'Ahab' command?",
        "MATCH (c:Captain {name: 'Ahab'})-[:COMMANDS]->(s) RETURN s.name",
    ),
    (
        "Which 4 captains command the most ships?",
        "MATCH (c)-[:COMMANDS]->(s) WITH c, count(s) AS n ORDER BY n DESC LIMIT 4 RETURN c.name, n",
    ),
]


@pytest.mark.parametrize(("question", "cypher"), ASKED)
def test_questions_of_another_schema(weights: Weights, question: str, cypher: str) -> None:
    best = Translator(weights).translate(question, SCHEMA)[0]
    assert same(best.query, read(cypher), SCHEMA), text(best.query)


def test_chances_are_chances(weights: Weights) -> None:
    found = Translator(weights).translate(ASKED[0][0], SCHEMA, n=10)
    chances = [one.chance for one in found]
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1.0001
    assert len({text(one.query) for one in found}) == len(found)


def test_weights_are_kept(weights: Weights, tmp_path: Path) -> None:
    weights.save(tmp_path / "weights.npz")
    again = Translator(Weights.load(tmp_path / "weights.npz"))
    for question, _ in ASKED:
        kept, fresh = again.translate(question, SCHEMA)[0], Translator(weights).translate(question, SCHEMA)[0]
        assert kept.query == fresh.query


def test_a_question_about_nothing_in_the_schema(weights: Weights) -> None:
    for question in ("?", "Why?", "'", "x" * 900, "1 2 3 4 5 6 7 8 9"):
        Translator(weights).translate(question, SCHEMA)
