"""How far stated probabilities lie from what turns out to be right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BINS = 10


def calibration_error(stated: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float:
    """Return the expected calibration error: how far confidence is from accuracy, in bins of equal width.

    Source: Naeini et al. 2015; Guo et al. 2017, On Calibration of Modern Neural Networks.
    """
    if not stated:
        return 0.0
    sure, truth = np.asarray(stated, np.float64), np.asarray(right, np.float64)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(float((truth[place == b] - sure[place == b]).sum())) for b in range(bins)]
    return sum(gaps) / len(sure)
