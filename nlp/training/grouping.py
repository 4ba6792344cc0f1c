"""Batches of samples of similar length, so that little is computed on padding."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

POOL = 20  # batches that are sorted together


def grouped(samples: Sequence[Any], size: int, rng: random.Random) -> list[list[Any]]:
    """Cut samples into batches of similar length, in random order.

    Args:
        samples: `len(sample)` is what a sample costs.
        size: Samples of a batch.
        rng: What comes depends on it and the samples alone.
    """
    shuffled = list(samples)
    rng.shuffle(shuffled)
    batches = []
    for begin in range(0, len(shuffled), size * POOL):
        near = sorted(shuffled[begin : begin + size * POOL], key=len)
        batches += [near[at : at + size] for at in range(0, len(near), size)]
    rng.shuffle(batches)
    return batches
