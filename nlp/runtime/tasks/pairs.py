"""From the logits of a pair of texts to its label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.errors import InputError
from nlp.data.example import Example
from nlp.runtime.tasks import classify


class Predictor(classify.Predictor):
    """Classifies pairs; where the order of the texts means nothing both orders are read and their logits averaged."""

    def outputs(self, examples: Sequence[Example]) -> tuple[classify.Floats, classify.Floats]:
        """Return the logits (pairs, labels) and the nearness (pairs,).

        Raises:
            InputError: an example has no second text.
        """
        for example in examples:
            if example.pair is None:
                raise InputError(f"{example.id}: has no second text")
        logits, nearness = super().outputs(examples)
        if not self.schema.get("symmetric"):
            return logits, nearness
        turned = [replace(example, text=example.pair or "", pair=example.text) for example in examples]
        other, near = super().outputs(turned)
        return (logits + other) / 2.0, (nearness + near) / 2.0
