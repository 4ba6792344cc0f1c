"""What a training run says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.evaluation.scores import Scores
from nlp.training.methods import Share

FIGURES = ("precision", "recall", "f1", "macro_f1", "accuracy")


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run.

    Attributes:
        task: Its name.
        model: The model's folder.
        dev: Scores of the model as it ships on development data; they chose epoch, thresholds and calibration.
        test: Scores of the model as it ships on test data, where there are any.
        before: Scores on a part of the development data before the first step, and after training on the same part.
        torch: Scores on development data in 32 bits.
        history: What was measured after each epoch.
        share: What learned.
        minutes: Of the whole run, over all its parts.
    """

    task: str
    model: Path
    dev: Scores
    test: Scores | None
    before: Mapping[str, Any]
    torch: Scores
    history: Sequence[Mapping[str, Any]]
    share: Share
    minutes: float

    def as_json(self) -> dict[str, Any]:
        """The summary that `loregraph train --json` ends with."""
        return {
            "task": self.task,
            "dev": figures(self.dev),
            "test": None if self.test is None else figures(self.test),
            "minutes": round(self.minutes, 2),
            "model": str(self.model),
        }


def figures(scores: Scores) -> dict[str, float]:
    """The figures of scores by name, without those by label."""
    return {name: float(scores.get(name)) for name in FIGURES} | dict(scores.extra)
