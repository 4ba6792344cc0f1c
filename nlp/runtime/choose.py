"""From scored spans to entities: all spans of a passage, and which of them stand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Found = tuple[int, int, int, float]  # first unit, last unit, label, probability


def enumerate_spans(count: int, widest: int) -> NDArray[np.int64]:
    """Return (first unit, last unit) of all spans of at most `widest` units of a passage of `count`."""
    firsts = np.repeat(np.arange(count), widest)
    lasts = firsts + np.tile(np.arange(widest), count)
    return np.stack([firsts, lasts], axis=1)[lasts < count].astype(np.int64)


def choose(spans: NDArray[np.int64], probabilities: NDArray[np.float32], threshold: float, nested: bool) -> list[Found]:
    """Keep spans above the threshold, the likeliest first; what is kept excludes what it crosses.

    Args:
        spans: (spans, 2).
        probabilities: (spans, labels).
        threshold: Least probability.
        nested: Whether an entity may lie within another.
    """
    kept: list[Found] = []
    rows, labels = np.nonzero(probabilities >= threshold)
    for order in np.argsort(-probabilities[rows, labels], kind="stable"):
        row, label = int(rows[order]), int(labels[order])
        first, last = int(spans[row, 0]), int(spans[row, 1])
        if all(_apart(first, last, other, nested) for other in kept):
            kept.append((first, last, label, float(probabilities[row, label])))
    return sorted(kept)


def _apart(first: int, last: int, other: Found, nested: bool) -> bool:
    begin, end = other[0], other[1]
    if last < begin or first > end:
        return True
    if not nested or (first, last) == (begin, end):
        return False
    return (first >= begin and last <= end) or (first <= begin and last >= end)


def temper(probability: float, temperature: float) -> float:
    """Divide a probability's logit by a temperature, so that confidence means what it says."""
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    return 1 / (1 + math.exp(-math.log(clipped / (1 - clipped)) / temperature))


def fit_temperature(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    """Return the temperature under which the probabilities explain best what was right (least log loss).

    After Guo and others, "On calibration of modern neural networks" (2017).
    """
    if not probabilities or len(set(right)) < 2:
        return 1.0

    def loss(temperature: float) -> float:
        return -sum(
            math.log(max(1e-9, temper(p, temperature) if good else 1 - temper(p, temperature)))
            for p, good in zip(probabilities, right, strict=True)
        )

    return min((round(0.25 * 1.08**step, 4) for step in range(40)), key=loss)
