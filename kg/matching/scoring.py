"""How good decisions on pairs are, and the threshold at which they are best."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from kg.matching.model import Bools
from kg.matching.vectors import Floats


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1 of the pairs called matches."""

    precision: float
    recall: float
    f1: float

    def as_json(self) -> dict[str, float]:
        """The three figures by name."""
        return asdict(self)


def score(called: Bools, labels: Bools) -> Scores:
    """Score decisions; a figure whose denominator is 0 is 0.

    Args:
        called: Whether each pair was called a match.
        labels: Whether it is one.
    """
    both = int((called & labels).sum())
    precision = both / int(called.sum()) if called.any() else 0.0
    recall = both / int(labels.sum()) if labels.any() else 0.0
    return Scores(precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0)


def best_threshold(scores: Floats, labels: Bools, rounds: int = 50, seed: int = 0) -> float:
    """The threshold with the best F1, as the median over resampled pairs: less at the mercy of a few of them.

    Args:
        scores: Any scores; more is likelier.
        labels: Whether each pair is a match.
        rounds: How often to resample.
        seed: Of the resampling.
    """
    random = np.random.default_rng(seed)
    found = [_best(scores[rows], labels[rows]) for rows in random.integers(0, len(labels), (rounds, len(labels)))]
    return float(np.median(found))


def _best(scores: Floats, labels: Bools) -> float:
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(labels[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + max(hits[-1], 1))
    f1[:-1][np.diff(scores[order]) == 0] = 0  # equal scores are called alike
    at = int(np.argmax(f1))
    after = scores[order[at + 1]] if at + 1 < len(order) else scores[order[at]] - 1
    return float((scores[order[at]] + after) / 2)
