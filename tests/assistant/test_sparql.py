"""SPARQL over the export means what the form means, as its Cypher does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rdflib import Graph

from assistant.ask.form import Count, Either, Every, Exists, Form, Grouped, Holds, Named, Step, Total
from assistant.ask.run import run
from assistant.ask.sparql import render
from kg.export.turtle import turtle
from kg.ontology import Ontology
from kg.types import Viewer

from .conftest import World, everything
from .meaning import VIEWERS, Answer, Facts, dated, facts, named, questions, rows_of, shown, well_typed


@pytest.fixture(scope="module")
def timed(make_world: Callable[..., World], tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world([dated(entry) for entry in everything(tmp_path_factory.mktemp("tables"))])


@pytest.fixture(scope="module")
def exports(timed: World) -> dict[Viewer, Graph]:
    return {viewer: Graph().parse(data="".join(turtle(timed.ledger, viewer)), format="turtle") for viewer in VIEWERS}


@pytest.fixture(scope="module")
def knowing(timed: World) -> dict[Viewer, Facts]:
    return {viewer: facts(timed, viewer) for viewer in VIEWERS}


def asked(form: Form, export: Graph, ontology: Ontology) -> Answer:
    """What SPARQL answers, as the plain evaluation gives it."""
    result = export.query(render(form, ontology))
    if isinstance(form, Exists | Holds):
        return frozenset({()}) if result.askAnswer else frozenset()
    rows = set()
    for row in result.bindings:
        found = {str(name): term for name, term in row.items()}
        answer = found.get("answer")
        unit = str(found.get("unit") or "")
        if isinstance(form, Count | Total):
            if answer is not None and (isinstance(form, Count) or int(str(found["over"]))):
                rows.add((shown(float(str(answer))), *([unit] if isinstance(form, Total) else [])))
            continue
        said = [str(answer).rpartition(":")[2]]
        if "number" in found:
            said.append(shown(float(str(found["number"]))))
        if isinstance(form, Grouped):
            said.append(unit)
        if "group" in found:
            said.append(str(found["group"]).rpartition(":")[2])
        rows.add(tuple(said))
    return frozenset(rows)


@settings(
    phases=[Phase.generate],
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(data=st.data())
def test_cypher_and_sparql_agree(
    timed: World, exports: dict[Viewer, Graph], knowing: dict[Viewer, Facts], data: st.DataObject
) -> None:
    form = data.draw(questions(named(knowing)).filter(lambda form: well_typed(form, timed.ontology)))
    viewer = data.draw(st.sampled_from(VIEWERS))
    known = knowing[viewer]
    by_sparql = asked(form, exports[viewer], timed.ontology)
    assert by_sparql == known.answer(form)
    by_cypher = rows_of(form, run(form, timed.graph, timed.ontology, viewer), known)
    assert by_cypher == by_sparql or (isinstance(form, Total) and by_cypher <= by_sparql)


def test_names_are_escaped() -> None:
    ontology = Ontology.load()
    odd = Named(('x> . ?s ?p "o"',), "x", "Organization")
    text = render(Either(Step(odd, "CEO"), Every("Person")), ontology)
    assert '?s ?p "o"' not in text
    Graph().query(text)
