"""Why a pair is called a match or not: what each feature adds to its log odds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.matching.features import Matrix
from kg.matching.model import expit
from kg.matching.protocol import Model

_ROUNDS = 40  # orders in which features are put in


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature adds.

    Attributes:
        feature: Its name.
        value: Its value for the pair; None where a cell is blank.
        log_odds: What it adds to the log odds.
    """

    feature: str
    value: float | None
    log_odds: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision taken apart; `base` and all contributions sum to the log odds.

    Attributes:
        probability: That the two are the same.
        threshold: From which on they are called so.
        base: Log odds of an ordinary pair.
        contributions: The weightiest first.
    """

    probability: float
    threshold: float
    base: float
    contributions: tuple[Contribution, ...]

    @property
    def match(self) -> bool:
        """Whether the pair is called a match."""
        return self.probability >= self.threshold


def explain(model: Model, seen: Matrix, seed: int = 0) -> Explanation:
    """Take the decision on one pair apart by Shapley values.

    They are sampled: in random orders, the features of an ordinary pair are replaced one by one by those of this one
    (Strumbelj and Kononenko 2014). For a model that is a sum they are exact.

    Args:
        model: What decides.
        seen: The pair's features, one row.
        seed: Of the orders.
    """
    background = model.background()
    random = np.random.default_rng(seed)
    row, width = seen.values[0], seen.values.shape[1]
    total, base = np.zeros(width), 0.0
    for turn in range(_ROUNDS):
        start = background[turn % len(background)]
        order = random.permutation(width)
        steps = np.tile(start, (width + 1, 1))
        for position, feature in enumerate(order, 1):
            steps[position:, feature] = row[feature]
        found = model.log_odds(steps)
        total[order] += np.diff(found)
        base += float(found[0])
    contributions = [
        Contribution(name, None if np.isnan(value) else float(value), float(added))
        for name, value, added in zip(seen.names, row, total / _ROUNDS, strict=True)
    ]
    contributions.sort(key=lambda one: (-abs(one.log_odds), one.feature))
    probability = float(expit(model.log_odds(seen.values))[0])
    return Explanation(probability, model.threshold, base / _ROUNDS, tuple(contributions))
