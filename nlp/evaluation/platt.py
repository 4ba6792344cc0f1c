"""Probabilities out of margins, fitted on development data (Platt 1999, with the targets of Lin et al. 2007)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlp.runtime.confidence import PLAIN, log_odds

FEWEST = 20  # with fewer judged ones there is nothing to fit
FLATTEST = 0.05  # what is surer stays surer


def fit_probabilities(probabilities: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Fit what `nlp.runtime.confidence.stated` takes: the curve over a model's own probabilities."""
    return fit([log_odds(probability) for probability in probabilities], right)


def fit(margins: Sequence[float], right: Sequence[bool], steps: int = 50) -> tuple[float, float]:
    """Fit the probability of being right, sigmoid(slope * margin + offset).

    Args:
        margins: The more, the surer.
        right: Whether each was right.
        steps: At most, of Newton's method.

    Returns:
        Slope and offset, rounded; (1, 0) where there is too little to fit.
    """
    if len(margins) < FEWEST or len(set(right)) < 2:
        return PLAIN
    x = np.stack([np.asarray(margins, np.float64), np.ones(len(margins))], axis=1)
    good = np.asarray(right, bool)
    # Targets a little inside of 0 and 1, so that separable data do not send the slope to infinity.
    target = np.where(good, (good.sum() + 1) / (good.sum() + 2), 1 / ((~good).sum() + 2))
    scale = float(np.abs(x[:, 0]).mean()) or 1.0
    x[:, 0] /= scale
    weights = np.zeros(2)
    for _ in range(steps):
        p = probability(x @ weights)
        gradient = x.T @ (p - target) + 1e-3 * weights
        curvature = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        weights -= np.clip(step, -5, 5)
        if float(np.abs(step).max()) < 1e-8:
            break
    return round(max(FLATTEST, float(weights[0] / scale)), 4), round(float(weights[1]), 4)


def probability(
    logits: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the sigmoid, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)))
