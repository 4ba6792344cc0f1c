"""Answers: the figures of SQuAD and MLQA, by hand."""

from __future__ import annotations

import pytest

from nlp.data.example import Answer, Example
from nlp.evaluation import answers, platt

TEXT = "The Eiffel Tower, in Paris, was built by Gustave Eiffel."


def asked(*spans: str, text: str = TEXT, score: float = 1.0) -> Example:
    places = [(text.index(span), text.index(span) + len(span)) for span in spans]
    return Example("q", text, question="?", answers=tuple(Answer(a, b, score) for a, b in places))


def test_case_articles_and_punctuation_do_not_count() -> None:
    assert answers.normalise("The  Eiffel Tower,") == "eiffel tower"
    assert answers.score([asked("The Eiffel Tower,")], [asked("Eiffel Tower")]).accuracy == 1.0


def test_half_right_answers_count_by_token() -> None:
    scores = answers.score([asked("Gustave Eiffel")], [asked("by Gustave Eiffel.")])
    assert scores.precision == pytest.approx(2 / 3)
    assert scores.recall == 1.0
    assert scores.f1 == pytest.approx(0.8)
    assert scores.accuracy == 0.0


def test_the_best_of_several_right_answers_counts() -> None:
    assert answers.score([asked("Paris", "in Paris")], [asked("in Paris")]).f1 == 1.0


def test_chinese_counts_by_character() -> None:
    text = "埃菲尔铁塔位于法国巴黎。"
    scores = answers.score([asked("法国巴黎", text=text)], [asked("巴黎。", text=text)])
    assert answers.tokens("在 IBM 公司") == ["在", "ibm", "公", "司"]
    assert (scores.precision, scores.recall) == (1.0, 0.5)


def test_saying_nothing_is_right_where_there_is_nothing() -> None:
    gold = [asked(), asked(), asked("Paris"), asked("Paris")]
    found = [asked(), asked("Paris"), asked(), asked("Paris")]
    scores = answers.score(gold, found)
    assert scores.f1 == scores.accuracy == 0.5
    assert scores.extra["no_answer_accuracy"] == scores.extra["answered_exact"] == 0.5


def test_confidence_is_compared_with_what_is_right() -> None:
    found = [asked("Paris", score=0.9), asked("Tower", score=0.9)]
    assert answers.score([asked("Paris"), asked("Paris")], found).extra["ece"] == pytest.approx(0.4)


def test_margins_become_probabilities() -> None:
    margins = [-2.0, -1.0, 1.0, 2.0] * 50
    right = [False, False, True, True] * 45 + [True, True, False, False] * 5
    slope, offset = platt.fit(margins, right)
    low, high = (
        platt.probability(slope * margins_of(-1.5) + offset),
        platt.probability(slope * margins_of(1.5) + offset),
    )
    assert float(low[0]) == pytest.approx(0.1, abs=0.05)
    assert float(high[0]) == pytest.approx(0.9, abs=0.05)
    assert platt.fit([], []) == (1.0, 0.0)


def margins_of(value: float):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.array([value])
