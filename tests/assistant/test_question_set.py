"""Sets of questions: reading and scoring."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.question_set import Given, Question, read, score
from kg.errors import InputError


def given(answers: list[str] | None, values: list[str], confidence: float = 0.9, ms: float = 10.0) -> Given:
    gold = None if answers is None else tuple(answers)
    return Given(Question("q", gold), tuple(values), confidence, ms)


def test_figures_are_over_what_they_say() -> None:
    scores = score(
        [
            given(["Ada", "Bob"], ["Bob", "Ada"], ms=1),
            given(["Ada"], ["Ada", "Bob"], ms=2),
            given(["Ada"], ["Carl"], ms=3),
            given(["Ada"], [], 0.0, ms=4),
            given([], ["Ada"], ms=5),
            given([], [], 0.0, ms=6),
            given(None, ["Ada"], ms=7),
        ]
    ).as_json()
    assert scores["n"] == 6
    assert scores["hits@1"] == 0.5
    assert scores["set"] == 0.25
    assert scores["f1"] == round((1 + 2 / 3) / 4, 4)
    assert scores["answered"] == round(4 / 6, 4)
    assert scores["right_when_answered"] == 0.5
    assert scores["false_answers"] == 0.5
    assert scores["ece"] == 0.4
    assert (scores["p50_ms"], scores["p95_ms"]) == (4, 7)


def test_values_are_compared_by_what_they_say() -> None:
    assert given(["1,200.0"], ["1200"]).set_right
    assert given(["New_York"], ["new york"]).set_right
    assert not given(["1975"], ["1976"]).set_right


def test_a_set_is_read(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"question": "Who?", "answers": ["Ada", 3]}\n\n{"question": "What?", "id": 7}\n', encoding="utf-8")
    assert read(file) == [Question("Who?", ("Ada", "3")), Question("What?", None, "7")]


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"question": ""}', '{"question": "Who?", "answers": "Ada"}', '{"answers": []}']
)
def test_a_line_that_is_no_question_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(json.dumps({"question": "Who?"}) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"set\.jsonl, line 2"):
        read(file)


def test_an_empty_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(InputError, match="no question"):
        read(tmp_path / "set.jsonl")
