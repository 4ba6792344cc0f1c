"""Coreference: published and hand-computed cases."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from nlp.data.example import Entity, Example
from nlp.evaluation import clusters
from nlp.evaluation.assignment import assign


def document(*groups: str) -> Example:
    """A document with a mention a letter, at its place in the alphabet."""
    names = sorted({name for group in groups for name in group} | set("abcdefg"))
    entities = tuple(Entity(name, ord(name), ord(name) + 1, "T") for name in names)
    return Example("d", "", entities, clusters=tuple(tuple(group) for group in groups))


def rates(metric: str, gold: Example, found: Example) -> tuple[float, float]:
    counts = clusters.METRICS[metric](clusters.clusters(gold), clusters.clusters(found))
    return counts[0] / counts[1], counts[2] / counts[3]


# Gold {a b c} {d e f g}; found {a b} {c d} {f g h i} is the example of Pradhan et al. (2014), section 4.
GOLD = document("abc", "defg")
FOUND = document("ab", "cd", "fghi")


def test_the_published_example() -> None:
    assert rates("muc", GOLD, FOUND) == pytest.approx((0.40, 0.40))
    assert rates("b_cubed", GOLD, FOUND) == pytest.approx((0.50, 0.4167), abs=1e-3)
    assert rates("ceaf_e", GOLD, FOUND) == pytest.approx((0.43, 0.65), abs=0.005)


def test_one_wrong_link_by_hand() -> None:
    # Gold {a b} {c d}, all in one: MUC 2/3 and 2/2; B-cubed 4 * 1/2 / 4 and 1; CEAF-e: Dice 4/6 of one cluster.
    gold, found = document("ab", "cd"), document("abcd")
    assert rates("muc", gold, found) == pytest.approx((2 / 3, 1.0))
    assert rates("b_cubed", gold, found) == pytest.approx((0.5, 1.0))
    assert rates("ceaf_e", gold, found) == pytest.approx((2 / 3, 1 / 3))
    scores = clusters.score([gold], [found])
    assert scores.f1 == pytest.approx((0.8 + 2 / 3 + 4 / 9) / 3)
    assert scores.accuracy == 0.0


def test_what_is_right_is_right_and_nothing_is_nothing() -> None:
    assert clusters.score([GOLD, FOUND], [GOLD, FOUND]).f1 == 1.0
    nothing = clusters.score([GOLD], [document()])
    assert nothing.f1 == nothing.precision == 0.0
    assert clusters.score([document()], [document()]).accuracy == 1.0


def test_mentions_that_stand_alone_count_in_one_figure_only() -> None:
    scores = clusters.score([document("ab")], [document("ab", "c", "d")])
    assert scores.f1 == scores.extra["with_singletons"] == 1.0
    wrong = clusters.score([document("ab")], [document()])
    assert wrong.f1 == 0.0
    assert wrong.extra["with_singletons"] > 0.4


@pytest.mark.parametrize("shape", [(1, 1), (2, 4), (4, 2), (5, 5), (6, 3)])
def test_the_assignment_is_the_best_of_all(shape: tuple[int, int]) -> None:
    for seed in range(20):
        gains = np.random.default_rng(seed).random(shape).round(1)
        few, many = sorted(shape)
        wide = gains if shape[0] <= shape[1] else gains.T
        best = max(
            sum(wide[row, column] for row, column in enumerate(order)) for order in permutations(range(many), few)
        )
        pairs = assign(gains)
        assert len(pairs) == few == len({row for row, _ in pairs}) == len({column for _, column in pairs})
        assert sum(gains[row, column] for row, column in pairs) == pytest.approx(best)
