"""TF-IDF vectors of the texts of two tables, their cosines, and who is nearest to whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.matching.table import Indices

Floats = NDArray[np.float64]
Sparse = Any  # a matrix of scipy.sparse, in rows

_CELLS = 1 << 22  # of a product of two tables that are held at a time


def tfidf(left: Sequence[str], right: Sequence[str], analyser: Callable[[str], Sequence[str]]) -> tuple[Sparse, Sparse]:
    """Weigh terms by how rare they are in both tables together; rows have length 1, or 0 where there is no term.

    Term frequency counts as 1 + ln, inverse document frequency as ln((1 + n) / (1 + df)) + 1.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer=analyser, sublinear_tf=True, dtype=np.float32)
    try:
        both = vectors.fit_transform([*left, *right])
    except ValueError:  # no term at all
        from scipy.sparse import csr_matrix

        return csr_matrix((len(left), 1), dtype=np.float32), csr_matrix((len(right), 1), dtype=np.float32)
    return both[: len(left)], both[len(left) :]


def grams(text: str, size: int = 3) -> list[str]:
    """Cut a text into runs of characters that go over its words' borders, one blank between words."""
    padded = f" {text} "
    return [padded[start : start + size] for start in range(max(len(padded) - size + 1, 1))] if text else []


def cosines(vectors: tuple[Sparse, Sparse], left: Indices, right: Indices) -> Floats:
    """Cosine of each pair of rows."""
    found = [
        np.asarray(vectors[0][left[at : at + 4096]].multiply(vectors[1][right[at : at + 4096]]).sum(axis=1)).ravel()
        for at in range(0, len(left), 4096)
    ]
    return np.concatenate(found).astype(np.float64) if found else np.zeros(0)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest records of the other table, best first.

    Attributes:
        others: Shape (records, k), positions in the other table; -1 where there is none.
        scores: Their cosines; 0 where there is none.
    """

    others: Indices
    scores: Floats

    def pairs(self, k: int) -> tuple[Indices, Indices]:
        """Each record with its k nearest, as positions here and there."""
        there = self.others[:, :k]
        here = np.repeat(np.arange(len(there)), there.shape[1])
        return here[there.ravel() >= 0], there.ravel()[there.ravel() >= 0]

    def margin(self, mine: Indices, other: Indices, scores: Floats) -> Floats:
        """How much nearer a pair is than the best rival of its other end; negative where a rival is nearer."""
        first, second = self.scores[mine, 0], self.scores[mine, 1] if self.scores.shape[1] > 1 else 0.0
        return np.asarray(scores - np.where(self.others[mine, 0] == other, second, first))

    def rank(self, mine: Indices, scores: Floats) -> Floats:
        """How many others are nearer than a pair is, at most k."""
        return np.asarray((self.scores[mine] > scores[:, None] + 1e-6).sum(axis=1), np.float64)


def nearest(left: Any, right: Any, k: int, *, same: bool = False) -> Nearest:
    """Find for each row of `left` the k rows of `right` with the highest dot product.

    Args:
        left: Sparse or dense rows.
        right: Sparse or dense rows of the same width.
        k: How many.
        same: Both are one table: a row is not its own neighbour.
    """
    k = max(1, min(k, right.shape[0] - same))
    others = np.full((left.shape[0], k), -1, np.int64)
    scores = np.zeros((left.shape[0], k))
    turned = right.T.tocsr() if hasattr(right, "tocsr") else right.T
    step = max(1, _CELLS // max(right.shape[0], 1))
    for start in range(0, left.shape[0], step):
        block = left[start : start + step] @ turned
        dense = np.asarray(block.todense() if hasattr(block, "todense") else block)
        rows = np.arange(len(dense))
        if same:
            dense[rows, start + rows] = -1.0
        best = (
            np.argpartition(-dense, k - 1, axis=1)[:, :k]
            if k < dense.shape[1]
            else np.tile(np.arange(dense.shape[1]), (len(dense), 1))[:, :k]
        )
        order = np.lexsort((best, -dense[rows[:, None], best]), axis=1)
        best = np.take_along_axis(best, order, 1)
        found = dense[rows[:, None], best]
        others[start : start + len(dense)] = np.where(found > 0, best, -1)
        scores[start : start + len(dense)] = np.maximum(found, 0)
    return Nearest(others, scores)
