from __future__ import annotations

import numpy as np
import pytest

from kg.matching.rivals import SURE, Scored, all_rivals, rivalry


def column(name: str, matrix: object) -> list[float]:
    return matrix.values[:, matrix.names.index(f"rivals: {name}")].tolist()  # type: ignore[attr-defined]


def test_the_best_rival_is_another_pair_of_the_same_record() -> None:
    others = Scored(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([2.0, 1.0, 3.0]))
    found = rivalry(np.array([0, 0, 2]), np.array([0, 1, 5]), np.array([2.0, 1.0, 0.0]), others)
    assert column("left's best rival", found) == [1.0, 2.0, -SURE]
    assert column("right's best rival", found) == [-SURE, 3.0, -SURE]


def test_a_known_link_overrules_and_a_pairs_own_label_is_not_its_rival() -> None:
    others = Scored(np.array([0, 0]), np.array([0, 1]), np.array([2.0, 1.0]))
    knowing = others.knowing(np.array([0]), np.array([1]), np.array([True]))
    found = rivalry(np.array([0, 0]), np.array([0, 1]), np.array([2.0, 1.0]), knowing)
    assert column("left's best rival", found) == [SURE, 2.0]


def test_in_one_table_a_rival_may_stand_on_either_side() -> None:
    others = Scored(np.array([0, 1]), np.array([1, 2]), np.array([2.0, 1.0]))
    found = rivalry(np.array([0]), np.array([1]), np.array([2.0]), others, same=True)
    assert column("right's best rival", found) == [1.0]


def test_the_odds_of_all_rivals_are_summed() -> None:
    others = Scored(np.array([0, 0, 1]), np.array([0, 1, 1]), np.log([2.0, 3.0, 5.0]))
    found = all_rivals(np.array([0, 0, 1, 7]), np.array([0, 1, 0, 7]), others)
    assert np.exp(found) == pytest.approx([3, 7, 7, 0])
