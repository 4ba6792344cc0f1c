"""Where the graph is silent the asker reads passages, says so, and quotes them."""

from __future__ import annotations

import pytest

from assistant.ask.asker import Asker
from assistant.reading.answerer import PassageAnswerer
from assistant.retrieve.mentions import Mentions
from assistant.retrieve.retriever import Retriever
from kg.ledger.sources import LedgerSources
from kg.types import Viewer
from nlp.pretrained import answers_folder
from nlp.runtime.answers import OnnxAnswers

from .conftest import World

PUBLIC = Viewer.of()


@pytest.fixture(scope="module")
def asker(world: World) -> Asker:
    sources = LedgerSources(world.ledger)
    retriever = Retriever(world.index, world.encoder, Mentions(world.graph, world.index), sources)
    reader = PassageAnswerer(world.index, retriever, OnnxAnswers(answers_folder(), 1))
    return Asker(
        world.graph, world.index, world.index, sources, world.encoder, lambda _: world.ontology, passages=lambda: reader
    )


def test_the_graph_goes_first(asker: Asker) -> None:
    answer = asker.ask("Who is the CEO of Halvor Systems?", PUBLIC)
    assert answer.query
    assert "read" not in answer.trace


def test_an_answer_is_read_said_so_and_quoted(asker: Asker) -> None:
    answer = asker.ask("What is the name of the grey heron that is the mascot of Halvor Systems?", PUBLIC)
    assert not answer.abstained
    assert "Piet" in answer.text
    assert not answer.query
    assert any("Piet" in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "When did Lena Moss die?",
        "Who is the composer of Halvor Systems?",
        "Who is the father of Tom Brandt?",
        "Who directed the moon?",
    ],
)
def test_what_no_passage_says_is_not_read(asker: Asker, question: str) -> None:
    assert asker.ask(question, PUBLIC).abstained
