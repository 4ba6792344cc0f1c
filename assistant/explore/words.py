"""Words of questions and of schemas, brought to one spelling."""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]

_WORD = re.compile(r"[A-Za-z]+|\d+|[^\W\d_]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


def split(text: str) -> list[str]:
    """The words of a list that is written as one text."""
    return text.split()


_EMPTY = frozenset(split("a an the of is are was to in on by with for and or has have that it its be as at from"))

_ENDINGS = frozenset(
    split("e i y t s or er ion ing ed ment ship al iti ive ation ator ciari ent ant anc enc ari ic ist ian ee or ers")
) | {""}
"""What the stemmer leaves of endings."""

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
    """Whether two stems are one word: equal, or alike but for endings that words of one family have."""
    if left == right:
        return True
    same = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    return same >= 4 and left[same:] in _ENDINGS and right[same:] in _ENDINGS
