from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlp.runtime.tasks.classify import decide, familiarity, softmax

NEAR = np.array([0.9, 0.9, 0.2], np.float32)
LOGITS = np.array([[4.0, 0.0, 0.0], [0.0, 1.0, 0.5], [0.0, 0.2, 3.0]], np.float32)


def schema(**more: Any) -> dict[str, Any]:
    return {"labels": ["a", "b", "oos"], "multi": False, "temperature": 1.0, **more}


def names(found: list[Any]) -> list[list[str]]:
    return [[label.name for label in labels] for labels in found]


def test_the_best_label_with_its_probability() -> None:
    found = decide(LOGITS, NEAR, schema())
    assert names(found) == [["a"], ["b"], ["oos"]]
    assert found[0][0].score == pytest.approx(float(softmax(LOGITS)[0, 0]))


def test_temperature_changes_confidence_and_not_the_label() -> None:
    cold, warm = decide(LOGITS, NEAR, schema()), decide(LOGITS, NEAR, schema(temperature=3.0))
    assert names(cold) == names(warm)
    assert all(one[0].score > other[0].score for one, other in zip(cold, warm, strict=True))


def test_margin_is_the_same_as_the_best_of_all() -> None:
    outside = {"label": "oos", "rule": "margin", "floor": 0.0}
    assert names(decide(LOGITS, NEAR, schema(outside=outside))) == names(decide(LOGITS, NEAR, schema()))


@pytest.mark.parametrize(
    ("rule", "floor", "expected"),
    [
        ("probability", 0.6, [["a"], ["oos"], ["oos"]]),
        ("nearness", 0.5, [["a"], ["b"], ["oos"]]),
        ("energy", 3.0, [["a"], ["oos"], ["oos"]]),
    ],
)
def test_what_is_too_unfamiliar_is_outside(rule: str, floor: float, expected: list[list[str]]) -> None:
    found = decide(LOGITS, NEAR, schema(outside={"label": "oos", "rule": rule, "floor": floor}))
    assert names(found) == expected


def test_outside_without_a_label_is_no_label() -> None:
    given = {"labels": ["a", "b"], "multi": False, "outside": {"label": "", "rule": "probability", "floor": 0.7}}
    assert names(decide(LOGITS[:, :2], NEAR, given)) == [["a"], ["b"], []]


def test_a_class_for_texts_without_label_is_no_label() -> None:
    given = {"labels": ["", "a", "b"], "multi": False, "outside": {"label": "", "rule": "margin", "floor": 0.0}}
    assert names(decide(LOGITS, NEAR, given)) == [[], ["a"], ["b"]]


def test_energy_is_odds_where_there_is_an_outside_class() -> None:
    given = schema(outside={"label": "oos", "rule": "energy", "floor": 0.0})
    chances = softmax(LOGITS)[:, 2]
    assert familiarity(LOGITS, NEAR, given) == pytest.approx(np.log((1 - chances) / chances), abs=1e-5)


def test_several_labels_by_threshold_best_first() -> None:
    found = decide(LOGITS, NEAR, schema(multi=True, thresholds=[0.6, 0.54, 0.6]))
    assert names(found) == [["a"], ["b", "oos"], ["oos", "b"]]
    assert found[1][0].score == pytest.approx(1 / (1 + np.exp(-1.0)))
