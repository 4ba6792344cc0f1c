"""Which pairs of records are compared at all: each record with those that are nearest to it in some view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.errors import InputError
from kg.matching.features import Features, Matrix
from kg.matching.table import Indices

PER_RECORD = 5
"""Nearest records of the other table, in each view, that a record is compared with."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """The pairs that are compared, each once.

    Attributes:
        left: Positions in the left table; in one table, the smaller of the two.
        right: Positions in the right table.
        matrix: Their features.
    """

    left: Indices
    right: Indices
    matrix: Matrix


def block(features: Features, per_record: int = PER_RECORD) -> Blocked:
    """Find the pairs to compare, and compare them.

    Raises:
        InputError: no record is like any other.
    """
    left, right = candidates(features, per_record)
    if not len(left):
        names = f"{features.left.name} is like any of {features.right.name}"
        raise InputError(f"no record of {names}: there is nothing to compare")
    return Blocked(left, right, features.matrix(left, right))


def candidates(features: Features, per_record: int = PER_RECORD) -> tuple[Indices, Indices]:
    """Block: pair every record of either table with the nearest ones of the other.

    Views are the words and letters of the whole record, the letters of the column that names it, and its meaning.

    Args:
        features: What compares the tables.
        per_record: How many a view and record.

    Returns:
        Positions on the left and right, each pair once; in one table, the smaller position is the left one.
    """
    width = len(features.right)
    keys = [np.zeros(0, np.int64)]
    for view in features.views:
        if not view.ranked:
            continue
        toward_right, toward_left = features.neighbours(view)
        mine, yours = toward_right.pairs(per_record)
        keys.append(_keys(mine, yours, width, features.same))
        yours, mine = toward_left.pairs(per_record)
        keys.append(_keys(mine, yours, width, features.same))
    found = np.unique(np.concatenate(keys))
    return found // width, found % width


def _keys(left: Indices, right: Indices, width: int, same: bool) -> Indices:
    if same:
        left, right = np.minimum(left, right), np.maximum(left, right)
    return left * width + right
