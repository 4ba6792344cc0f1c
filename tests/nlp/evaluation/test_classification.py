from __future__ import annotations

import pytest

from kg.errors import InputError
from nlp.data.example import Example, Label
from nlp.evaluation.calibration import calibration_error
from nlp.evaluation.classification import confusion, score


def texts(*labels: str | tuple[str, ...] | None, score: float = 1.0) -> list[Example]:
    made = []
    for number, each in enumerate(labels):
        names = (each,) if isinstance(each, str) else each or ()
        made.append(Example(f"t{number}", "text", labels=tuple(Label(name, score) for name in names)))
    return made


def test_single_labels() -> None:
    scores = score(texts("a", "a", "a", "b"), texts("a", "a", "b", "b"))
    assert scores.accuracy == scores.f1 == scores.precision == scores.recall == 0.75
    assert scores.by_label["a"] == {"precision": 1.0, "recall": 2 / 3, "f1": 0.8, "support": 3.0}
    assert scores.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert scores.support == 4


def test_a_label_that_never_occurs_does_not_lower_macro_f1() -> None:
    scores = score(texts("a", "b"), texts("a", "c"))
    assert scores.macro_f1 == 0.5
    assert scores.by_label["c"]["precision"] == 0.0


def test_several_labels() -> None:
    scores = score(texts(("a", "b"), ("b",), ()), texts(("a",), ("b", "c"), ()))
    assert scores.precision == scores.recall == scores.f1 == pytest.approx(2 / 3)
    assert scores.accuracy == scores.extra["exact"] == pytest.approx(1 / 3)
    assert "ece" not in scores.extra


def test_what_is_not_annotated_is_not_wrong() -> None:
    gold = [Example("t", "text", labels=(Label("a"),), annotated=frozenset({"a", "b"}))]
    found = [Example("t", "text", labels=(Label("a"), Label("c")))]
    assert score(gold, found, multi=True).precision == 1.0


@pytest.mark.parametrize("outside", ["oos", ""])
def test_outside_texts_have_figures_of_their_own(outside: str) -> None:
    out: str | None = outside or None
    gold, found = texts("a", "a", "b", "b", out, out), texts("a", out, "b", "a", out, "b")
    scores = score(gold, found, outside=outside, multi=False)
    assert scores.extra["in_scope_accuracy"] == 0.5
    assert scores.extra["out_of_scope_recall"] == 0.5
    assert scores.extra["out_of_scope_precision"] == 0.5
    assert scores.accuracy == 0.5
    inside = [scores.by_label[name]["f1"] for name in ("a", "b")]
    assert scores.macro_f1 == pytest.approx(sum(inside) / 2)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    assert calibration_error([0.9] * 10, [True] * 9 + [False]) == pytest.approx(0.0)
    assert calibration_error([0.9] * 10, [True] * 5 + [False] * 5) == pytest.approx(0.4)
    assert calibration_error([1.0, 0.6], [True, False]) == pytest.approx(0.3)
    assert calibration_error([], []) == 0.0


def test_confusion() -> None:
    order, table = confusion(texts("a", "a", "b", None), texts("a", "b", "b", "a"))
    assert order == ["", "a", "b"]
    assert table.tolist() == [[0, 1, 0], [0, 1, 1], [0, 0, 1]]


def test_no_texts_and_other_texts() -> None:
    assert score([], []).f1 == 0.0
    with pytest.raises(InputError, match="1 annotated texts and 2"):
        score(texts("a"), texts("a", "b"))
