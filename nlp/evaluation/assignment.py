"""The best one-to-one assignment (Kuhn 1955), by shortest augmenting paths (Jonker and Volgenant 1987)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def assign(gains: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pair rows with columns so that the sum of what they gain is the greatest.

    Args:
        gains: (rows, columns); each row and column is used once at most.

    Returns:
        Pairs (row, column), as many as the shorter side has.
    """
    rows, columns = gains.shape
    if rows > columns:
        return sorted((row, column) for column, row in assign(gains.T))
    costs = -gains
    row_price, column_price = np.zeros(rows + 1), np.zeros(columns + 1)
    taken = np.zeros(columns + 1, np.int64)  # which row has a column, from 1; 0: none. Column 0 is a start of paths
    for row in range(1, rows + 1):
        taken[0] = row
        best = np.full(columns + 1, np.inf)
        before = np.zeros(columns + 1, np.int64)
        done = np.zeros(columns + 1, bool)
        column = 0
        while taken[column]:
            done[column] = True
            current = taken[column]
            open_ = np.flatnonzero(~done)
            reduced = costs[current - 1, open_ - 1] - row_price[current] - column_price[open_]
            better = reduced < best[open_]
            best[open_[better]], before[open_[better]] = reduced[better], column
            following = open_[int(best[open_].argmin())]
            step = best[following]
            row_price[taken[done]] += step
            column_price[done] -= step
            best[~done] -= step
            column = int(following)
        while column:
            taken[column] = taken[before[column]]
            column = int(before[column])
    return sorted((int(taken[column]) - 1, column - 1) for column in range(1, columns + 1) if taken[column])
