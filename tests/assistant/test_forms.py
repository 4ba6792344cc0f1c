"""Forms mean the same in Cypher as by their definition, whoever asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.ask.answer import sentence
from assistant.ask.cypher import render
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
    each,
    namesakes,
    path,
    relations_of,
    replaced,
    types_of,
)
from assistant.ask.language import language
from assistant.ask.lexicon import Lexicon
from assistant.ask.run import run
from assistant.ask.say import say
from kg.errors import OntologyError
from kg.ontology import Ontology
from kg.stores.guard import check_read_only
from kg.types import EntityNode, Value, Viewer
from kg.values import parse_date

from .conftest import World, everything
from .meaning import VIEWERS, Facts, dated, facts, named, questions, rows_of, well_typed

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


YEAR = Condition("=", parse_date("2019") or Value("Date", "2019"))
PRODUCTS = Every("Product")


@pytest.mark.parametrize(
    ("form", "english", "chinese"),
    [
        (
            path(COMPANY, ("FOUNDED_BY", False), ("FOUNDED_BY", True), apart=True),
            "company founded of founder of [Acme], other than where it began",
            "[Acme]的创始人的创办的公司（起点除外）",
        ),
        (Step(COMPANY, "CEO", time=YEAR), "CEO of [Acme] in 2019", "[Acme]的首席执行官（在2019）"),
        (
            Without(Every("Person"), Either(PERSON, Step(COMPANY, "CEO"))),
            "every person but not [Ada] or CEO of [Acme]",
            "所有人，但不是[Ada]或[Acme]的首席执行官",
        ),
        (
            Top(Every("Organization"), "DATE_FOUNDED", n=3),
            "every organization with the greatest date founded (the first 3)",
            "成立日期最大的所有公司（前3个）",
        ),
        (
            Grouped(Every("Organization"), (("HEADQUARTERS", False),)),
            "the number of every organization, for each headquarters",
            "按总部分组的所有公司的数量",
        ),
        (
            Compared(COMPANY, COMPANY, "DATE_FOUNDED", greatest=False),
            "which of [Acme] and [Acme] has the lesser date founded",
            "[Acme]与[Acme]中成立日期较小的",
        ),
    ],
)
def test_every_form_is_read_out(form: Form, english: str, chinese: str) -> None:
    assert say(form, Lexicon(BUSINESS, language("en"))) == english
    assert say(form, Lexicon(BUSINESS, language("zh"))) == chinese


def test_forms_are_walked_over() -> None:
    both = Named(("e1", "e2"), "Acme", "Organization")
    form = Count(Either(Step(both, "CEO"), Where(Every("Person"), "DATE_OF_BIRTH", YEAR)))
    assert relations_of(form) == {"CEO", "DATE_OF_BIRTH"}
    assert relations_of(Best(PRODUCTS, (("CATEGORY", False),), "UNIT_PRICE")) == {"CATEGORY", "UNIT_PRICE"}
    assert namesakes(form) == ("e1", "e2")
    assert [namesakes(one) for one in each(form, namesakes(form))] == [(), ()]
    assert replaced(form, both, COMPANY) == Count(Either(Step(COMPANY, "CEO"), form.of.right))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "time",
    [Condition("contains", YEAR.value), Condition("<", Value("Number", "3", 3.0)), Condition("<", Value("Date", "x"))],
)
def test_what_is_no_time_is_refused(time: Condition) -> None:
    with pytest.raises(OntologyError):
        types_of(Step(COMPANY, "CEO", time=time), BUSINESS)


def test_names_are_never_text() -> None:
    rendered = render(Step(Named(("x'}) DETACH DELETE (n",), "x", "Organization"), "CEO"), BUSINESS, Viewer.of("a"))
    assert "DELETE" not in rendered.cypher
    assert rendered.parameters["groups"] == ["*", "a"]


def test_who_sees_everything_needs_no_filter() -> None:
    assert "groups" not in render(Step(COMPANY, "CEO"), BUSINESS, Viewer.all()).cypher


# --- against a plain evaluation ---


@pytest.fixture(scope="module")
def timed(make_world: Callable[..., World], tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world, where some statements say when they held."""
    return make_world([dated(entry) for entry in everything(tmp_path_factory.mktemp("tables"))])


@pytest.fixture(scope="module")
def knowing(timed: World) -> dict[Viewer, Facts]:
    return {viewer: facts(timed, viewer) for viewer in VIEWERS}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_cypher_means_what_the_form_means(timed: World, knowing: dict[Viewer, Facts], data: st.DataObject) -> None:
    form = data.draw(questions(named(knowing)).filter(lambda form: well_typed(form, timed.ontology)))
    for viewer, known in knowing.items():
        check_read_only(render(form, timed.ontology, viewer).cypher)
        found = rows_of(form, run(form, timed.graph, timed.ontology, viewer), known)
        expected = known.answer(form)
        if isinstance(form, Total):  # the unit that most have is told
            assert found <= expected
            assert bool(found) == bool(expected)
        else:
            assert found == expected


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


def test_new_forms_are_worded(world: World) -> None:
    english = Lexicon(world.ontology, language("en"))
    by = (("CATEGORY", False),)

    def worded(form: Form) -> str:
        return sentence(form, run(form, world.graph, world.ontology, Viewer.of()), english)

    assert worded(Grouped(PRODUCTS, by)) == "3 found: Kitchen (2), Lighting (2) and Storage (1)."
    assert worded(Best(PRODUCTS, by, "UNIT_PRICE")) == (
        "3 found: Kitchen: Copper Kettle (61), Lighting: Glass Dome (33) and Storage: Reed Basket (9.9)."
    )
    assert worded(Exists(Top(PRODUCTS, "UNIT_PRICE"))) == "Yes: Copper Kettle."
    lamp, dome = Top(PRODUCTS, "UNIT_PRICE"), Top(PRODUCTS, "UNIT_PRICE", greatest=False)
    assert worded(Compared(lamp, dome, "UNIT_PRICE")).startswith("Copper Kettle")
