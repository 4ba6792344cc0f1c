"""What two sets of texts share: a score on texts that were learned says nothing."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.data.example import Example
from nlp.data.tokens import words

NEAR = 0.8  # Jaccard similarity of words and pairs of words: about one word in twenty changed
_BANDS, _ROWS = 12, 4  # at .8 two texts meet in a band with probability .998
_MOST_IN_BUCKET = 50


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a set shares with the one that is learned from.

    Attributes:
        first, second: Names of the sets.
        equal: Texts of `second` that `first` has too, to the letter.
        near: Further texts of `second` that differ from one of `first` in letter case, punctuation or very few words.
        documents: Documents that are in both.
        examples: Ids of some such texts, of `first` and of `second`.
    """

    first: str
    second: str
    equal: int
    near: int
    documents: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]


def overlap(first: str, learned: Sequence[Example], second: str, held: Sequence[Example]) -> Overlap:
    """Find what two sets share.

    Near texts are found by MinHash (Broder 1997) in bands, and then compared.
    """
    exact = {_key(example): example.id for example in learned}
    rest: list[Example] = []
    pairs: list[tuple[str, str]] = []
    for example in held:
        if (same := exact.get(_key(example))) is not None:
            pairs.append((same, example.id))
        else:
            rest.append(example)
    near = _near(learned, rest)
    documents = sorted({e.document for e in learned if e.document} & {e.document for e in held})
    return Overlap(first, second, len(pairs), len(near), tuple(documents), tuple((pairs + near)[:20]))


def plain(example: Example) -> tuple[str, ...]:
    """Words of an example without case and punctuation, its second text or question after them."""
    parts = (example.text, example.pair or "", example.question or "")
    return tuple(word for part in parts for word in (*_plain_words(part), "\x00"))


def _plain_words(text: str) -> list[str]:
    found = [word for word in words(text.casefold()) if word[0].isalnum()]
    return found or words(text)


def _key(example: Example) -> tuple[str, str, str]:
    return example.text, example.pair or "", example.question or ""


def _shingles(tokens: Sequence[str]) -> set[int]:
    found = {zlib.crc32(word.encode()) for word in tokens}
    return found | {zlib.crc32(f"{a}\x01{b}".encode()) for a, b in pairwise(tokens)}


def _near(learned: Sequence[Example], held: Sequence[Example]) -> list[tuple[str, str]]:
    sets = [_shingles(plain(example)) for example in (*learned, *held)]
    bands = _bands(sets)
    found: dict[int, int] = {}
    for band in range(_BANDS):
        bucket: dict[bytes, list[int]] = defaultdict(list)
        for number in range(len(learned)):
            place = bucket[bands[number, band].tobytes()]
            if len(place) < _MOST_IN_BUCKET:
                place.append(number)
        for number in range(len(learned), len(sets)):
            if number in found:
                continue
            for other in bucket.get(bands[number, band].tobytes(), ()):
                if len(sets[number] & sets[other]) >= NEAR * len(sets[number] | sets[other]):
                    found[number] = other
                    break
    return [(learned[other].id, held[number - len(learned)].id) for number, other in sorted(found.items())]


def _bands(sets: Sequence[set[int]]) -> NDArray[Any]:
    """Least hashes of each set, (sets, bands, rows)."""
    if not sets:
        return np.zeros((0, _BANDS, _ROWS), np.uint64)
    flat = np.fromiter((item for one in sets for item in one), np.uint64)
    begins = np.cumsum([0, *(len(one) for one in sets[:-1])])
    rng = np.random.default_rng(1)
    least = np.empty((len(sets), _BANDS * _ROWS), np.uint64)
    for column in range(_BANDS * _ROWS):
        factor, shift = rng.integers(1, 2**63, 2, dtype=np.uint64)
        hashed = (flat * (factor | np.uint64(1)) + shift) >> np.uint64(32)  # multiply-shift, modulo 2^64
        least[:, column] = np.minimum.reduceat(hashed, begins)
    return least.reshape(len(sets), _BANDS, _ROWS)
