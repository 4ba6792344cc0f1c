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


@dataclass(frozen=True, slots=True)
class Print:
    """What a text is compared by.

    Attributes:
        id, document: Of the example.
        exact: The text, and its second text or question.
        words: Its words without case and punctuation.
    """

    id: str
    document: str
    exact: tuple[str, str, str]
    words: tuple[str, ...]


def prints(examples: Sequence[Example]) -> list[Print]:
    """Make what texts are compared by."""
    found = []
    for example in examples:
        parts = (example.text, example.pair or "", example.question or "")
        plain = tuple(word for part in parts if part for word in (*_plain(part), "\x00"))
        found.append(Print(example.id, example.document, parts, plain))
    return found


def _plain(text: str) -> list[str]:
    found = words(text.casefold())
    return [word for word in found if word[0].isalnum()] or found


def overlap(first: str, learned: Sequence[Print], second: str, held: Sequence[Print]) -> Overlap:
    """Find what two sets share.

    Near texts are found by MinHash (Broder 1997) in bands, and then compared.
    """
    exact = {one.exact: one.id for one in learned}
    pairs = [(exact[one.exact], one.id) for one in held if one.exact in exact]
    near = _near(learned, [one for one in held if one.exact not in exact])
    documents = sorted({one.document for one in learned if one.document} & {one.document for one in held})
    return Overlap(first, second, len(pairs), len(near), tuple(documents), tuple((pairs + near)[:20]))


def _shingles(tokens: Sequence[str]) -> set[int]:
    found = {zlib.crc32(word.encode()) for word in tokens}
    return found | {zlib.crc32(f"{a}\x01{b}".encode()) for a, b in pairwise(tokens)}


def _near(learned: Sequence[Print], held: Sequence[Print]) -> list[tuple[str, str]]:
    sets = [_shingles(one.words) for one in (*learned, *held)]
    bands = _bands(sets)
    found: dict[int, int] = {}
    for band in range(_BANDS):
        buckets: dict[bytes, list[int]] = defaultdict(list)
        for number in range(len(learned)):
            bucket = buckets[bands[number, band].tobytes()]
            if len(bucket) < _MOST_IN_BUCKET:
                bucket.append(number)
        for number in range(len(learned), len(sets)):
            if number in found:
                continue
            for other in buckets.get(bands[number, band].tobytes(), ()):
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
