"""Beam search over networks whose probabilities are written down."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from nlp.runtime.search import Rules, log_softmax, search

BEGIN, END = 0, 1


def table(written: NDArray[np.int64], source: NDArray[np.int64]) -> NDArray[np.float32]:
    """Greedy takes 2 first (.5), after which all is unlikely; 3 (.4) then leads to a certain end."""
    chances = {
        (BEGIN,): [0, 0.1, 0.5, 0.4, 0],
        (BEGIN, 2): [0, 0.3, 0.3, 0.2, 0.2],
        (BEGIN, 3): [0, 1.0, 0, 0, 0],
    }
    rows = [chances.get(tuple(row), [0, 1.0, 0, 0, 0]) for row in written.tolist()]
    return np.log(np.array(rows, np.float32) + 1e-9)


def test_a_beam_finds_what_greed_misses() -> None:
    assert search(table, 1, Rules(BEGIN, END, 1, 5, 0.0)) == [[2]]
    assert search(table, 1, Rules(BEGIN, END, 2, 5, 0.0)) == [[3]]


def test_wide_beams_find_the_likeliest_of_all() -> None:
    weights = np.random.default_rng(3).normal(size=(2, 64, 5)).astype(np.float32) * 2

    def step(written: NDArray[np.int64], source: NDArray[np.int64]) -> NDArray[np.float32]:
        keys = [hash(tuple(row)) % 64 for row in written.tolist()]
        return np.stack([weights[n, key] for n, key in zip(source.tolist(), keys, strict=True)])

    def likely(source: int, pieces: tuple[int, ...]) -> float:
        total, written = 0.0, [BEGIN]
        for piece in pieces:
            logits = step(np.array([written]), np.array([source]))
            total += float(log_softmax(logits)[0, piece])
            written.append(piece)
        return total

    every = [(*middle, END) for size in range(3) for middle in product((0, 2, 3, 4), repeat=size)]
    found = search(step, 2, Rules(BEGIN, END, 200, 3, 0.0))
    for source in (0, 1):
        assert tuple(found[source]) == max(every, key=lambda pieces: likely(source, pieces))[:-1]
    # Sources searched together are written as each alone is.
    assert search(lambda w, s: step(w, s + 1), 1, Rules(BEGIN, END, 200, 3, 0.0))[0] == found[1]


def test_length_runs_out_and_nothing_comes_twice() -> None:
    def loop(written: NDArray[np.int64], source: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.log(np.tile(np.array([[1e-9, 0.01, 0.6, 0.3, 0.09]], np.float32), (len(written), 1)))

    assert search(loop, 1, Rules(BEGIN, END, 1, 4, 0.0)) == [[2, 2, 2, 2]]
    (found,) = search(loop, 1, Rules(BEGIN, END, 1, 8, 0.0, no_repeat=2))
    runs = [*pairwise(found)]
    assert len(runs) == len(set(runs))
    assert search(loop, 1, Rules(BEGIN, END, 1, 3, 0.0, first=4)) == [[4, 2, 2]]
