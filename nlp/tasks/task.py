"""The door that every task stands behind: what the trainer, the evaluation and the export ask of it."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, ClassVar

from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from tokenizers import Tokenizer
from torch import Tensor, nn

from kg.errors import SettingsError
from nlp.data.example import Example
from nlp.evaluation.scores import Scores
from nlp.networks.body import Body
from nlp.training.recipe import Recipe

GROUP = "loregraph.tasks"
BUILT_IN = ("classify", "entities", "described", "relations", "joint", "coreference", "pairs", "answer", "generate")


class Options(BaseModel):
    """A task's own part of a recipe."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Graph:
    """A network to export: `<name>.onnx`.

    Attributes:
        module: Takes the inputs by position, gives a tensor or a tuple of tensors.
        inputs: Example arrays by name, in the order of the module's arguments; every axis named in `dynamic` may vary.
        outputs: Names of what it gives.
        dynamic: Names of the axes that vary, by input or output and axis.
    """

    module: nn.Module
    inputs: Mapping[str, NDArray[Any]]
    outputs: tuple[str, ...]
    dynamic: Mapping[str, Mapping[int, str]]


class Task(ABC):
    """One thing that a model can learn to do with texts.

    A class of this kind, named `<Name>Task`, is the one thing that a file of `nlp.tasks` offers; its decoder, which
    needs no torch, is the class `Predictor` of the file of the same name in `nlp.runtime.tasks`.

    Args:
        recipe: Of the run.
        schema: What `learn` found; it is saved with the model.
        tokenizer: Of the encoder, without padding and truncation.
    """

    name: ClassVar[str]
    metric: ClassVar[str] = "f1"  # what a checkpoint is chosen by, unless the recipe names another
    options: ClassVar[type[Options]] = Options
    stretches: ClassVar[bool] = True  # whether it marks stretches of text, which tokens must not straddle

    def __init__(self, recipe: Recipe, schema: Mapping[str, Any], tokenizer: Tokenizer) -> None:
        self.recipe, self.schema, self.tokenizer = recipe, dict(schema), tokenizer
        self.settings: Any = self.options.model_validate(dict(recipe.task))

    @classmethod
    @abstractmethod
    def learn(cls, examples: Sequence[Example], recipe: Recipe) -> dict[str, Any]:
        """Read from training data what is not weights: label names and the like, as plain JSON values.

        Everything that the decoder needs of the recipe (lengths, thresholds, ids) belongs in it too.

        Raises:
            InputError: the data hold nothing that this task could learn.
        """

    def body(self, folder: Path, *, weights: bool = True) -> Any:
        """Open what `build` stands on: an encoder's `Body`; a task whose network is of another kind opens that instead.

        Args:
            folder: Of the encoder.
            weights: Whether to load the pretrained weights; without them it is as its configuration describes.
        """
        section = self.recipe.encoder
        return Body(
            folder,
            shapes=section.shapes,
            dropout=section.dropout,
            attention_dropout=section.attention_dropout,
            weights=weights,
        )

    @abstractmethod
    def build(self, body: Any) -> nn.Module:
        """Make the model; its attribute `body` is what `body` opened, all else is new."""

    @abstractmethod
    def samples(self, examples: Sequence[Example]) -> list[Any]:
        """Prepare examples for training, once: pieces and targets. `len(sample)` is its number of pieces."""

    def begin(self, model: nn.Module, samples: Sequence[Any]) -> None:  # noqa: B027
        """Set weights that need no gradient before the first step of a run that is not resumed. Nothing by default."""

    def settle(self, model: nn.Module, samples: Sequence[Any]) -> None:  # noqa: B027
        """Fit weights that need no gradient before every evaluation and export. Nothing by default."""

    def epoch(self, samples: Sequence[Any], rng: random.Random) -> list[Any]:
        """Choose and vary what one epoch sees; what comes depends on the samples and the generator alone."""
        return list(samples)

    @abstractmethod
    def loss(self, model: nn.Module, batch: Sequence[Any]) -> dict[str, Tensor]:
        """Return the losses of a batch of samples by name; their sum is minimised. Runs under autocast."""

    @abstractmethod
    def graphs(self, model: nn.Module) -> dict[str, Graph]:
        """Return the networks that the decoder runs, by name; in evaluation mode they must be pure functions."""

    @abstractmethod
    def score(self, gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
        """Score predictions for the same texts in the same order."""

    def calibrate(self, gold: Sequence[Example], model: nn.Module) -> dict[str, Any]:
        """Return changes to the schema that development data teach: thresholds, temperature. Nothing by default."""
        return {}


def known_tasks() -> list[str]:
    """Names of the tasks that there are."""
    return sorted({*BUILT_IN, *(point.name for point in entry_points(group=GROUP))})


def task(name: str) -> type[Task]:
    """Return the class of a task.

    Raises:
        SettingsError: there is none of this name.
    """
    if name in BUILT_IN:
        found: type[Task] = getattr(import_module(f"nlp.tasks.{name}"), f"{name.capitalize()}Task")
        return found
    for point in entry_points(group=GROUP):
        if point.name == name:
            loaded: type[Task] = point.load()
            return loaded
    raise SettingsError(f"no task {name!r}; there are {', '.join(known_tasks())}")
