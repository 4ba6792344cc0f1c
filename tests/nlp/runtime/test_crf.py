"""The field without torch against all paths, counted one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from nlp.runtime.crf import probabilities, spans, viterbi


def field(units: int, labels: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rng = np.random.default_rng(seed)
    tags = 1 + 2 * labels
    moves = rng.normal(size=(tags + 2, tags)).astype(np.float32)
    for inside in range(2, tags, 2):
        barred = [row for row in range(tags + 1) if row not in (inside - 1, inside)]
        moves[barred, inside] = -1e4
    return 2 * rng.normal(size=(units, tags)).astype(np.float32), moves


def paths(emissions: NDArray[np.float32], moves: NDArray[np.float32]) -> dict[tuple[int, ...], float]:
    units, tags = emissions.shape
    found = {}
    for path in itertools.product(range(tags), repeat=units):
        score = moves[tags, path[0]] + sum(emissions[n, tag] for n, tag in enumerate(path))
        score += sum(moves[a, b] for a, b in itertools.pairwise(path)) + moves[tags + 1, path[-1]]
        found[path] = float(score)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_the_best_path_and_the_probability_of_its_spans_are_those_of_all_paths_counted(seed: int) -> None:
    emissions, moves = field(4, 2, seed)
    scores = paths(emissions, moves)
    best = viterbi(emissions, moves)
    assert tuple(best) == max(scores, key=scores.__getitem__)
    total = sum(np.exp(score) for score in scores.values())
    asked = [*spans(best), (0, 1, 0), (2, 3, 1), (1, 1, 1)]
    for span, found in zip(asked, probabilities(emissions, moves, asked), strict=True):
        counted = sum(np.exp(score) for path, score in scores.items() if span in spans(path)) / total
        assert found == pytest.approx(counted, abs=1e-5)


def test_what_tags_say() -> None:
    assert spans([1, 2, 0, 3, 3, 4]) == [(0, 1, 0), (3, 3, 1), (4, 5, 1)]
    assert spans([2, 2, 4]) == [(0, 1, 0), (2, 2, 1)]
    assert spans([]) == []
    assert viterbi(np.zeros((0, 3), np.float32), np.zeros((5, 3), np.float32)) == []
