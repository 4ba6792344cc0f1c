"""What speaks against a pair from outside: that one of its ends goes better with another record.

A record that has one partner at most (and known links say so) makes the score of its best rival telling. Whether that
holds, and on which side, is learned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.matching.features import Matrix
from kg.matching.model import Bools
from kg.matching.table import Indices
from kg.matching.vectors import Floats

SURE = 9.0
"""Log odds of a pair whose label is known; just below what the models can give."""
NAMES = ("first look", "left's best rival", "right's best rival", "ahead of left's rival", "ahead of right's rival")


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs with log odds.

    Attributes:
        left: Positions in the left table.
        right: Positions in the right table.
        scores: Log odds.
    """

    left: Indices
    right: Indices
    scores: Floats

    def knowing(self, left: Indices, right: Indices, labels: Bools) -> Scored:
        """These pairs and those with a label, which overrules what was scored."""
        width = int(max(self.right.max(initial=0), right.max(initial=0))) + 1
        known = np.isin(self.left * width + self.right, left * width + right)
        said = np.where(labels, SURE, -SURE)
        return Scored(
            np.concatenate([self.left[~known], left]),
            np.concatenate([self.right[~known], right]),
            np.concatenate([self.scores[~known], said]),
        )


def rivalry(left: Indices, right: Indices, scores: Floats, others: Scored, *, same: bool = False) -> Matrix:
    """Compare pairs with the best rival of each of their ends.

    Args:
        left: Positions in the left table.
        right: Positions in the right table.
        scores: Log odds of the pairs at first look.
        others: All pairs that may be rivals; the pair itself may be among them, with any score.
        same: Both tables are one.
    """
    mine, yours, said = others.left, others.right, others.scores
    if same:
        mine, yours, said = np.concatenate([mine, yours]), np.concatenate([yours, mine]), np.concatenate([said, said])
    of_left = _best_rival(left, right, mine, yours, said)
    of_right = _best_rival(right, left, yours, mine, said)
    values = np.column_stack([scores, of_left, of_right, scores - of_left, scores - of_right])
    return Matrix(values, tuple(f"rivals: {name}" for name in NAMES))


def all_rivals(left: Indices, right: Indices, others: Scored) -> Floats:
    """The log of the summed odds of all rivals of both ends of each pair; -inf where there is none."""
    odds = np.exp(np.minimum(others.scores, 30.0))
    size = max(int(side.max(initial=0)) for side in (left, others.left)) + 1
    width = max(int(side.max(initial=0)) for side in (right, others.right)) + 1
    of_left, of_right = np.bincount(others.left, odds, size), np.bincount(others.right, odds, width)
    keys = others.left * width + others.right
    order = np.argsort(keys)
    at = np.searchsorted(keys[order], left * width + right)
    at = order[np.minimum(at, len(order) - 1)]
    own = np.where(keys[at] == left * width + right, odds[at], 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(of_left[left] + of_right[right] - 2 * own, 0.0)))


def _best_rival(ends: Indices, partners: Indices, keys: Indices, others: Indices, scores: Floats) -> Floats:
    """The highest score that each end has with another than its partner; `-SURE` where it has none."""
    size = int(max(ends.max(initial=0), keys.max(initial=0))) + 1
    first, second, best = np.full(size, -SURE), np.full(size, -SURE), np.full(size, -1, np.int64)
    order = np.lexsort((-scores, others, keys))  # of one pair said twice the highest score counts
    keys, others, scores = keys[order], others[order], scores[order]
    new = np.r_[True, (keys[1:] != keys[:-1]) | (others[1:] != others[:-1])][: len(keys)]
    keys, others, scores = keys[new], others[new], scores[new]
    order = np.lexsort((others, -scores, keys))
    keys, others, scores = keys[order], others[order], scores[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, np.int64)
    first[keys[starts]], best[keys[starts]] = scores[starts], others[starts]
    after = starts + 1
    after = after[after < len(keys)]
    after = after[~np.isin(after, starts)]
    second[keys[after]] = scores[after]
    return np.where(best[ends] == partners, second[ends], first[ends])
