from __future__ import annotations

import numpy as np
import pytest

from nlp.runtime.choose import choose, enumerate_spans, fit_temperature, temper


def test_all_spans_up_to_a_width() -> None:
    assert enumerate_spans(3, 2).tolist() == [[0, 0], [0, 1], [1, 1], [1, 2], [2, 2]]
    assert enumerate_spans(1, 5).tolist() == [[0, 0]]


def test_the_likeliest_span_excludes_what_it_crosses() -> None:
    spans = np.array([[0, 2], [1, 1], [2, 4], [5, 5]])
    scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.0], [0.4, 0.3]], np.float32)
    flat = choose(spans, scores, 0.5, nested=False)
    assert [found[:3] for found in flat] == [(0, 2, 0)]
    nested = choose(spans, scores, 0.5, nested=True)
    assert [found[:3] for found in nested] == [(0, 2, 0), (1, 1, 1)]
    assert choose(spans, scores, 0.95, nested=True) == []


def test_a_span_has_one_label() -> None:
    found = choose(np.array([[0, 0]]), np.array([[0.6, 0.7]], np.float32), 0.5, nested=True)
    assert [one[2] for one in found] == [1]


def test_overconfident_scores_are_tempered_until_they_say_what_is_right() -> None:
    scores = [0.99] * 100
    right = [n % 10 < 7 for n in range(100)]
    temperature = fit_temperature(scores, right)
    assert temper(0.99, temperature) == pytest.approx(0.7, abs=0.03)
    assert fit_temperature([0.9, 0.8], [True, True]) == 1.0  # nothing to learn from
    assert temper(0.3, 1.0) == pytest.approx(0.3)
