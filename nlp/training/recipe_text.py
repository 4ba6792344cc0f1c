"""Writes a recipe as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from nlp.training.recipe import Recipe

BARE = re.compile(r"[A-Za-z0-9_-]+")


def dump(recipe: Recipe) -> str:
    """Return the text of a recipe, complete; reading it gives the same recipe. What is None is left out."""
    lines: list[str] = []
    for section, values in recipe.model_dump(mode="json").items():
        lines.append(f"[{section}]")
        lines += [f"{_key(name)} = {_value(value)}" for name, value in values.items() if value is not None]
        lines.append("")
    return "\n".join(lines)


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _string(name)


def _string(text: str) -> str:
    """A basic string of TOML, which is a string of JSON but for one control character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(name)} = {_value(item)}" for name, item in value.items() if item is not None)
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if "e" not in repr(value) or "." in repr(value) else repr(value).replace("e", ".0e")
    return str(value)
