"""Makes stated probabilities mean what they say: a logistic curve over the model's own (`nlp.evaluation.platt`)."""

from __future__ import annotations

import math

PLAIN = (1.0, 0.0)


def stated(probability: float, slope: float, shift: float) -> float:
    """Return the probability that is stated for a model's own."""
    logit = slope * log_odds(probability) + shift
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def log_odds(probability: float) -> float:
    """Return the logit of a probability, of which 0 and 1 are as far away as a millionth."""
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(clipped / (1 - clipped))
