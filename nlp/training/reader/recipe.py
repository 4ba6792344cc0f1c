"""Recipes: everything that a training run depends on besides its data, in one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kg.errors import SettingsError

DEFAULT = Path(__file__).parent / "recipes" / "english.toml"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What english.toml says; the meaning of each number stands there."""

    languages: tuple[str, ...]
    folds: tuple[int, ...]
    development: float
    entity_sentences: int
    shares: Mapping[str, float]
    chinese_weight: int
    chinese_sentences: int
    seed: int
    epochs: int
    variants: int
    batch: int
    encoder_rate: float
    head_rate: float
    betas: tuple[float, float]
    weight_decay: float
    warmup: float
    clip: float
    average: float
    background: float
    background_share: float
    coreference: float
    teacher: float
    rename_windows: float
    rename_names: float
    describe: float
    encoder: str
    pair_width: int
    longest: int
    passage: int
    lowered: float
    spans: int


def load(file: Path) -> Recipe:
    """Read a recipe.

    Raises:
        SettingsError: it is missing, not TOML, or a setting is unknown or missing.
    """
    try:
        sections = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from error
    flat: dict[str, Any] = {}
    for values in sections.values():
        flat |= {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    known = {field.name for field in fields(Recipe)}
    if flat.keys() != known:
        wrong = sorted(flat.keys() ^ known)
        raise SettingsError(f"{file}: unknown or missing settings: {', '.join(wrong)}")
    return Recipe(**flat)
