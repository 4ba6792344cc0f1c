from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.ask.asker import Asker
from kg.errors import InputError
from kg.ledger.sources import LedgerSources
from kg.ontology import Ontology
from kg.types import Answer, Viewer

from .conftest import CHINESE, COMPANIES, PEOPLE, SECRET, World, entry

PUBLIC = Viewer.of()


@pytest.fixture(scope="module")
def asker(world: World) -> Asker:
    return world.asker()


def values(answer: Answer) -> set[str]:
    return {row[0] for row in answer.rows}


ANSWERS = [
    # one hop, both ways
    ("Who founded Halvor Systems?", {"Ines Okafor", "Tom Brandt"}),
    ("Who is the CEO of Halvor Systems?", {"Mira Castellan"}),
    ("Where is Halvor Systems based?", {"Rotterdam"}),
    ("Where Is Halvor Systems Located?", {"Rotterdam"}),
    ("When was Halvor Systems founded?", {"1987"}),
    ("Who owns Orbweaver?", {"Halvor Systems"}),
    ("What companies does Halvor Systems own?", {"Orbweaver", "Pellucid Labs"}),
    ("Which companies did Ines Okafor start?", {"Halvor Systems", "Quarry Bank"}),
    ("Which company is Tom Brandt the founder of?", {"Halvor Systems"}),
    ("Whose founder is Tom Brandt?", {"Halvor Systems"}),
    ("What did Halvor Systems acquire?", {"Nettlebed Software"}),
    ("Who acquired Nettlebed Software?", {"Halvor Systems"}),
    ("Which company was Nettlebed Software bought by?", {"Halvor Systems"}),
    ("Who works for Halvor Systems?", {"Lena Moss"}),
    ("Where does Lena Moss work?", {"Halvor Systems"}),
    ("Where did Tom Brandt study?", {"University of Ghent"}),
    # a symmetric relation, from its object
    ("Who is Lars Winter married to?", {"Ines Okafor"}),
    ("Who is the wife or husband of Ines Okafor?", {"Lars Winter"}),
    # words that stand in no label or phrase
    ("Who set Halvor Systems up as its creator?", {"Ines Okafor", "Tom Brandt"}),
    ("Which university gave Tom Brandt a degree?", {"University of Ghent"}),
    # two hops and more
    ("Where was the founder of Quarry Bank born?", {"Lagos"}),
    ("When was the founder of Quarry Bank born?", {"1955-04-04"}),
    ("Who founded the parent company of Orbweaver?", {"Ines Okafor", "Tom Brandt"}),
    ("Where was the founder of the parent company of Orbweaver born?", {"Lagos"}),
    # sets
    ("Which companies are headquartered in Rotterdam?", {"Halvor Systems", "Quarry Bank"}),
    ("Which companies founded by Ines Okafor are based in Rotterdam?", {"Halvor Systems", "Quarry Bank"}),
    ("Which companies were founded before 1990?", {"Halvor Systems"}),
    ("Which companies were founded in 1987?", {"Halvor Systems"}),
    # counts
    ("How many subsidiaries does Halvor Systems have?", {"2"}),
    ("How many products are there?", {"5"}),
    ("How many products are in the Lighting category?", {"2"}),
    # yes or no
    ("Is Mira Castellan the CEO of Halvor Systems?", {"yes"}),
    ("Is Tom Brandt the CEO of Halvor Systems?", {"no"}),
    ("Did Ines Okafor found Quarry Bank?", {"yes"}),
    ("Is Halvor Systems based in Rotterdam?", {"yes"}),
    ("Was Ines Okafor born in 1955?", {"yes"}),
    ("Was Ines Okafor born in 1960?", {"no"}),
    # a table
    ("What is the unit price of Copper Kettle?", {"61"}),
    ("How much does the Copper Kettle cost?", {"61"}),
    ("which products cost more than 20?", {"Copper Kettle", "Glass Dome", "Juniper Lamp"}),
    ("Which products have less than 10 units in stock?", {"Copper Kettle", "Glass Dome", "Slate Board"}),
    ("List all products from France", {"Copper Kettle", "Reed Basket"}),
    ("Which products are in the category Kitchen?", {"Copper Kettle", "Slate Board"}),
    ("the most expensive product", {"Copper Kettle"}),
    ("What is the cheapest product?", {"Reed Basket"}),
    ("What is the average unit price of products?", {"29.28"}),
    # how people type
    ("who founded halvor systems", {"Ines Okafor", "Tom Brandt"}),
    ("WHO FOUNDED HALVOR SYSTEMS?", {"Ines Okafor", "Tom Brandt"}),
    ("Who founded Halvor Sytems?", {"Ines Okafor", "Tom Brandt"}),
    # Chinese
    ("华扬科技的创始人是谁？", {"李明远"}),
    ("谁创办了华扬科技？", {"李明远"}),
    ("华扬科技的总部设在哪座城市？", {"杭州"}),
    ("华扬科技是哪一年成立的？", {"1998"}),
    ("李明远创办了哪些公司？", {"华扬科技"}),
    ("华扬科技的创始人出生在哪里？", {"苏州"}),
    ("谁是云帆数据的母公司的创始人？", {"李明远"}),
    ("总部在杭州的公司有哪些？", {"华扬科技"}),
    ("华扬科技有几家子公司？", {"1"}),
    ("李明远是华扬科技的创始人吗？", {"yes"}),
    ("李明远出生在苏州吗？", {"yes"}),
    ("1990年以后成立的公司有哪些？", {"华扬科技"}),
    ("哪些产品的单价超过20？", {"Copper Kettle", "Glass Dome", "Juniper Lamp"}),
    ("最贵的产品是什么？", {"Copper Kettle"}),
    # both languages
    ("Who founded 华扬科技?", {"李明远"}),
]


@pytest.mark.parametrize(("question", "expected"), ANSWERS)
def test_answers(asker: Asker, question: str, expected: set[str]) -> None:
    answer = asker.ask(question, PUBLIC)
    assert not answer.abstained, answer.text
    assert values(answer) == expected, answer.trace
    assert answer.citations
    assert answer.query.startswith("MATCH")
    assert 0 < answer.confidence <= 1


NO_ANSWERS = [
    ("Who founded Zanzibar Motors?", "unknown_name", "Zanzibar Motors"),
    ("Who founded Halvor Motors?", "unknown_name", "Halvor Motors"),
    ("宏远集团的创始人是谁？", "unknown_name", "宏远集团"),
    ("What is the phone number of Halvor Systems?", "unknown_relation", "Halvor Systems"),
    ("What is the stock price of Halvor Systems?", "unknown_relation", "Halvor Systems"),
    ("What was Ines Okafor's cause of death?", None, ""),
    ("Which awards has Ines Okafor won?", None, "Ines Okafor"),
    ("华扬科技的股价是多少？", "unknown_relation", "华扬科技"),
    ("Where was Mira Castellan born?", "empty", "place of birth of Mira Castellan"),
    ("Who is the CEO of Quarry Bank?", "empty", "CEO of Quarry Bank"),
    ("Where did the founder of Quarry Bank's spouse live?", "empty", "place of residence"),
    ("云帆数据的总部在哪里？", "empty", "总部"),
    ("Who is the founder of Ines Okafor?", None, ""),
    ("asdf qwer", "no_name", ""),
]


@pytest.mark.parametrize(("question", "reason", "said"), NO_ANSWERS)
def test_abstains_and_says_why(asker: Asker, question: str, reason: str | None, said: str) -> None:
    answer = asker.ask(question, PUBLIC)
    assert answer.abstained, answer.text
    assert answer.rows == ()
    assert answer.citations == ()
    assert reason in (None, answer.trace["reason"])
    assert said in answer.text


def test_quotes_are_the_documents_words(asker: Asker, world: World) -> None:
    for question, _ in ANSWERS:
        for citation in asker.ask(question, PUBLIC).citations:
            (entry,) = [e for e in _documents(world) if e[0] == citation.document_id]
            assert entry[1][citation.start : citation.end] == citation.quote


def _documents(world: World) -> list[tuple[str, str]]:
    from sqlalchemy import select

    from kg.ledger import schema as t

    with world.ledger.read() as connection:
        return [(row.id, row.text) for row in connection.execute(select(t.documents.c.id, t.documents.c.text))]


def test_two_hops_quote_both_steps(asker: Asker) -> None:
    quotes = " ".join(c.quote for c in asker.ask("Where was the founder of Quarry Bank born?", PUBLIC).citations)
    assert "started by Ines Okafor" in quotes
    assert "born in Lagos" in quotes


def test_a_count_lists_and_a_denial_tells_what_is(asker: Asker) -> None:
    assert "Orbweaver" in asker.ask("How many subsidiaries does Halvor Systems have?", PUBLIC).text
    assert "Mira Castellan" in asker.ask("Is Tom Brandt the CEO of Halvor Systems?", PUBLIC).text


def test_a_passage_is_quoted_as_such(asker: Asker) -> None:
    answer = asker.ask("What is the mascot of Halvor Systems?", PUBLIC)
    assert not answer.abstained
    assert answer.query == ""
    assert "passage" in answer.text
    assert answer.citations[0].quote == "The mascot of Halvor Systems is a grey heron called Piet."


def test_the_trace_tells_the_way(asker: Asker) -> None:
    trace = asker.ask("Where was the founder of Quarry Bank born?", PUBLIC).trace
    assert trace["form"] == "place of birth of founder of [Quarry Bank]"
    assert trace["mentions"][0]["text"] == "Quarry Bank"
    assert trace["milliseconds"] > 0
    json.dumps(trace)


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * 1001])
def test_bad_questions_are_refused(asker: Asker, question: str) -> None:
    with pytest.raises(InputError):
        asker.ask(question, PUBLIC)


@pytest.mark.parametrize(
    "question",
    [
        "Who founded `) DETACH DELETE (n` ?",
        "who $groups {x}",
        "\u0000 who founded Halvor Systems",
        "Who\nfounded\tHalvor Systems?",
    ],
)
def test_hostile_questions_do_no_harm(asker: Asker, question: str) -> None:
    asker.ask(question, PUBLIC)
    assert values(asker.ask("Who is the CEO of Halvor Systems?", PUBLIC)) == {"Mira Castellan"}


def test_namesakes_are_told_apart(make_world: Callable[..., World]) -> None:
    ontology = Ontology.load()
    born = "{Ann Lee:Person} was born in {%s:Location} on {%s:Date}."
    facts = [("Ann Lee", "PLACE_OF_BIRTH", "%s"), ("Ann Lee", "DATE_OF_BIRTH", "%s")]
    entries = [
        entry(
            ontology,
            name,
            [(born % (name, date), [(facts[0][0], facts[0][1], name), (facts[1][0], facts[1][1], date)])],
        )
        for name, date in (("Perth", "1 May 1950"), ("Oslo", "2 June 1981"))
    ]
    answer = make_world(entries).asker().ask("Where was Ann Lee born?", PUBLIC)
    assert values(answer) == {"Perth", "Oslo"}
    assert "There are 2 named Ann Lee" in answer.text


def test_sources_that_disagree_are_named(make_world: Callable[..., World]) -> None:
    ontology = Ontology.load()
    firm = "{Orbital Foods:Organization}, led by {Nils Aker:Person} and based in {Bergen:Location}, "
    founded = firm + "was founded in {%s:Date}."
    facts = [("Orbital Foods", "CEO", "Nils Aker"), ("Orbital Foods", "HEADQUARTERS", "Bergen")]
    entries = [
        replace(made, document=replace(made.document, date=date))
        for name, year, date in (
            ("history", "1987", "2020-05-01"),
            ("brochure", "1990", None),
            ("letter", "1987", None),
        )
        for made in [entry(ontology, name, [(founded % year, [*facts, ("Orbital Foods", "DATE_FOUNDED", year)])])]
    ]
    answer = make_world(entries).asker().ask("When was Orbital Foods founded?", PUBLIC)
    assert "Sources disagree: 1987 (history, 2020-05-01; letter) and 1990 (brochure)." in answer.text
    assert values(answer) == {"1987", "1990"}
    assert {citation.external_id for citation in answer.citations} == {"history", "brochure", "letter"}
    claims = answer.trace["disagree"]
    assert [claim["answer"] for claim in claims] == ["1987", "1990"]
    assert make_world(entries[::2]).asker().ask("When was Orbital Foods founded?", PUBLIC).trace.get("disagree") is None


QUESTIONS = [question for question, _ in ANSWERS] + [question for question, _, _ in NO_ANSWERS]


def test_who_may_not_read_learns_nothing(make_world: Callable[..., World]) -> None:
    ontology = Ontology.load()
    public = [
        entry(ontology, "companies", COMPANIES),
        entry(ontology, "people", PEOPLE),
        entry(ontology, "chinese", CHINESE),
    ]
    secret = [
        entry(ontology, "secret", SECRET, ["board"]),
        entry(
            ontology,
            "more",
            [
                (
                    "{Mira Castellan:Person} was born in {Turin:Location}.",
                    [("Mira Castellan", "PLACE_OF_BIRTH", "Turin")],
                ),
                (
                    "{Zanzibar Motors:Organization} was founded by {Tom Brandt:Person}.",
                    [("Zanzibar Motors", "FOUNDED_BY", "Tom Brandt")],
                ),
            ],
            ["board"],
        ),
    ]
    small, large = make_world(public).asker(), make_world([*public, *secret]).asker()
    for question in QUESTIONS:
        first, second = small.ask(question, PUBLIC), large.ask(question, PUBLIC)
        for answer in (first, second):
            answer.trace.pop("milliseconds")  # type: ignore[attr-defined]
        assert first == second, question
    board = Viewer.of("board")
    assert values(large.ask("Who founded Zanzibar Motors?", board)) == {"Tom Brandt"}
    assert values(large.ask("Where was Mira Castellan born?", board)) == {"Turin"}
    assert values(large.ask("Who is the CEO of Halvor Systems?", board)) == {"Mira Castellan", "Greta Lindqvist"}
    assert values(large.ask("Who is the CEO of Halvor Systems?", Viewer.all())) == {"Mira Castellan", "Greta Lindqvist"}


def test_no_citation_no_answer(world: World) -> None:
    class Silent(LedgerSources):
        def cite(self, statement_ids, viewer):  # type: ignore[no-untyped-def]
            return []

        def passages(self, chunk_ids, viewer):  # type: ignore[no-untyped-def]
            return []

    asker = Asker(
        world.graph, world.index, world.index, Silent(world.ledger), world.encoder, lambda viewer: world.ontology
    )
    assert asker.ask("Who is the CEO of Halvor Systems?", PUBLIC).abstained


def test_asking_loads_neither_torch_nor_spacy() -> None:
    code = (
        "import sys, assistant.ask.asker, assistant.retrieve.searcher;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'spacy', 'transformers', 'fastapi')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0
