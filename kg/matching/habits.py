"""Values that go together: two spellings of one venue, city or kind, found without labels."""

from __future__ import annotations

from collections import Counter

import numpy as np

from kg.matching.columns import Column
from kg.matching.compare import plain
from kg.matching.table import Indices
from kg.matching.vectors import Floats

_MOST = 300  # different values of a column of which pairs are counted
_REPEATED = 3.0  # records a value


class Habits:
    """How much more often two values of a column meet in pairs that are each other's nearest than by chance.

    Args:
        column: The column.
        sure: Pairs of records that are likely the same.
    """

    def __init__(self, column: Column, sure: tuple[Indices, Indices]) -> None:
        self.name = column.name
        self._left = [plain(cell) for cell in column.left_cells]
        self._right = [plain(cell) for cell in column.right_cells]
        pairs = [(self._left[a], self._right[b]) for a, b in zip(*sure, strict=True)]
        met = Counter(pair for pair in pairs if all(pair))
        total = max(sum(met.values()), 1)
        mine, yours = Counter[str](), Counter[str]()
        for (a, b), count in met.items():
            mine[a] += count
            yours[b] += count
        self._lift = {}
        for a in mine:
            for b in yours:
                chance = mine[a] * yours[b] / total
                self._lift[a, b] = float(np.log((met[a, b] + 1.0) / (chance + 1.0)))

    @staticmethod
    def has(column: Column) -> bool:
        """Whether a column has few enough values, often enough repeated."""
        for cells in (column.left_cells, column.right_cells):
            filled = [cell for cell in cells if cell]
            different = len(set(filled))
            if not 1 < different <= _MOST or len(filled) < _REPEATED * different:
                return False
        return True

    def of(self, left: Indices, right: Indices) -> Floats:
        """Pointwise mutual information of each pair's values, smoothed by one; NaN where one was never met."""
        return np.array(
            [self._lift.get((self._left[a], self._right[b]), np.nan) for a, b in zip(left, right, strict=True)]
        )
