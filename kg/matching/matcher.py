"""Links the records of two tables, or finds duplicates in one: the way in for commands and for Python."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kg.errors import InputError, SettingsError
from kg.matching.blocking import PER_RECORD, block
from kg.matching.explain import Explanation, explain
from kg.matching.features import Features
from kg.matching.model import expit
from kg.matching.protocol import Model
from kg.matching.scoring import Scores, score
from kg.matching.table import Indices, Pairs, Table, distinct
from kg.matching.trained import Trained
from kg.matching.untrained import Untrained
from kg.matching.vectors import Floats
from kg.ports import Encoder


@dataclass(frozen=True, slots=True)
class Link:
    """A pair that blocking found.

    Attributes:
        left: Id of the left record.
        right: Id of the right record.
        probability: That the two are the same.
        match: Whether they are called so.
    """

    left: str
    right: str
    probability: float
    match: bool


class Matcher:
    """Decides which records are the same.

    ::

        left, right = read_table(Path("crm.csv")), read_table(Path("billing.csv"))
        matcher = Matcher(left, right).fit(read_pairs(Path("train.csv"), left, right))
        for link in matcher.links():
            print(link.left, link.right, link.probability)

    Args:
        left: A table.
        right: Another; None: duplicates are looked for in the left one.
        encoder: Makes vectors of meaning; None: without them.
        per_record: Nearest records in each view that a record is compared with.

    Raises:
        InputError: the tables have no column in common.
        SettingsError: scikit-learn is not installed.
    """

    def __init__(
        self, left: Table, right: Table | None = None, *, encoder: Encoder | None = None, per_record: int = PER_RECORD
    ) -> None:
        require_extra()
        self.left, self.right = left, left if right is None else right
        if right is None or right is left:
            self._like = (np.arange(len(left)), np.arange(len(left)))
            self.features = Features(left, left, encoder)
        else:  # records that are equal in all cells are one: none of them is a rival of another
            (mine, of_mine), (yours, of_yours) = distinct(left), distinct(right)
            self._like = (of_mine, of_yours)
            self.features = Features(mine, yours, encoder)
        self.blocked = block(self.features, per_record)
        self._model: Model | None = None

    @property
    def model(self) -> Model:
        """What decides; fitted without labels where `fit` was not called."""
        if self._model is None:
            self._model = Untrained(self.features, self.blocked)
        return self._model

    def fit(self, pairs: Pairs, *, seed: int = 0) -> Matcher:
        """Learn from labelled pairs; where there are two lots, one to train and one to choose by, join them.

        Probabilities and the threshold come from predictions for pairs that were held out in turn, so that no pair is
        lost to validation.

        Args:
            pairs: With labels.
            seed: Of everything random.

        Raises:
            InputError: there are no labels, or too few of either.
        """
        self._model = Trained(self.features, self.blocked, self._ordered(pairs), seed)
        return self

    def fit_without_labels(self, *, many: bool = False) -> Matcher:
        """Find the weights by EM over the pairs that blocking found.

        Args:
            many: A record may have several partners in the other table.
        """
        self._model = Untrained(self.features, self.blocked, many=many)
        return self

    def probabilities(self, pairs: Pairs) -> Floats:
        """The probability that each pair is the same thing."""
        pairs = self._ordered(pairs)
        return expit(self.model.log_odds(self.model.look(pairs.left, pairs.right).values))

    def score(self, pairs: Pairs) -> Scores:
        """Precision, recall and F1 of the decisions on labelled pairs.

        Raises:
            InputError: they have no labels.
        """
        if pairs.labels is None:
            raise InputError("pairs without labels cannot be scored")
        return score(self.probabilities(pairs) >= self.model.threshold, pairs.labels)

    def links(self) -> list[Link]:
        """Every pair that blocking found, the likeliest first."""
        left, right = self.blocked.left, self.blocked.right
        found = expit(self.model.log_odds(self.model.look(left, right, self.blocked.matrix).values))
        mine, yours = (_by_like(table, like) for table, like in zip((self.left, self.right), self._like, strict=True))
        links = [
            Link(a, b, float(probability), bool(probability >= self.model.threshold))
            for here, there, probability in zip(left, right, found, strict=True)
            for a in mine[here]
            for b in yours[there]
        ]
        return sorted(links, key=lambda link: (-link.probability, link.left, link.right))

    def explain(self, left: str, right: str) -> Explanation:
        """Say what speaks for and against a pair, feature by feature.

        Args:
            left: Id of the left record.
            right: Id of the right record.

        Raises:
            InputError: there is no such record, or both are one.
        """
        pairs = self._ordered(Pairs.of(self.left, self.right, [(left, right)]))
        if self.features.same and left == right:
            raise InputError(f"{left!r} is one record: nothing to compare")
        return explain(self.model, self.model.look(pairs.left, pairs.right))

    def _ordered(self, pairs: Pairs) -> Pairs:
        """Pairs of the records that are compared; in one table the one that comes first is the left one."""
        left, right = self._like[0][pairs.left], self._like[1][pairs.right]
        if self.features.same:
            left, right = np.minimum(left, right), np.maximum(left, right)
        return Pairs(left, right, pairs.labels)


def _by_like(table: Table, like: Indices) -> list[list[str]]:
    """The ids of the records that are alike."""
    found: list[list[str]] = [[] for _ in range(int(like.max()) + 1)]
    for key, at in zip(table.ids, like, strict=True):
        found[at].append(key)
    return found


def require_extra() -> None:
    """Check that what matching needs is installed.

    Raises:
        SettingsError: it is not.
    """
    from importlib.util import find_spec

    if find_spec("sklearn") is None:
        raise SettingsError('matching needs scikit-learn: pip install "loregraph[match]"')
