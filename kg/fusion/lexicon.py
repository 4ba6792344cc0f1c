"""The word lists that fusion reads: legal forms, titles, frequent words, nicknames, countries under all their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What `lexicon.yaml` holds, as sets of normalised words; its comments say what each list is for."""

    legal_forms: frozenset[str]
    legal_forms_zh: tuple[str, ...]
    plain_titles: frozenset[str]
    titles: frozenset[str]
    titles_zh: tuple[str, ...]
    postnominals: frozenset[str]
    generations: dict[str, str]
    particles: frozenset[str]
    double_surnames: frozenset[str]
    frequent: frozenset[str]
    descriptors: frozenset[str]
    descriptors_zh: tuple[str, ...]
    given_names: frozenset[str]
    surnames: frozenset[str]
    common_zh: frozenset[str]
    nicknames: dict[str, str]  # short form -> the name it is short for


def load_words(name: str) -> Any:
    """Load one of fusion's YAML files."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times faster where it is there
    return yaml.load((_HERE / name).read_text(encoding="utf-8"), Loader=loader)


@cache
def lexicon() -> Lexicon:
    """Load the word lists, once a process."""
    data = load_words("lexicon.yaml")

    def words(key: str) -> frozenset[str]:
        return frozenset(str(data[key]).split())

    def longest_first(key: str) -> tuple[str, ...]:
        return tuple(sorted(data[key], key=lambda word: (-len(word), word)))

    return Lexicon(
        legal_forms=words("legal_forms"),
        legal_forms_zh=longest_first("legal_forms_zh"),
        plain_titles=words("plain_titles"),
        titles=words("titles"),
        titles_zh=longest_first("titles_zh"),
        postnominals=words("postnominals"),
        generations={str(key): str(value) for key, value in data["generations"].items()},
        particles=words("particles"),
        double_surnames=frozenset(data["surnames_zh_double"]),
        frequent=words("frequent") | frozenset(data["frequent_zh"]),
        descriptors=words("descriptors"),
        descriptors_zh=longest_first("descriptors_zh"),
        given_names=words("given_names"),
        surnames=words("surnames"),
        common_zh=frozenset(data["common_zh"]),
        nicknames={short: row[0] for row in data["nicknames"] for short in row},
    )


@cache
def places() -> dict[str, str]:
    """Load every name of a country or state in `places.yaml`, normalised, with the name it stands for."""
    return dict(_place_rows())


def _place_rows() -> Iterator[tuple[str, str]]:
    for row in load_words("places.yaml"):
        for name in row:
            yield str(name), str(row[0])
