from __future__ import annotations

import numpy as np
import pytest

from kg.matching.scoring import best_threshold, score


def test_scores_count_pairs() -> None:
    found = score(np.array([True, True, False, False]), np.array([True, False, True, False]))
    assert found.as_json() == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert score(np.array([False]), np.array([True])).as_json() == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def test_the_threshold_lies_where_f1_is_best() -> None:
    chance = np.random.default_rng(3)
    labels = chance.random(2000) < 0.2
    scores = np.where(labels, chance.normal(2, 1, 2000), chance.normal(-2, 1, 2000))
    best = max(score(scores >= border, labels).f1 for border in np.linspace(-3, 3, 200))
    assert score(scores >= best_threshold(scores, labels), labels).f1 == pytest.approx(best, abs=0.01)


def test_equal_scores_are_called_alike() -> None:
    scores, labels = np.array([1.0, 1.0, 1.0, 0.0] * 10), np.array([True, True, False, False] * 10)
    assert 0 < best_threshold(scores, labels) < 1
