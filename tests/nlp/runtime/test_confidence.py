from __future__ import annotations

import random

import pytest

from nlp.evaluation.calibration import calibration_error
from nlp.evaluation.platt import fit_probabilities as fit
from nlp.runtime.confidence import PLAIN, stated


def test_overconfidence_is_taken_back() -> None:
    rng = random.Random(1)
    own = [rng.uniform(0.5, 0.99) for _ in range(3000)]
    # What is right follows a flatter curve than the model says.
    right = [rng.random() < stated(p, 0.5, -0.3) for p in own]
    slope, shift = fit(own, right)
    assert (slope, shift) == (pytest.approx(0.5, abs=0.12), pytest.approx(-0.3, abs=0.2))
    assert calibration_error(own, right) > 0.15
    assert calibration_error([stated(p, slope, shift) for p in own], right) < 0.05


def test_what_is_likelier_stays_likelier() -> None:
    rng = random.Random(2)
    own = [rng.random() for _ in range(200)]
    slope, shift = fit(own, [p < 0.5 for p in own])
    assert slope > 0
    assert stated(0.2, slope, shift) < stated(0.9, slope, shift)


def test_too_little_to_fit_leaves_it_as_it_is() -> None:
    assert fit([0.5] * 5, [True, False, True, False, True]) == PLAIN
    assert fit([0.9] * 50, [True] * 50) == PLAIN
    assert stated(0.7, *PLAIN) == pytest.approx(0.7)
    assert 0 < stated(0.0, 1, 0) < stated(1.0, 1, 0) < 1
