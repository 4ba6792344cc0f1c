"""Makes stated probabilities mean what they say: a logistic curve over the model's own, fitted on development data."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

FEWEST = 20  # with fewer judged ones there is nothing to fit
PLAIN = (1.0, 0.0)


def stated(probability: float, slope: float, shift: float) -> float:
    """Return the probability that is stated for a model's own."""
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    logit = slope * math.log(clipped / (1 - clipped)) + shift
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def fit(probabilities: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Return slope and shift under which probabilities explain best what was right.

    After Platt, "Probabilistic outputs for support vector machines" (1999), with his smoothed targets, by Newton's
    method. The slope is never negative: what is likelier stays likelier.
    """
    good = sum(right)
    if len(right) < FEWEST or good in (0, len(right)):
        return PLAIN
    p = np.clip(np.array(probabilities, np.float64), 1e-6, 1 - 1e-6)
    logits = np.stack([np.log(p / (1 - p)), np.ones_like(p)], axis=1)
    high, low = (good + 1) / (good + 2), 1 / (len(right) - good + 2)
    target = np.where(np.array(right), high, low)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        guess = 1 / (1 + np.exp(-np.clip(logits @ weights, -30, 30)))
        gradient = logits.T @ (guess - target)
        curvature = (logits * (guess * (1 - guess))[:, None]).T @ logits + 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        size = float(np.abs(step).max())
        weights -= step * min(1.0, 1.0 / max(size, 1e-12))  # never far at once
        if size < 1e-8:
            break
    return round(max(0.05, float(weights[0])), 4), round(float(weights[1]), 4)
