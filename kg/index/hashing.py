"""An encoder that needs no model: hashed words and character n-grams."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.index.words import CJK, segment

_CJK = re.compile(f"[{CJK}]")
_TOKEN = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")


class HashingEncoder:
    """Turns texts into unit vectors by signed feature hashing; implements `kg.ports.Encoder`.

    Features are words, and their character 3- and 4-grams at a lower weight; CJK characters and their pairs. Two texts
    are similar as far as they share spelling, not meaning. Counts are damped by a square root.
    Source: Weinberger et al., Feature Hashing for Large Scale Multitask Learning (2009).

    Args:
        dimensions: Length of the vectors.
    """

    def __init__(self, dimensions: int = 512) -> None:
        self.name = f"hashing-{dimensions}@1"
        self.dimensions = dimensions

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts.

        Args:
            texts: Any texts; one without a letter or digit gets the zero vector.

        Returns:
            Unit vectors, shape (len(texts), dimensions).
        """
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for feature, weight in _features(text).items():
                number = int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "big")
                vectors[row, (number >> 1) % self.dimensions] += weight**0.5 * (1 if number & 1 else -1)
            vectors[row] /= np.linalg.norm(vectors[row]) or 1
        return vectors


def _features(text: str) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    previous = ""
    for token in _TOKEN.findall(segment(text).casefold()):
        counts[token] += 1
        if _CJK.match(token):
            if previous:
                counts[previous + token] += 2  # a pair is nearer to a word than a character is
            previous = token
            continue
        previous = ""
        for gram in _grams(token):
            counts["#" + gram] += 0.1
    return counts


def _grams(word: str) -> Iterator[str]:
    edged = f"<{word}>"
    for size in (3, 4):
        for start in range(len(edged) - size + 1):
            yield edged[start : start + size]
