"""Words of questions and of schemas, brought to one spelling."""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]

_WORD = re.compile(r"[A-Za-z]+|\d+|[^\W\d_]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


def _words(text: str) -> list[str]:
    return text.split()


_EMPTY = frozenset(_words("a an the of is are was to in on by with for and or has have that it its be as at from"))

_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its ending."""
    return str(_stemmer.stemWord(word.lower()))


@lru_cache(maxsize=20_000)
def name_words(name: str) -> tuple[str, ...]:
    """The stems of a name in a schema: "nbrEmployees", "HAS_CEO"; those that say nothing fall."""
    stems = tuple(stem(part) for part in _PART.findall(name.replace("_", " ")))
    return tuple(part for part in stems if part not in _EMPTY) or stems


@lru_cache(maxsize=200_000)
def alike(left: str, right: str) -> bool:
    """Whether two stems are one word: equal, or the longer goes on from a long shorter one."""
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    return len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 4
