"""What passages are asked for: relations by the words that questions use for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation that the reader is asked for.

    Attributes:
        name: Its name here.
        ask: The question; {x} is the thing.
        gives: What a value is: person, place, date, nation, country, organization, award, cause.
    """

    name: str
    ask: str
    gives: str


@dataclass(frozen=True, slots=True)
class Relations:
    """All of them, by words.

    Attributes:
        by_name: By their names.
        nouns: Words of a noun to the relations it stands for, the nearest to the thing first.
        verbs: Question word and words of a verb to a relation; "any" with each question word.
        least: Words that ask for the earlier of two.
        most: Words that ask for the later.
        ages: Those of both that speak of births.
        lifespan: Words that compare how long two lived.
        same: Words that ask whether two have the same.
    """

    by_name: Mapping[str, Relation]
    nouns: Mapping[Words, tuple[str, ...]]
    verbs: Mapping[tuple[str, Words], str]
    least: frozenset[Words]
    most: frozenset[Words]
    ages: frozenset[Words]
    lifespan: frozenset[Words]
    same: frozenset[Words]


@cache
def relations() -> Relations:
    """Read the file that ships."""
    text = files("assistant.reading").joinpath("relations.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.safe_load(text)
    nouns = {tuple(noun.split("-")): tuple(chain) for noun, chain in table["composed"].items()}
    nouns |= {tuple(noun.replace("-", " ").split()): tuple(chain) for noun, chain in table["composed"].items()}
    nouns |= {tuple(noun.split()): (name,) for name, row in table["relations"].items() for noun in row["nouns"]}
    verbs = {
        (ask, tuple(verb.split())): name
        for name, row in table["relations"].items()
        for ask, said in row.get("verbs", {}).items()
        for verb in said
    }
    sets = {
        key: frozenset(tuple(word.split()) for word in table[key])
        for key in ("least", "most", "ages", "lifespan", "same")
    }
    by_name = {name: Relation(name, row["ask"], row["gives"]) for name, row in table["relations"].items()}
    return Relations(by_name, nouns, verbs, **sets)


@cache
def nations() -> Mapping[str, str]:
    """Every country and adjective in lower case, with the country that it stands for."""
    text = files("assistant.reading").joinpath("nations.yaml").read_text(encoding="utf-8")
    table: dict[str, list[str]] = yaml.safe_load(text)
    found = {country.lower(): country for country in table}
    return found | {word.lower(): country for country, adjectives in table.items() for word in adjectives}


@cache
def adjectives() -> Mapping[str, str]:
    """Every country with its first adjective."""
    text = files("assistant.reading").joinpath("nations.yaml").read_text(encoding="utf-8")
    return {country: said[0] for country, said in yaml.safe_load(text).items()}
