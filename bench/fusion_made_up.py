"""Local entities for timing: names put together from word lists, mentioned as often as Zipf's law says."""

from __future__ import annotations

import numpy as np

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


def made_up(size: int, seed: int = 0) -> list[LocalEntity]:
    """Make local entities of three types, a third each; a hundredth of the entities have half of the mentions.

    Args:
        size: How many.
        seed: Draws everything.

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
    for number in range(size):
        type_ = tuple(kinds)[number % 3]
        names = kinds[type_]
        name = names[int(len(names) * rng.random() ** 4)]
        document = number // 5
        other = kinds["Organization"][int(len(kinds["Organization"]) * rng.random() ** 4)].lower()
        vector = rng.standard_normal(384).astype(np.float32)
        made.append(
            LocalEntity(
                document_id=f"d{document}",
                readers=readers[min(document % 10, 2)] if document % 10 < 3 else readers[0],
                type=type_,
                family=type_,
                mentions=(content_id("m", number),),
                names=((name, 1 + number % 3),),
                facts=(Fact("EMPLOYEE_OR_MEMBER_OF", type_ == "Person", other),) if number % 2 else (),
                context=vector / np.linalg.norm(vector),
            )
        )
    return made


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
