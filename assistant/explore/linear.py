"""Log-linear models over candidates: hashed features, one weight each."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

SIZE = 1 << 18
"""Places for weights; a power of two."""

Features = dict[str, float]


def hashed(features: Features) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The places and values of features."""
    places = np.fromiter((zlib.crc32(name.encode()) & (SIZE - 1) for name in features), np.int64, len(features))
    return places, np.fromiter(features.values(), np.float32, len(features))


def scores(weights: NDArray[np.float32], candidates: Iterable[Features]) -> NDArray[np.float64]:
    """The log-probability of each candidate among all."""
    raw = np.array([float(weights[places] @ values) for places, values in map(hashed, candidates)], np.float64)
    if raw.size == 0:
        return raw
    raw -= raw.max()
    return cast("NDArray[np.float64]", raw - np.log(np.exp(raw).sum()))


def fit(
    examples: Sequence[tuple[Sequence[Features], Sequence[bool]]],
    *,
    epochs: int = 6,
    rate: float = 0.1,
    decay: float = 1e-6,
    seed: int = 0,
) -> NDArray[np.float32]:
    """Fit weights so that the right candidates of each example are the likely ones (AdaGrad on the log-likelihood).

    Args:
        examples: Candidates, and which of them are right; examples with none right teach nothing.
        epochs: Passes.
        rate: Step size.
        decay: Of the weights, by step.
        seed: Of the order.
    """
    weights, seen = np.zeros(SIZE, np.float32), np.full(SIZE, 1e-6, np.float32)
    made = []
    for candidates, right in examples:
        if any(right) and not all(right):
            parts = [hashed(one) for one in candidates]
            sizes = np.array([len(places) for places, _ in parts])
            made.append(
                (
                    np.concatenate([places for places, _ in parts]),
                    np.concatenate([values for _, values in parts]),
                    np.repeat(np.arange(len(parts)), sizes),
                    np.array(right),
                )
            )
    order = np.random.default_rng(seed)
    for _ in range(epochs):
        for place in order.permutation(len(made)):
            places, values, owner, right = made[place]
            raw = np.bincount(owner, weights[places] * values, len(right))
            chance = np.exp(raw - raw.max())
            chance /= chance.sum()
            wanted = chance * right
            slope = (chance - wanted / max(wanted.sum(), 1e-12))[owner] * values
            unique, inverse = np.unique(places, return_inverse=True)
            step = np.bincount(inverse, slope, len(unique)).astype(np.float32) + decay * weights[unique]
            seen[unique] += step * step
            weights[unique] -= rate * step / np.sqrt(seen[unique])
    return weights
