"""Recipes: everything that a training run depends on besides its data, in one TOML file kept with the model."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kg.errors import SettingsError


class Section(BaseModel):
    """A table of a recipe: closed, frozen, checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EncoderSection(Section):
    """Which encoder, and how texts become pieces."""

    source: str = "auto"  # a name of nlp.training.encoders, a local folder, a hub name; "auto": by the texts' language
    longest: int = Field(default=256, ge=8)  # pieces of a window
    shapes: bool = False  # word-shape embedding, for uncased encoders
    dropout: float | None = None  # hidden dropout; None: as the encoder says
    attention_dropout: float = 0.0


class MethodSection(Section):
    """Which weights learn."""

    kind: Literal["full", "lora", "ia3", "head", "contrastive"] = "full"
    freeze: str = ""  # "embeddings", "0-3", "embeddings,0-3": parts that stay as they are
    rank: int = 8  # of LoRA
    alpha: int = 16
    adapter_dropout: float = 0.0
    targets: tuple[str, ...] = ("query", "key", "value", "dense")


class OptimiserSection(Section):
    """How weights learn."""

    name: Literal["adamw", "sgd"] = "adamw"
    encoder_rate: float = 1e-4
    head_rate: float = 1e-3
    layer_decay: float = 1.0  # the rate of a layer is this times the rate of the layer above
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.98)
    momentum: float = 0.9  # of SGD
    clip: float = 1.0
    accumulate: int = Field(default=1, ge=1)  # batches a step
    schedule: Literal["linear", "cosine", "constant"] = "linear"
    warmup: float = 0.1  # share of the steps
    average: float = 0.0  # decay of a moving average of the weights, which is judged and kept; 0: none


class TrainingSection(Section):
    """How long, how much at once, and what is kept."""

    seed: int = 1
    epochs: int = Field(default=3, ge=0)
    batch: int = Field(default=32, ge=1)
    least_steps: int = Field(default=0, ge=0)  # few examples: smaller batches, more epochs, until there are so many
    precision: Literal["bf16", "fp32"] = "bf16"
    label_smoothing: float = 0.0
    metric: str = ""  # the checkpoint with the best is kept; empty: the task's own
    patience: int = 0  # epochs without a better one after which it stops; 0: never
    dev_share: float = 0.1  # of the training documents, where no development file is given


class Recipe(Section):
    """A complete recipe."""

    encoder: EncoderSection = EncoderSection()
    method: MethodSection = MethodSection()
    optimiser: OptimiserSection = OptimiserSection()
    training: TrainingSection = TrainingSection()
    task: Mapping[str, Any] = {}  # the task's own options, checked by the task


def default(task: str) -> Recipe:
    """Return the recipe that ships for a task, `recipes/<task>.toml`."""
    return parse(files("nlp.training").joinpath(f"recipes/{task}.toml").read_text(encoding="utf-8"), task)


def parse(text: str, name: str) -> Recipe:
    """Read a recipe; what it does not say is as in `Recipe`.

    Raises:
        SettingsError: not TOML, or a setting that is unknown or not of its kind.
    """
    try:
        return Recipe.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SettingsError(f"{name}: {error}") from error


def load(file: Path) -> Recipe:
    """Read a recipe from a file.

    Raises:
        SettingsError: it cannot be read; or as `parse`.
    """
    try:
        return parse(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from error


def override(recipe: Recipe, settings: Sequence[str]) -> Recipe:
    """Change settings given as "section.key=value"; the value is read as TOML, and as a string where it is not TOML.

    Who sets epochs or batch means just these: `training.least_steps` no longer adds to them, unless it is set as well.

    Raises:
        SettingsError: not of this form, or unknown.
    """
    tree: dict[str, Any] = recipe.model_dump()
    exact = False
    for setting in settings:
        path, found, text = setting.partition("=")
        section, dot, key = path.strip().partition(".")
        if not found or not dot or section not in tree:
            raise SettingsError(f"{setting!r} is not section.key=value; sections: {', '.join(tree)}")
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            value = text
        tree[section] = {**tree[section], key: value}
        exact |= section == "training" and key in ("epochs", "batch")
        exact &= (section, key) != ("training", "least_steps")
    if exact:
        tree["training"] = {**tree["training"], "least_steps": 0}
    try:
        return Recipe.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(str(error)) from error
