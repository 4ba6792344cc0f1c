"""What an evaluation says: one shape for every task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a set; shares between 0 and 1, NaN-free: what a task has no notion of is left out of `extra`.

    Attributes:
        precision, recall, f1: Micro-averaged over instances (for single-label classification they equal accuracy).
        macro_f1: Mean of the labels' F1, over labels that occur in the gold annotations.
        accuracy: Share of texts that are right as a whole.
        support: Gold instances.
        by_label: {"precision", "recall", "f1", "support"} of each label.
        extra: Further figures by name ("exact", "rouge_l", "out_of_scope_recall", "ece", ...).
    """

    precision: float
    recall: float
    f1: float
    macro_f1: float
    accuracy: float
    support: int
    by_label: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    extra: Mapping[str, float] = field(default_factory=dict)

    def get(self, metric: str) -> float:
        """Return a figure by its name, "f1" or one of `extra`.

        Raises:
            KeyError: there is none of this name.
        """
        if metric in self.extra:
            return self.extra[metric]
        if metric in ("precision", "recall", "f1", "macro_f1", "accuracy"):
            return float(getattr(self, metric))
        raise KeyError(metric)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)
