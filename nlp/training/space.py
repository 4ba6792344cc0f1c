"""What a search may vary: any setting of a recipe, by a range or by choices."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from kg.errors import SettingsError
from nlp.training.recipe import Recipe

if TYPE_CHECKING:
    import optuna

_RANGE = frozenset({"low", "high", "step", "log"})


def load_space(file: Path) -> dict[str, dict[str, Any]]:
    """Read a search space: a recipe in which a value may be `{ low, high, log, step }` or `{ choices = [...] }`.

    Returns:
        By "section.key" a range, choices, or {"value": ...} where it is fixed.

    Raises:
        SettingsError: it cannot be read, or a range is not of this form.
    """
    try:
        tree = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from error
    space: dict[str, dict[str, Any]] = {}
    for section, values in tree.items():
        if not isinstance(values, dict):
            raise SettingsError(f"{file}: {section!r} is not a section of a recipe")
        for key, value in values.items():
            space[f"{section}.{key}"] = _dimension(f"{file}: {section}.{key}", value)
    if all("value" in dimension for dimension in space.values()):
        raise SettingsError(f"{file}: nothing to search: no value is a range or a choice")
    return space


def _are_plain(choices: Any) -> bool:
    return isinstance(choices, list) and bool(choices) and all(isinstance(c, str | int | float) for c in choices)


def _dimension(where: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {"value": value}
    if value.keys() == {"choices"} and _are_plain(value["choices"]):
        return value
    if not value.keys() & (_RANGE | {"choices"}):
        return {"value": value}  # a table that is a setting itself
    numbers = [value.get(name) for name in ("low", "high", "step") if name in value]
    right = {"low", "high"} <= value.keys() <= _RANGE and all(type(number) in (int, float) for number in numbers)
    if not right or value["low"] > value["high"] or (value.get("log") and (value["low"] <= 0 or "step" in value)):
        raise SettingsError(
            f"{where}: write a value, {{ choices = [...] }}, or {{ low = 1, high = 2 }} with step, or log = true"
        )
    return value


def suggest(trial: optuna.Trial, name: str, dimension: Mapping[str, Any]) -> Any:
    """Let a trial choose the value of one setting."""
    if "value" in dimension:
        return dimension["value"]
    if "choices" in dimension:
        return trial.suggest_categorical(name, dimension["choices"])
    low, high, log, step = (dimension.get(key) for key in ("low", "high", "log", "step"))
    if isinstance(low, int) and isinstance(high, int):
        return trial.suggest_int(name, low, high, step=step or 1, log=bool(log))
    return trial.suggest_float(name, float(low or 0.0), float(high or 0.0), step=step, log=bool(log))


def applied(recipe: Recipe, settings: Mapping[str, Any]) -> Recipe:
    """Change settings by "section.key".

    Raises:
        SettingsError: there is none of this name, or it may not have this value.
    """
    tree: dict[str, Any] = recipe.model_dump()
    for name, value in settings.items():
        section, _, key = name.partition(".")
        if section not in tree:
            raise SettingsError(f"{name}: no section {section!r}; there are {', '.join(tree)}")
        tree[section] = {**tree[section], key: value}
    try:
        return Recipe.model_validate(tree)
    except ValidationError as error:
        raise SettingsError(f"search: {error}") from error
