"""Every kind of form gives the same rows on a real Neo4j."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from assistant.ask.form import (
    Best,
    Both,
    Compared,
    Condition,
    Count,
    Either,
    Every,
    Exists,
    Form,
    Grouped,
    Holds,
    Most,
    Named,
    OfType,
    Step,
    Top,
    Total,
    Where,
    Without,
    path,
)
from assistant.ask.run import run
from kg.stores.neo4j import open_neo4j
from kg.types import EntityNode, Value, Viewer

from .conftest import World, everything
from .meaning import VIEWERS, dated, facts, rows_of

pytestmark = pytest.mark.neo4j

COMPANIES, PRODUCTS = Every("Organization"), Every("Product")
YEAR = Condition("=", Value("Date", "2019", 17897.0))
OVER = Condition(">", Value("Number", "20", 20.0))


@pytest.fixture(scope="module")
def neo(make_world: Callable[..., World], tmp_path_factory: pytest.TempPathFactory) -> World:
    graph = open_neo4j(*(os.environ[f"LOREGRAPH_TEST_NEO4J_{part}"] for part in ("URL", "USER", "PASSWORD")))
    graph.clear()
    return make_world([dated(entry) for entry in everything(tmp_path_factory.mktemp("tables"))], graph)


def forms(company: Named, other: Named) -> list[Form]:
    founders = Step(company, "FOUNDED_BY")
    dear = Where(PRODUCTS, "UNIT_PRICE", OVER)
    best = Top(PRODUCTS, "UNIT_PRICE", n=2)
    by = (("CATEGORY", False),)
    return [
        founders,
        path(company, ("FOUNDED_BY", False), ("FOUNDED_BY", True), apart=True),
        Step(company, "CEO", time=YEAR),
        OfType(Either(founders, Step(company, "CEO")), "Person"),
        Both(COMPANIES, Step(founders, "FOUNDED_BY", inverse=True)),
        Without(COMPANIES, Either(company, Step(company, "SUBSIDIARY_OF", inverse=True))),
        Without(PRODUCTS, best),
        Without(PRODUCTS, dear),
        Step(best, "CATEGORY"),
        Both(Top(PRODUCTS, "UNIT_PRICE", n=3), Top(PRODUCTS, "UNITS_IN_STOCK", greatest=False, n=3)),
        Most(COMPANIES, "SUBSIDIARY_OF", inverse=True),
        Grouped(PRODUCTS, by),
        Grouped(PRODUCTS, by, "sum", "UNITS_IN_STOCK", n=1),
        Step(Grouped(PRODUCTS, by, test=Condition(">", Value("Number", "1", 1.0))), "CATEGORY", inverse=True),
        Count(dear),
        Exists(Without(dear, PRODUCTS)),
        Holds(company, "FOUNDED_BY", Step(other, "FOUNDED_BY")),
        Holds(company, "DATE_FOUNDED", Condition("<", Value("Date", "1990", 7305.0))),
        Total(PRODUCTS, "UNIT_PRICE", "average"),
        Compared(company, other, "FOUNDED_BY", counted=True),
        Best(PRODUCTS, by, "UNIT_PRICE"),
    ]


@pytest.mark.parametrize("viewer", VIEWERS, ids=["public", "board", "all"])
def test_neo4j_means_what_the_forms_mean(neo: World, viewer: Viewer) -> None:
    known = facts(neo, viewer)
    entities = {node.name: node for node in known.nodes.values() if isinstance(node, EntityNode)}
    company, other = (Named((entities[n].id,), n, "Organization") for n in ("Halvor Systems", "Quarry Bank"))
    for form in forms(company, other):
        assert rows_of(form, run(form, neo.graph, neo.ontology, viewer), known) == known.answer(form), form
