"""Questions that point back to those before them."""

from __future__ import annotations

import pytest

from assistant.dialogue import Dialogue
from kg.types import Answer, Viewer

from .conftest import World


@pytest.fixture(scope="module")
def dialogue(world: World) -> Dialogue:
    return Dialogue(world.asker())


def values(answer: Answer) -> set[str]:
    return {row[0] for row in answer.rows}


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (["Where is Halvor Systems based?"], "And who founded it?", {"Ines Okafor", "Tom Brandt"}),
        (["Who is the CEO of Halvor Systems?", "Where is Halvor Systems based?"], "When was it founded?", {"1987"}),
        (["Who is Lars Winter married to?"], "Which companies did she start?", {"Halvor Systems", "Quarry Bank"}),
        (["Who founded Quarry Bank?"], "Where was she born?", {"Lagos"}),
        (["Who owns Orbweaver?"], "Who is its CEO?", set()),  # of Orbweaver nobody says who leads it
        (["Who founded Halvor Systems?"], "What about Quarry Bank?", {"Ines Okafor"}),
        (["Where did Tom Brandt study?"], "Who founded Halvor Systems?", {"Ines Okafor", "Tom Brandt"}),
    ],
)
def test_questions_point_back(dialogue: Dialogue, history: list[str], question: str, expected: set[str]) -> None:
    assert values(dialogue.ask(question, Viewer.all(), history)) == expected


def test_the_trace_says_how_it_was_read(dialogue: Dialogue) -> None:
    answer = dialogue.ask("And who founded it?", Viewer.all(), ["Where is Halvor Systems based?"])
    assert answer.trace["read_as"] == "And who founded Halvor Systems?"
    assert "read_as" not in dialogue.ask("Who founded Halvor Systems?", Viewer.all(), ["Who is it?"]).trace


def test_without_anything_to_point_to_a_question_stays(dialogue: Dialogue) -> None:
    assert dialogue.ask("Who founded it?", Viewer.all()).abstained
    assert dialogue.ask("Who founded it?", Viewer.all(), ["Where is Nowhere Ltd based?"]).abstained


def test_chinese(dialogue: Dialogue) -> None:
    answer = dialogue.ask("它的创始人是谁？", Viewer.all(), ["Where is Halvor Systems based?"])
    assert answer.trace["read_as"] == "Halvor Systems的创始人是谁？"
