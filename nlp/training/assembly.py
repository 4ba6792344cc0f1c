"""A model as a recipe describes it, and its scores while it is in torch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from nlp.data.example import Example
from nlp.evaluation.scores import Scores
from nlp.runtime.predictor import make
from nlp.runtime.session import load_tokenizer
from nlp.tasks.body import Body
from nlp.tasks.task import Task
from nlp.training.encoders import resolve
from nlp.training.recipe import Recipe
from nlp.training.torch_graphs import TorchGraphs


def build(kind: type[Task], recipe: Recipe, examples: Sequence[Example]) -> tuple[Task, nn.Module]:
    """Make the task and its model, with the encoder's weights and new ones that depend on the seed alone."""
    encoder = recipe.encoder
    folder = resolve(encoder.source)
    made = kind(recipe, kind.learn(examples, recipe), load_tokenizer(folder / "tokenizer.json"))
    torch.manual_seed(recipe.training.seed)
    body = Body(folder, shapes=encoder.shapes, dropout=encoder.dropout, attention_dropout=encoder.attention_dropout)
    return made, made.build(body)


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
