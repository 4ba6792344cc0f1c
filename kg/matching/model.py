"""The model of a pair: boosted trees, randomised trees and a logistic regression, whose log odds are averaged."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError
from kg.matching.vectors import Floats

_FLOOR = 1e-4  # no single model is surer than this
Bools = NDArray[np.bool_]


class Ensemble:
    """Models of kinds that err differently.

    Args:
        seed: Of the randomised ones.
        quick: Without the randomised trees, which take most of the time.
    """

    def __init__(self, seed: int = 0, *, quick: bool = False) -> None:
        from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        boosted = HistGradientBoostingClassifier(
            max_iter=120,
            learning_rate=0.08,
            max_leaf_nodes=15,
            min_samples_leaf=15,
            l2_regularization=1.0,
            max_features=0.3,
            early_stopping=False,
            random_state=seed,
        )
        randomised = make_pipeline(
            SimpleImputer(strategy="constant", fill_value=-1.0, keep_empty_features=True),
            ExtraTreesClassifier(100, min_samples_leaf=2, max_features=0.3, random_state=seed),
        )
        linear = make_pipeline(
            SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
            StandardScaler(),
            LogisticRegression(C=0.3, max_iter=500),
        )
        self._telling: Bools = np.zeros(0, bool)  # features that are not the same for all
        self._members: tuple[Any, ...] = (boosted, linear) if quick else (boosted, randomised, linear)

    def fit(self, values: Floats, labels: Bools) -> Ensemble:
        """Learn from the features of labelled pairs.

        Args:
            values: Shape (pairs, features).
            labels: Whether each pair is a match; some must be, some must not.

        Raises:
            InputError: no feature tells any two of them apart.
        """
        from threadpoolctl import threadpool_limits

        self._telling = np.array([len(np.unique(column[~np.isnan(column)])) > 1 for column in values.T])
        if not self._telling.any():
            raise InputError("all labelled pairs look the same: there is nothing to learn from")
        with threadpool_limits(1):  # so few rows are no work for several threads
            for member in self._members:
                member.fit(values[:, self._telling], labels)
        return self

    def log_odds(self, values: Floats) -> Floats:
        """The mean of the members' log odds that pairs are matches."""
        if not len(values):
            return np.zeros(0)
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            said = [logit(member.predict_proba(values[:, self._telling])[:, 1]) for member in self._members]
        return np.asarray(np.mean(said, axis=0))


def logit(probabilities: Floats) -> Floats:
    """Log odds, clipped so that no probability is 0 or 1."""
    clipped = np.clip(probabilities, _FLOOR, 1 - _FLOOR)
    return np.asarray(np.log(clipped / (1 - clipped)))


def expit(log_odds: Floats) -> Floats:
    """Probabilities of log odds."""
    return np.asarray(1 / (1 + np.exp(-log_odds)))
