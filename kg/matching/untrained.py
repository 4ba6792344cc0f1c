"""Links records that nobody labelled: the model of Fellegi and Sunter (1969), its weights found by EM.

Every column is one comparison with a few levels of agreement. A level's weight is the log of how much more often it
occurs among matches than among others; both shares are those under which the blocked pairs are likeliest (Winkler
1988). How a pair stands among its neighbours is one more comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kg.matching.blocking import Blocked
from kg.matching.columns import Column, Kind
from kg.matching.features import Features, Matrix
from kg.matching.model import expit
from kg.matching.rivals import Scored, all_rivals
from kg.matching.table import Indices
from kg.matching.vectors import Floats

_ROUNDS = 200
_BLANK = -1


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: its name and the words for its levels, least agreement first."""

    name: str
    levels: tuple[str, ...]


class Untrained:
    """A model fitted to pairs without labels.

    Args:
        features: What compares the tables.
        blocked: The pairs that blocking found.
        many: A record may have several partners in the other table. Where it may not, a pair's odds are those against
            all its rivals; in one table every record may have several.
    """

    def __init__(self, features: Features, blocked: Blocked, *, many: bool = False) -> None:
        self._features = features
        self._rivals: Scored | None = None
        shared = blocked.matrix.values[:, blocked.matrix.names.index("record: codes shared")]
        self._coded = bool((shared > 0).any())  # model numbers are among what the tables say
        self._common = {column.name: _common(column) for column in features.columns}
        self.threshold = 0.5
        rows = list(self._levels(blocked.matrix, blocked.left))
        self.comparisons = [comparison for comparison, _ in rows]
        levels = np.column_stack([found for _, found in rows])
        self.weights, self.prior = _expectation_maximisation(levels, [len(one.levels) for one in self.comparisons])
        if not many and not features.same:
            seen = self.look(blocked.left, blocked.right, blocked.matrix)
            self._rivals = Scored(blocked.left, blocked.right, self.log_odds(seen.values))

    def look(self, left: Indices, right: Indices, first: Matrix | None = None) -> Matrix:
        """The weight of each comparison for pairs; they sum to the log odds, less the prior."""
        first = first or self._features.matrix(left, right)
        levels = [found for _, found in self._levels(first, left)]
        values = np.column_stack([weights[found] for weights, found in zip(self.weights, levels, strict=True)])
        seen = Matrix(values, tuple(one.name for one in self.comparisons))
        if self._rivals is None:
            return seen
        against = -np.logaddexp(0.0, all_rivals(left, right, self._rivals))
        return seen.beside(Matrix(against[:, None], ("rivals",)))

    def background(self) -> Floats:
        """A pair of which nothing is known: no weight anywhere."""
        return np.zeros((1, len(self.comparisons) + (self._rivals is not None)))

    def log_odds(self, values: Floats) -> Floats:
        """Log odds of pairs with these weights."""
        return np.asarray(values.sum(axis=1) + self.prior)

    def _levels(self, matrix: Matrix, left: Indices) -> Iterator[tuple[Comparison, Indices]]:
        at = {name: matrix.values[:, position] for position, name in enumerate(matrix.names)}
        for column in self._features.columns:
            yield self._column(column, at, left)
        if self._coded:
            found, written = at["record: codes shared"] > 0, at["record: code written in the other"] > 0
            apart = at["record: codes apart"] > 0
            levels = np.where(found, 2, np.where(written, 1, np.where(apart, 0, _BLANK)))
            yield Comparison("codes", ("apart", "written with gaps", "shared")), levels
        ranks = [
            at[f"record: letters: rank among {side}"] + at.get(f"record: words: rank among {side}", 0)
            for side in ("left's", "right's")
        ]
        best = [rank == 0 for rank in ranks]
        levels = np.where(best[0] & best[1], 2, np.where(best[0] | best[1], 1, 0))
        yield Comparison("neighbours", ("others are nearer", "nearest to one", "nearest to each other")), levels

    def _column(self, column: Column, at: dict[str, Floats], left: Indices) -> tuple[Comparison, Indices]:
        name = column.name
        if column.kind is Kind.TEXT:
            return _graded(name, at[f"{name}: words, cosine"], (0.15, 0.3, 0.5, 0.8))
        equal = at[f"{name}: equal"]
        if column.kind is Kind.NUMBER:
            comparison, levels = _graded(name, at[f"{name}: ratio"], (0.8, 0.95))
        elif column.kind is Kind.CODE:
            comparison, levels = _graded(name, at[f"{name}: signs"], (0.6, 0.84))
        elif column.kind is Kind.DATE:
            comparison, levels = _graded(name, at[f"{name}: signs"], (0.5, 0.74, 0.86))
        else:
            soft = (at[f"{name}: words of left found"] + at[f"{name}: words of right found"]) / 2
            spelling = np.fmax(at[f"{name}: words sorted"], at[f"{name}: spelling"] - 0.1)
            comparison, levels = _graded(name, np.fmax(soft, spelling), (0.5, 0.65, 0.8, 0.9))
        common = np.array([column.left_cells[a] in self._common[name] for a in left], bool)
        top = len(comparison.levels)
        levels = np.where(equal == 1, np.where(common, top, top + 1), levels)
        return Comparison(name, (*comparison.levels, "equal, a frequent value", "equal")), levels


def _graded(name: str, values: Floats, borders: Sequence[float]) -> tuple[Comparison, Indices]:
    words = (f"below {borders[0]:.2f}", *(f"from {border:.2f}" for border in borders))
    levels = np.searchsorted(np.array(borders), np.nan_to_num(values), side="right")
    return Comparison(name, words), np.where(np.isnan(values), _BLANK, levels)


def _common(column: Column) -> frozenset[str]:
    """The values that more cells hold than the average cell's value."""
    from collections import Counter

    counts = Counter(cell for cells in (column.left_cells, column.right_cells) for cell in cells if cell)
    total = sum(counts.values())
    usual = sum(count * count for count in counts.values()) / max(total, 1)
    return frozenset(value for value, count in counts.items() if count > max(usual, 3))


def _expectation_maximisation(levels: Indices, sizes: Sequence[int]) -> tuple[list[Floats], float]:
    """Weights by level for each comparison, the last one for blanks (0), and the log odds of the prior."""
    onehot = [np.eye(size + 1)[column] for size, column in zip(sizes, levels.T, strict=True)]
    share = 0.1
    # Start: agreement is the likelier among matches the higher it is.
    odds = np.log(share) + sum(
        (rows[:, :-1] @ np.linspace(-1.5, 1.5, size)) for rows, size in zip(onehot, sizes, strict=True)
    )
    posterior = expit(odds - np.quantile(odds, 1 - share))
    weights: list[Floats] = []
    prior = 0.0
    for _ in range(_ROUNDS):
        weights = [_weights(rows, posterior, size) for rows, size in zip(onehot, sizes, strict=True)]
        share = float(np.clip(posterior.mean(), 1e-4, 0.5))
        prior = float(np.log(share / (1 - share)))
        before, odds = posterior, prior + sum(rows @ w for rows, w in zip(onehot, weights, strict=True))
        posterior = expit(odds)
        if float(np.abs(posterior - before).max()) < 1e-4:
            break
    return weights, prior


def _weights(rows: Floats, posterior: Floats, size: int) -> Floats:
    from sklearn.isotonic import isotonic_regression

    among = posterior @ rows[:, :size] + 0.5
    others = (1 - posterior) @ rows[:, :size] + 0.5
    raw = np.log(among / among.sum()) - np.log(others / others.sum())
    return np.append(isotonic_regression(raw, sample_weight=among + others), 0.0)
