"""Texts whose one word says it all: enough for a tiny model to learn."""

from __future__ import annotations

import zlib
from pathlib import Path

from nlp.data.example import Example, Label
from nlp.training.recipe import Recipe, parse

GOOD, BAD = ("good", "great", "nice", "best", "love"), ("bad", "awful", "terrible", "worst", "hate")
THINGS = ("film", "movie", "book", "food", "service")


def opinions(count: int = 50) -> list[Example]:
    """Up to 50 texts, in an order that is always the same."""
    sides = (("pos", GOOD), ("neg", BAD))
    texts = [(f"the {thing} was {word}", side) for side, words in sides for thing in THINGS for word in words]
    texts.sort(key=lambda pair: zlib.crc32(pair[0].encode()))
    return [Example(f"t{n}", text, labels=(Label(side),)) for n, (text, side) in enumerate(texts[:count])]


def recipe(encoder: Path, **settings: str) -> Recipe:
    """A recipe for them; settings are "section__key", values as TOML."""
    sections: dict[str, dict[str, str]] = {
        "encoder": {"source": f'"{encoder}"', "longest": "32"},
        "optimiser": {"encoder_rate": "3e-3", "head_rate": "1e-2"},
        "training": {"epochs": "6", "batch": "8", "precision": '"fp32"'},
    }
    for name, value in settings.items():
        section, _, key = name.partition("__")
        sections.setdefault(section, {})[key] = value
    lines = [
        line
        for section, values in sections.items()
        for line in (f"[{section}]", *(f"{key} = {value}" for key, value in values.items()))
    ]
    return parse("\n".join(lines), "test")
