"""What decides on pairs, as the matcher and its explanations see it."""

from __future__ import annotations

from typing import Protocol

from kg.matching.features import Matrix
from kg.matching.table import Indices
from kg.matching.vectors import Floats


class Model(Protocol):
    """What decides on pairs: fitted to labelled pairs or to none."""

    threshold: float

    def look(self, left: Indices, right: Indices, first: Matrix | None = None) -> Matrix:
        """All that is seen of pairs."""
        ...

    def log_odds(self, values: Floats) -> Floats:
        """Log odds that pairs seen so are matches."""
        ...

    def background(self) -> Floats:
        """What an ordinary pair looks like, shape (rows, features): what an explanation compares with."""
        ...
