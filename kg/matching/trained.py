"""Learns from labelled pairs which records are the same: a first look, then a second that knows each pair's rivals."""

from __future__ import annotations

import numpy as np

from kg.errors import InputError
from kg.matching.blocking import Blocked
from kg.matching.features import Features, Matrix
from kg.matching.model import Bools, Ensemble, expit
from kg.matching.rivals import Scored, rivalry
from kg.matching.scoring import best_threshold
from kg.matching.table import Indices, Pairs
from kg.matching.vectors import Floats

FOLDS = 5
FEWEST = 5  # labelled matches, and labelled others, that there must be


class Trained:
    """A model fitted to the labelled pairs of two tables.

    Out-of-fold predictions stand in for unseen pairs wherever the second look, the calibration or the threshold learn:
    in each fold the labels of the others are the links that are known.

    Args:
        features: What compares the tables.
        blocked: The pairs that blocking found: any of them may be a rival.
        pairs: Labelled pairs.
        seed: Of everything random.

    Raises:
        InputError: too few pairs are labelled, or all alike.
    """

    def __init__(self, features: Features, blocked: Blocked, pairs: Pairs, seed: int = 0) -> None:
        if pairs.labels is None:
            raise InputError("pairs without labels cannot be learned from")
        matches = int(pairs.labels.sum())
        if min(matches, len(pairs) - matches) < FEWEST:
            have = f"there are {matches} and {len(pairs) - matches}"
            raise InputError(f"training needs {FEWEST} matches and {FEWEST} others at least; {have}")
        self._features, self._blocked, self._pairs = features, blocked, pairs
        labels = pairs.labels
        first = features.matrix(pairs.left, pairs.right)
        folds = _folds(labels, seed)
        second = self._second_looks(first, folds, labels, seed)
        held_out = np.zeros(len(pairs))
        for fold in np.unique(folds):
            known, held = folds != fold, folds == fold
            model = Ensemble(seed).fit(second.values[known], labels[known])
            held_out[held] = model.log_odds(second.values[held])
        self._calibration = calibrate(held_out, labels)
        self.threshold = float(expit(self._calibrated(np.array([best_threshold(held_out, labels)])))[0])
        self.held_out = expit(self._calibrated(held_out))
        self._first = Ensemble(seed, quick=True).fit(first.values, labels)
        self._second = Ensemble(seed).fit(second.values, labels)
        self._background = _ordinary(second.values, labels, seed)
        scored = Scored(blocked.left, blocked.right, self._first.log_odds(blocked.matrix.values))
        self._rivals = scored.knowing(pairs.left, pairs.right, labels)

    def _second_looks(self, first: Matrix, folds: Indices, labels: Bools, seed: int) -> Matrix:
        """The features of the labelled pairs with those of their rivals, as a model without their fold sees them."""
        pairs, blocked = self._pairs, self._blocked
        parts: list[Matrix] = []
        for fold in np.unique(folds):
            known, held = folds != fold, folds == fold
            model = Ensemble(seed, quick=True).fit(first.values[known], labels[known])
            scored = Scored(blocked.left, blocked.right, model.log_odds(blocked.matrix.values))
            rivals = scored.knowing(pairs.left[known], pairs.right[known], labels[known])
            scores = model.log_odds(first.values[held])
            parts.append(rivalry(pairs.left[held], pairs.right[held], scores, rivals, same=self._features.same))
        values = np.zeros((len(pairs), len(parts[0].names)))
        for fold, part in zip(np.unique(folds), parts, strict=True):
            values[folds == fold] = part.values
        return first.beside(Matrix(values, parts[0].names))

    def _calibrated(self, log_odds: Floats) -> Floats:
        slope, shift = self._calibration
        return slope * log_odds + shift

    def look(self, left: Indices, right: Indices, first: Matrix | None = None) -> Matrix:
        """All features of pairs, those of their rivals too.

        Args:
            left: Positions in the left table.
            right: Positions in the right table.
            first: Their features without the rivals', where they are there already.
        """
        first = first or self._features.matrix(left, right)
        scores = self._first.log_odds(first.values)
        return first.beside(rivalry(left, right, scores, self._rivals, same=self._features.same))

    def background(self) -> Floats:
        """Labelled pairs, drawn at random, half of them matches: a pair of which nothing is known yet."""
        return self._background

    def log_odds(self, values: Floats) -> Floats:
        """Calibrated log odds of pairs with these features."""
        return self._calibrated(self._second.log_odds(values))


def calibrate(log_odds: Floats, labels: Bools) -> tuple[float, float]:
    """Fit slope and shift so that log odds mean what they say (Platt 1999); the slope is not negative."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e3).fit(log_odds[:, None], labels)
    return max(float(fitted.coef_[0, 0]), 1e-3), float(fitted.intercept_[0])


def _folds(labels: Bools, seed: int) -> Indices:
    """A fold for each pair, matches spread evenly."""
    random = np.random.default_rng(seed)
    folds = np.zeros(len(labels), np.int64)
    for label in (True, False):
        rows = random.permutation(np.flatnonzero(labels == label))
        folds[rows] = np.arange(len(rows)) % FOLDS
    return folds


def _ordinary(values: Floats, labels: Bools, seed: int, each: int = 20) -> Floats:
    random = np.random.default_rng(seed)
    drawn = [random.choice(np.flatnonzero(labels == label), each) for label in (True, False)]
    return np.asarray(values[np.column_stack(drawn).ravel()])
