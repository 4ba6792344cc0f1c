from __future__ import annotations

import pytest

from nlp.data.example import Entity, Example
from nlp.evaluation.calibration import calibration_error
from nlp.evaluation.spans import score


def example(*entities: tuple[int, int, str], annotated: frozenset[str] | None = None, sure: float = 1.0) -> Example:
    made = tuple(Entity(f"e{n}", start, end, label, sure) for n, (start, end, label) in enumerate(entities))
    return Example("1", "x" * 60, made, annotated=annotated)


def test_an_entity_is_right_where_boundaries_and_label_are() -> None:
    # The example of seqeval's README: MISC one word short, PER right. Micro .5, macro .5.
    gold = [example((9, 18, "MISC")), example((0, 5, "PER"))]
    found = [example((6, 18, "MISC")), example((0, 5, "PER"))]
    scores = score(gold, found)
    assert (scores.precision, scores.recall, scores.f1, scores.macro_f1, scores.accuracy) == (0.5, 0.5, 0.5, 0.5, 0.5)
    assert scores.by_label["MISC"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1.0}
    assert scores.by_label["PER"]["f1"] == 1.0


def test_counts_by_hand() -> None:
    gold = [example((0, 5, "PER"), (6, 9, "ORG"), (10, 12, "LOC")), example((0, 3, "LOC"))]
    found = [example((0, 5, "PER"), (6, 9, "LOC"), (13, 15, "LOC")), example()]
    scores = score(gold, found)
    assert scores.precision == pytest.approx(1 / 3)
    assert scores.recall == pytest.approx(1 / 4)
    assert scores.f1 == pytest.approx(2 / 7)
    assert scores.support == 4
    assert scores.macro_f1 == pytest.approx(1 / 3)
    assert scores.extra["boundary_f1"] == pytest.approx(2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4))


def test_what_a_text_is_not_annotated_for_does_not_count() -> None:
    gold = [example((0, 5, "PER"), annotated=frozenset({"PER"}))]
    scores = score(gold, [example((0, 5, "PER"), (6, 9, "ORG"))])
    assert scores.f1 == 1.0
    assert "ORG" not in scores.by_label


def test_nothing_found_and_nothing_to_find() -> None:
    assert score([example()], [example()]).f1 == 0.0
    assert score([example()], [example()]).accuracy == 1.0
    assert score([], []).support == 0


def test_calibration_is_how_far_stated_probabilities_lie_from_what_is_right() -> None:
    assert calibration_error([0.95] * 10, [True] * 8 + [False] * 2) == pytest.approx(0.15)
    assert calibration_error([0.95, 0.95, 0.15, 0.15], [True, True, False, False]) == pytest.approx(0.1)
    assert calibration_error([], []) == 0.0
    gold, found = [example((0, 5, "PER"))], [example((0, 5, "PER"), sure=0.75)]
    assert score(gold, found).extra["ece"] == pytest.approx(0.25)
