"""Answers to questions: windows, the choice of an answer, and a tiny model that learns to give it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kg.errors import InputError
from nlp.data.example import Answer, Example
from nlp.evaluation.answers import texts
from nlp.training.recipe import parse

pytestmark = pytest.mark.train

NAMES = ("anna", "ben", "carla", "david", "emma", "frank")
PLACES = ("berlin", "paris", "london", "rome", "madrid")


def example(name: str, place: str, asked: str = "where") -> Example:
    """Who lives where; asked where, or when, which the text does not say."""
    text = f"the city of {place} is good and {name} lived in the place of the company"
    found = {"where": place}.get(asked)
    answers = (Answer(text.index(found), text.index(found) + len(found)),) if found else ()
    return Example(f"{name}-{place}-{asked}", text, question=f"{asked} is it ?", answers=answers)


def everything() -> list[Example]:
    return [example(name, place, asked) for name in NAMES for place in PLACES for asked in ("where", "when")]


def recipe(encoder: Path):  # type: ignore[no-untyped-def]
    return parse(
        f"""
        encoder = {{ source = "{encoder}", longest = 24 }}
        optimiser = {{ encoder_rate = 3e-3, head_rate = 1e-2 }}
        training = {{ epochs = 15, batch = 16, precision = "fp32" }}
        task = {{ stride = 6, question = 5, longest_answer = 8, dropout = 0.0 }}
        """,
        "test",
    )


def test_windows_cover_the_text_and_offsets_hold(tiny_encoder: Path) -> None:
    from nlp.runtime.session import load_tokenizer
    from nlp.runtime.tasks.answer import views

    given = example("anna", "rome")
    schema = {"longest": 16, "stride": 4, "question": 5}
    found = views(load_tokenizer(tiny_encoder / "tokenizer.json"), [given], schema)
    assert len(found) > 1
    assert all(len(view.window) <= 16 for view in found)
    words = {given.text[a:b] for view in found for a, b in zip(view.part.starts, view.part.ends, strict=True)}
    assert {"the", "rome", "anna", "place"} <= words
    shared = {*zip(found[0].part.starts, found[0].part.ends, strict=True)} & {
        *zip(found[1].part.starts, found[1].part.ends, strict=True)
    }
    assert len(shared) == 4


def test_the_best_span_is_neither_reversed_nor_too_long(tiny_encoder: Path) -> None:
    from nlp.runtime.session import load_tokenizer
    from nlp.runtime.tasks.answer import best_spans, views

    schema = {"longest": 32, "stride": 4, "question": 5}
    (view,) = views(load_tokenizer(tiny_encoder / "tokenizer.json"), [example("anna", "rome")], schema)[:1]
    logits = np.zeros((len(view.window), 2), np.float32)
    logits[view.first + 3, 0], logits[view.first + 1, 1], logits[view.first + 4, 1] = 5.0, 6.0, 2.0
    logits[0] = 1.0
    span, *others = best_spans(logits, view, longest=3, most=3)
    assert all(other.end <= span.start or span.end <= other.start for other in others)
    assert (span.start, span.end) == (view.part.starts[3], view.part.ends[4])
    assert span.margin == pytest.approx(5.0)


def test_a_tiny_model_learns_to_answer_and_to_say_nothing(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.runtime.predictor import load
    from nlp.training.run import train

    data = everything()
    test = [each for each in data if "frank" in each.id or "madrid" in each.id]
    rest = [each for each in data if each not in test]
    report = train("answer", rest, rest[::4], test, tmp_path / "model", recipe(tiny_encoder))
    assert report.test is not None
    assert report.test.extra["no_answer_accuracy"] > 0.9
    assert report.dev.accuracy > 0.9
    served = load(tmp_path / "model").predict(rest[:2])
    assert [texts(each) for each in served] == [["berlin"], []]
    assert 0.5 < served[0].answers[0].score <= 1.0


def test_examples_without_a_question_are_refused(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.training.run import train

    with pytest.raises(InputError, match="no question"):
        train(
            "answer",
            [Example("x", "a text"), Example("y", "more of it")],
            None,
            None,
            tmp_path / "model",
            recipe(tiny_encoder),
        )
