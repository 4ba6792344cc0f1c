"""Local entities for timing: names put together from word lists, mentioned as often as Zipf's law says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kg.fusion import Fact, LocalEntity
from kg.fusion.lexicon import lexicon, places
from kg.types import Readers, content_id

_ENDINGS = (
    "Inc.",
    "Ltd",
    "Technologies",
    "Group",
    "University",
    "Bank",
    "International",
    "Foundation",
    "GmbH",
    "Systems",
)
_SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstv" for vowel in "aeiou"]


def made_up(size: int, seed: int = 0, *, context: bool = True) -> list[LocalEntity]:
    """Make local entities of three types, a third each; a hundredth of the entities have half of the mentions.

    Args:
        size: How many.
        seed: Draws everything.
        context: Whether each has the vector of a passage.

    Returns:
        Local entities of as many documents as there are groups of five, in three strata of readers.
    """
    rng = np.random.default_rng(seed)
    kinds = {
        "Person": _people(rng, size // 6),
        "Organization": _firms(rng, size // 8),
        "Location": _towns(rng, size // 20),
    }
    readers = [Readers(), Readers.of(["staff", "board"]), Readers.of(["board"])]
    made = []
    taken: set[tuple[int, str, int]] = set()
    for number in range(size):
        type_ = tuple(kinds)[number % 3]
        which = int(len(kinds[type_]) * rng.random() ** 4)
        document = number // 5
        while (document, type_, which) in taken:  # a document says one name of one thing
            which = (which + 1) % len(kinds[type_])
        taken.add((document, type_, which))
        vector = _vector(which, type_) + 0.7 * _unit(rng.standard_normal(384)) if context else None
        made.append(
            LocalEntity(
                document_id=f"d{document}",
                readers=readers[document % 10] if document % 10 < 3 else readers[0],
                type=type_,
                family=type_,
                mentions=(content_id("m", number),),
                names=((kinds[type_][which], 1 + number % 3),),
                facts=(Fact("EMPLOYEE_OR_MEMBER_OF", type_ == "Person", f"firm {which % 97}"),) if number % 2 else (),
                context=None if vector is None else _unit(vector).astype(np.float32),
            )
        )
    return made


def _vector(which: int, type_: str) -> NDArray[np.float64]:
    """The direction of an entity's own topic."""
    return _unit(np.random.default_rng([which, len(type_)]).standard_normal(384))


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector / float(np.linalg.norm(vector))


def _word(rng: np.random.Generator) -> str:
    return "".join(rng.choice(_SYLLABLES, size=rng.integers(2, 5))).capitalize()


def _people(rng: np.random.Generator, size: int) -> list[str]:
    given = [name.capitalize() for name in sorted(lexicon().given_names)]
    last = [name.capitalize() for name in sorted(lexicon().surnames)] + [_word(rng) for _ in range(size // 4)]
    return [f"{given[int(rng.integers(len(given)))]} {last[int(rng.integers(len(last)))]}" for _ in range(size)]


def _firms(rng: np.random.Generator, size: int) -> list[str]:
    words = [_word(rng) for _ in range(max(50, size // 2))]
    return [f"{words[int(rng.integers(len(words)))]} {_ENDINGS[int(rng.integers(len(_ENDINGS)))]}" for _ in range(size)]


def _towns(rng: np.random.Generator, size: int) -> list[str]:
    return [place.title() for place in sorted(set(places().values()))] + [_word(rng) for _ in range(size)]
