"""Forms mean the same in Cypher as by their definition, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.ask.cypher import render
from assistant.ask.form import (
    Both,
    Condition,
    Count,
    Every,
    Form,
    Holds,
    Most,
    Named,
    OfType,
    Step,
    Things,
    Top,
    Total,
    Where,
    types_of,
)
from assistant.ask.language import language
from assistant.ask.lexicon import Lexicon
from assistant.ask.run import run
from assistant.ask.say import say
from kg.errors import OntologyError
from kg.ontology import Ontology
from kg.projection.everything import everything
from kg.projection.graph import slices
from kg.stores.guard import check_read_only
from kg.types import Edge, EntityNode, Value, ValueNode, Viewer
from kg.values import parse_date

from .conftest import World

BUSINESS = Ontology.load()
COMPANY = Named(("e1",), "Acme", "Organization")
PERSON = Named(("e2",), "Ada", "Person")


@pytest.mark.parametrize(
    ("form", "types"),
    [
        (Step(COMPANY, "FOUNDED_BY"), {"Person", "Organization"}),
        (Step(PERSON, "FOUNDED_BY", inverse=True), {"Organization"}),
        (Step(Step(COMPANY, "CEO"), "PLACE_OF_BIRTH"), {"Location"}),
        (OfType(Step(COMPANY, "FOUNDED_BY"), "Person"), {"Person"}),
        (Both(Every("Organization"), Step(PERSON, "CEO", inverse=True)), {"Organization"}),
        (Count(Every("Person")), {"Number"}),
        (Most(Every("Person"), "FOUNDED_BY", inverse=True), {"Person"}),
        (Holds(COMPANY, "CEO", PERSON), {"Boolean"}),
        (Step(PERSON, "SPOUSE", inverse=True), {"Person"}),
    ],
)
def test_types(form: Form, types: set[str]) -> None:
    assert types_of(form, BUSINESS) == types


@pytest.mark.parametrize(
    "form",
    [
        Step(PERSON, "CEO"),
        Step(COMPANY, "NO_SUCH_RELATION"),
        Every("NoSuchType"),
        OfType(Step(COMPANY, "CEO"), "Location"),
        Both(Every("Person"), Every("Location")),
        Most(Every("Location"), "CEO"),
        Holds(COMPANY, "CEO", Named(("e3",), "Rome", "Location")),
        Where(PERSON, "DATE_FOUNDED", Condition("=", Value("Date", "1990", 7305.0))),
    ],
)
def test_what_makes_no_sense_is_refused(form: Form) -> None:
    with pytest.raises(OntologyError):
        types_of(form, BUSINESS)


def test_forms_are_read_out() -> None:
    english, chinese = Lexicon(BUSINESS, language("en")), Lexicon(BUSINESS, language("zh"))
    form = Step(Step(COMPANY, "FOUNDED_BY"), "PLACE_OF_BIRTH")
    assert say(form, english) == "place of birth of founder of [Acme]"
    assert say(form, chinese, brackets=False) == "Acme的创始人的出生地"
    assert say(Count(Every("Person")), english) == "the number of every person"


def test_names_are_never_text() -> None:
    rendered = render(Step(Named(("x'}) DETACH DELETE (n",), "x", "Organization"), "CEO"), BUSINESS, Viewer.of("a"))
    assert "DELETE" not in rendered.cypher
    assert rendered.parameters["groups"] == ["*", "a"]


def test_who_sees_everything_needs_no_filter() -> None:
    assert "groups" not in render(Step(COMPANY, "CEO"), BUSINESS, Viewer.all()).cypher


# --- against a plain evaluation ---


@dataclass
class Facts:
    """The graph as sets, as one viewer sees it."""

    ontology: Ontology
    nodes: dict[str, EntityNode | ValueNode]
    edges: list[Edge]

    def of_type(self, node: str, name: str) -> bool:
        thing = self.nodes[node]
        kind = thing.type if isinstance(thing, EntityNode) else thing.value.kind
        return self.ontology.is_a(kind, name)

    def step(self, start: str, relation: str, inverse: bool) -> set[str]:
        found: set[str] = set()
        both = self.ontology.relation(relation).symmetric
        for edge in self.edges:
            if edge.predicate == relation and edge.subject != edge.object:
                if edge.subject == start and (both or not inverse):
                    found.add(edge.object)
                if edge.object == start and (both or inverse):
                    found.add(edge.subject)
        return found

    def things(self, form: Things) -> set[str]:
        match form:
            case Named(ids, _, _):
                return {each for each in ids if each in self.nodes}
            case Every(name):
                return {
                    key for key, node in self.nodes.items() if isinstance(node, EntityNode) and self.of_type(key, name)
                }
            case Step(of, relation, inverse):
                return {end for start in self.things(of) for end in self.step(start, relation, inverse)}
            case OfType(of, name):
                return {key for key in self.things(of) if self.of_type(key, name)}
            case Where(of, relation, test):
                return {
                    key
                    for key in self.things(of)
                    if any(self.passes(value, test) for value in self.step(key, relation, False))
                }
            case Both(left, right):
                return self.things(left) & self.things(right)

    def passes(self, key: str, test: Condition) -> bool:
        node = self.nodes[key]
        if not isinstance(node, ValueNode) or node.value.number is None or node.value.kind != test.value.kind:
            return False
        number, limit = node.value.number, test.value.number
        assert limit is not None
        return {"<": number < limit, ">": number > limit, "=": number == limit}[test.operator]


def facts(world: World, viewer: Viewer) -> Facts:
    nodes: dict[str, EntityNode | ValueNode] = {}
    edges: dict[str, Edge] = {}
    with world.ledger.read() as connection:
        for delta in slices(connection, everything(connection), 0):
            nodes.update({node.id: node for node in delta.entities if viewer.sees(node.readers)})
            nodes.update({node.id: node for node in delta.values})
            edges.update({edge.id: edge for edge in delta.edges if viewer.sees(edge.readers)})
    return Facts(world.ontology, nodes, list(edges.values()))


RELATIONS = ["FOUNDED_BY", "CEO", "HEADQUARTERS", "SUBSIDIARY_OF", "SPOUSE", "PLACE_OF_BIRTH", "ACQUIRED", "UNIT_PRICE"]
VIEWERS = [Viewer.of(), Viewer.of("board"), Viewer.all()]


def forms(named: list[Named]) -> st.SearchStrategy[Things]:
    date = parse_date("1990")
    assert date is not None
    tests = st.builds(Condition, st.sampled_from(["<", ">"]), st.just(date))
    base = st.one_of(st.sampled_from(named), st.builds(Every, st.sampled_from(["Organization", "Person", "Product"])))
    return st.recursive(
        base,
        lambda inner: st.one_of(
            st.builds(Step, inner, st.sampled_from(RELATIONS), st.booleans()),
            st.builds(OfType, inner, st.sampled_from(["Person", "Organization"])),
            st.builds(Both, inner, inner),
            st.builds(Where, inner, st.just("DATE_FOUNDED"), tests),
        ),
        max_leaves=4,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_cypher_means_what_the_form_means(world: World, data: st.DataObject) -> None:
    everyone = facts(world, Viewer.all())
    named = [
        Named((node.id,), node.name, node.type) for node in everyone.nodes.values() if isinstance(node, EntityNode)
    ]
    named += [Named((named[0].ids[0], named[1].ids[0]), "both", named[0].type)]
    form = data.draw(forms(named).filter(lambda form: _well_typed(form, world.ontology)))
    for viewer in VIEWERS:
        check_read_only(render(form, world.ontology, viewer).cypher)
        expected = facts(world, viewer).things(form)
        assert {row.id for row in run(form, world.graph, world.ontology, viewer).found} == expected
        counted = run(Count(form), world.graph, world.ontology, viewer).found
        assert (int(counted[0].number or 0) if counted else 0) == len(expected)


def _well_typed(form: Form, ontology: Ontology) -> bool:
    try:
        types_of(form, ontology)
    except OntologyError:
        return False
    return True


def test_the_most_and_the_sum(world: World) -> None:
    products = Every("Product")

    def names(form: Form) -> list[str]:
        return [row.text for row in run(form, world.graph, world.ontology, Viewer.of()).found]

    assert names(Top(products, "UNIT_PRICE", greatest=True, n=2)) == ["Copper Kettle", "Glass Dome"]
    assert names(Top(products, "UNIT_PRICE", greatest=False)) == ["Reed Basket"]
    outcome = run(Total(products, "UNITS_IN_STOCK"), world.graph, world.ontology, Viewer.of())
    assert (outcome.found[0].text, outcome.over) == ("62", 5)
    assert names(Total(products, "UNIT_PRICE", "max")) == ["61"]
    assert names(Total(products, "UNIT_PRICE", "min")) == ["9.9"]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_what_leads_to_the_most(world: World, viewer: Viewer) -> None:
    known = facts(world, viewer)
    for relation, kind, inverse in (("FOUNDED_BY", "Person", True), ("CEO", "Organization", False)):
        numbers = {thing: len(known.step(thing, relation, inverse)) for thing in known.things(Every(kind))}
        numbers = {thing: number for thing, number in numbers.items() if number}
        for n in (1, 2):
            rows = run(Most(Every(kind), relation, inverse, n=n), world.graph, world.ontology, viewer).found
            expected = sorted(numbers, key=lambda thing: (-numbers[thing], known.nodes[thing].name))[:n]  # type: ignore[union-attr]
            assert [row.id for row in rows] == expected
            assert [row.number for row in rows] == [numbers[thing] for thing in expected]


def test_one_fact_told_to_two_sets_of_readers_is_one_row(world: World) -> None:
    entities = [node for node in facts(world, Viewer.all()).nodes.values() if isinstance(node, EntityNode)]
    (company,) = [node for node in entities if node.name == "Halvor Systems"]
    form = Step(Named((company.id,), company.name, company.type), "CEO")
    sources = {}
    for viewer in (Viewer.of(), Viewer.of("board")):
        rows = run(form, world.graph, world.ontology, viewer).found
        sources[viewer] = {row.text: len(row.sources) for row in rows}
        assert len(rows) == len(sources[viewer])
    assert sources[Viewer.of()] == {"Mira Castellan": 1}
    assert sources[Viewer.of("board")] == {"Mira Castellan": 2, "Greta Lindqvist": 1}
