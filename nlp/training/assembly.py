"""A model as a recipe describes it, and its scores while it is in torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from pydantic import ValidationError
from torch import nn

from kg.errors import SettingsError
from nlp.data.example import Example
from nlp.evaluation.scores import Scores
from nlp.runtime.predictor import make
from nlp.runtime.session import load_tokenizer
from nlp.tasks.task import Task
from nlp.training.recipe import Recipe
from nlp.training.torch_graphs import TorchGraphs


def build(kind: type[Task], recipe: Recipe, examples: Sequence[Example], encoder: Path) -> tuple[Task, nn.Module]:
    """Make a task and its model, with the encoder's weights and new ones that depend on the seed alone.

    Args:
        kind: The task's class.
        recipe: Of the run.
        examples: Training data.
        encoder: The encoder's folder.
    """
    _quieten()
    made = kind(recipe, kind.learn(examples, recipe), load_tokenizer(encoder / "tokenizer.json"))
    torch.manual_seed(recipe.training.seed)
    return made, made.build(made.body(encoder))


def complete(kind: type[Task], recipe: Recipe) -> Recipe:
    """Return the recipe with all of the task's options in it.

    Raises:
        SettingsError: an option that the task does not have, or of another kind.
    """
    try:
        options = kind.options.model_validate(dict(recipe.task))
    except ValidationError as error:
        raise SettingsError(f"recipe: task: {error}") from error
    return recipe.model_copy(update={"task": options.model_dump(mode="json", exclude_none=True)})


def judge(made: Task, model: nn.Module, examples: Sequence[Example], half: bool | None = None) -> Scores:
    """Score a model in torch by the decoder that serves it.

    Args:
        made: The task.
        model: Put into evaluation mode.
        examples: Annotated.
        half: Whether to compute in bfloat16; None: as in training.
    """
    half = made.recipe.training.precision == "bf16" if half is None else half
    predictor = make(made.name, made.schema, made.tokenizer, TorchGraphs(made, model, half))
    return made.score(examples, predictor.predict(examples))


def _quieten() -> None:
    """Keep transformers from reporting on weights that were never wanted, a bar for each file."""
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
