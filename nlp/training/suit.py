"""What a recipe leaves to the data: which encoder reads them, how large batches are, how many epochs are enough."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nlp.data.example import Example
from nlp.training.recipe import Recipe

if TYPE_CHECKING:
    from nlp.tasks.task import Task

AUTO = "auto"
STEPS_PER_EPOCH, SMALLEST_BATCH, MOST_EPOCHS = 12, 2, 40

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_CHINESE = 0.05  # a text in Chinese has at least this share of Han characters, whatever else it quotes


def with_encoder(recipe: Recipe, kind: type[Task], examples: Sequence[Example]) -> Recipe:
    """Name the encoder where the recipe leaves it open.

    Texts of which a part is Chinese are read by multilingual-e5-small, by single characters where the task marks
    stretches of text; all others by MiniLM.

    Args:
        recipe: Of the run.
        kind: The task's class.
        examples: Training data.
    """
    if recipe.encoder.source != AUTO:
        return recipe
    letters = sum(len(example.text) for example in examples)
    han = sum(len(_HAN.findall(example.text)) for example in examples)
    if han <= _CHINESE * letters:
        change: dict[str, str | bool] = {"source": "minilm"}
    else:
        change = {"source": "e5-zh-characters" if kind.stretches else "e5-zh", "shapes": False}
    return recipe.model_copy(update={"encoder": recipe.encoder.model_copy(update=change)})


def with_enough_steps(recipe: Recipe, samples: int) -> Recipe:
    """Make batches smaller and epochs more until `training.least_steps` are taken, so that few examples teach, too.

    Args:
        recipe: Of the run.
        samples: What an epoch shows.
    """
    section = recipe.training
    if not section.least_steps or not section.epochs or recipe.method.kind == "contrastive":
        return recipe
    batch = section.batch
    while batch > SMALLEST_BATCH and samples < STEPS_PER_EPOCH * batch * recipe.optimiser.accumulate:
        batch //= 2
    steps = max(1, math.ceil(samples / (batch * recipe.optimiser.accumulate)))
    epochs = max(section.epochs, min(MOST_EPOCHS, math.ceil(section.least_steps / steps)))
    return recipe.model_copy(update={"training": section.model_copy(update={"batch": batch, "epochs": epochs})})
