"""Classification of pairs of texts that are read together: matching, paraphrase, entailment."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nlp.data.example import Example
from nlp.runtime.pieces import Window
from nlp.runtime.texts import windows
from nlp.tasks.classify import ClassifyOptions, ClassifyTask, Sample
from nlp.training.recipe import Recipe


class PairsOptions(ClassifyOptions):
    """What a recipe says of pairs alone."""

    symmetric: bool = False  # whether the order of the texts means nothing; both are read then, and learnt in turn


@dataclass(frozen=True, slots=True)
class Turned(Sample):
    """A pair that can be read in the other order too."""

    turned: tuple[Window, ...] = ()


class PairsTask(ClassifyTask):
    """Learns to label pairs of texts; both stand in one window, so that each piece sees those of the other text."""

    name = "pairs"
    options = PairsOptions
    settings: PairsOptions
    paired = True

    @classmethod
    def learn(cls, examples: Sequence[Example], recipe: Recipe) -> dict[str, Any]:
        """Read the labels, and whether the order of the texts means something."""
        options: Mapping[str, Any] = dict(recipe.task)
        return {**super().learn(examples, recipe), "symmetric": PairsOptions.model_validate(options).symmetric}

    def samples(self, examples: Sequence[Example]) -> list[Sample]:
        """Cut pairs into windows."""
        samples = super().samples(examples)
        if not self.settings.symmetric:
            return samples
        swapped = [replace(example, text=example.pair or "", pair=example.text) for example in examples]
        return [
            Turned(sample.windows, sample.targets, sample.unknown, (window,))
            for sample, window in zip(samples, windows(swapped, self.tokenizer, self.schema), strict=True)
        ]

    def epoch(self, samples: Sequence[Sample], rng: random.Random) -> list[Sample]:
        """Turn half of the pairs round where their order means nothing."""
        turned = [
            Sample(sample.turned, sample.targets, sample.unknown)
            if isinstance(sample, Turned) and rng.random() < 0.5
            else sample
            for sample in samples
        ]
        return super().epoch(turned, rng)
