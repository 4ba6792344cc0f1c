from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlp.runtime.tasks.classify import decide
from nlp.tasks.decisions import learn_outside, learn_temperature, learn_thresholds

LABELS = ["a", "b"]


def sure(rng: np.random.Generator, count: int, temperature: float) -> tuple[Any, list[tuple[str, ...]]]:
    """Logits that are too sure by a factor, and labels drawn from what they would say without it."""
    true = rng.normal(0, 2, (count, 2)).astype(np.float32)
    chance = 1 / (1 + np.exp(true[:, 0] - true[:, 1]))
    return true * temperature, [(LABELS[int(rng.random() < p)],) for p in chance]


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_temperature_undoes_what_made_logits_too_sure(factor: float) -> None:
    logits, truths = sure(np.random.default_rng(1), 4000, factor)
    assert learn_temperature(logits, truths, LABELS, multi=False) == pytest.approx(factor, rel=0.15)


def test_temperature_of_labels_that_do_not_exclude_each_other() -> None:
    rng = np.random.default_rng(2)
    true = rng.normal(0, 2, (3000, 2)).astype(np.float32)
    said = rng.random(true.shape) < 1 / (1 + np.exp(-true))
    truths = [tuple(name for name, yes in zip(LABELS, row, strict=True) if yes) for row in said]
    assert learn_temperature(true * 2.0, truths, LABELS, multi=True) == pytest.approx(2.0, rel=0.15)


def test_a_handful_of_texts_teaches_no_temperature() -> None:
    logits, truths = sure(np.random.default_rng(3), 5, 3.0)
    assert learn_temperature(logits, truths, LABELS, multi=False) == 1.0


def test_the_threshold_separates() -> None:
    logits = np.array([[3.0, -3.0], [1.2, -3.0], [0.8, -3.0], [-1.0, 2.0]] * 10, np.float32)
    truths: list[tuple[str, ...]] = [("a",), ("a",), (), ("b",)] * 10
    floors = learn_thresholds(logits, truths, {"labels": LABELS, "temperature": 1.0})
    assert 1 / (1 + np.exp(-0.8)) < floors[0] == floors[1] <= 1 / (1 + np.exp(-1.2))


def outside(near: Any, truths: list[str], weight: float = 1.0, reject: float = 0.0, **schema: Any) -> Any:
    logits = np.array([[2.0, 0.0]] * len(truths), np.float32)
    return learn_outside(
        logits, near, truths, {"labels": LABELS, "multi": False, **schema},
        rule="auto", name="oos", weight=weight, reject=reject,
    )  # fmt: skip


def test_the_rule_that_tells_apart_is_found() -> None:
    near = np.array([0.9, 0.8, 0.7, 0.3, 0.2], np.float32)
    truths = ["a", "a", "a", "oos", "oos"]
    found = outside(near, truths)
    assert found["rule"] == "nearness"
    assert 0.3 < found["floor"] < 0.7
    given = {"labels": LABELS, "multi": False, "outside": found}
    guesses = decide(np.array([[2.0, 0.0]] * 5, np.float32), near, given)
    assert [labels[0].name for labels in guesses] == truths


def test_a_low_weight_keeps_what_is_inside() -> None:
    near = np.array([0.9, 0.8, 0.2, 0.3, 0.1], np.float32)
    truths = ["a", "a", "a", "oos", "oos"]
    assert outside(near, truths, weight=0.1)["floor"] < 0.2
    assert 0.3 < outside(near, truths, weight=2.0)["floor"] < 0.8


def test_without_outside_texts_a_share_is_rejected_or_nothing() -> None:
    near = np.zeros(4, np.float32)
    assert outside(near, ["a"] * 4) is None
    assert outside(near, ["a"] * 4, reject=0.1)["label"] == ""
