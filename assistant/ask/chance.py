"""How likely the form is meant that is likest to a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Chance:
    """A logistic curve over two signs: the cosine, and its lead over the next form that means something else.

    Attributes:
        offset, steep, lead: Its coefficients; kept in the encoder's config.json as `chance`.
    """

    offset: float = -4.5
    steep: float = 10.0
    lead: float = 18.0

    def odds(self, cosine: float, lead: float) -> float:
        """The log-odds; a negative lead is that of a form which another one goes before."""
        return self.offset + self.steep * cosine + self.lead * lead

    @classmethod
    def fitted(cls, signs: Sequence[tuple[float, float]], right: Sequence[bool]) -> Chance:
        """Fit the curve.

        Args:
            signs: Cosine and lead of the likest form of each question.
            right: Whether it was meant.

        Returns:
            The maximum likelihood under a small ridge penalty, by Newton's method; the curve as it ships where all
            were right or all wrong.
        """
        if len(set(right)) < 2:
            return cls()
        features = np.array([(1.0, cosine, lead) for cosine, lead in signs])
        truth = np.array(right, float)
        weights = np.zeros(3)
        for _ in range(50):
            chances = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
            slope = features.T @ (chances - truth) + RIDGE * weights
            bend = (features.T * (chances * (1 - chances))) @ features + RIDGE * np.eye(3)
            change = np.linalg.solve(bend, slope)
            weights -= change
            if np.abs(change).max() < 1e-8:
                break
        offset, steep, lead = (float(weight) for weight in weights)
        return cls(offset, max(steep, 0.0), max(lead, 0.0))
