"""The index arrays that the relation and coreference heads take: which pieces, spans and pairs, and how they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.types import SpanKind
from nlp.rules.script import HAN
from nlp.runtime.candidates import Candidate

LEVELS = 8  # running maxima over 1, 2, 4, ... 128 pieces
SAME_FEATURES = 9

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as the heads see it: where its pieces are in the encoder's flattened output, its spans and pairs."""

    base: int
    length: int
    spans: Sequence[Candidate]
    pairs: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class PairArrays:
    """Inputs of the relation head for a group of passages; what is padded has weight nought or is ignored."""

    pieces: Ints  # (passages, length), into the flattened states
    mask: Floats  # (passages, length)
    first: Ints  # (passages, spans), into the group's flattened pieces
    last: Ints
    head: Ints  # (passages, pairs), into the group's flattened spans
    tail: Ints
    left: Ints  # (passages, pairs), into the flattened running maxima: with `right`, all that is between
    right: Ints
    apart: Floats  # (passages, pairs, 2): whether anything is between, signed log distance

    def feeds(self) -> dict[str, NDArray[np.generic]]:
        """The arrays but `pieces` by name, as the exported graph takes them."""
        names = ("mask", "first", "last", "head", "tail", "left", "right", "apart")
        return {name: getattr(self, name) for name in names}


def pair_arrays(group: Sequence[Passage]) -> PairArrays:
    """Lay out a group of passages, padded to the longest of each kind."""
    count = len(group)
    length = max(p.length for p in group)
    spans = max(1, max(len(p.spans) for p in group))
    pairs = max(1, max(len(p.pairs) for p in group))
    pieces, mask = np.zeros((count, length), np.int64), np.zeros((count, length), np.float32)
    first, last = np.zeros((count, spans), np.int64), np.zeros((count, spans), np.int64)
    head, tail = np.zeros((count, pairs), np.int64), np.zeros((count, pairs), np.int64)
    left, right = np.zeros((count, pairs), np.int64), np.zeros((count, pairs), np.int64)
    apart = np.zeros((count, pairs, 2), np.float32)
    for row, passage in enumerate(group):
        pieces[row, : passage.length] = np.arange(passage.base, passage.base + passage.length)
        mask[row, : passage.length] = 1.0
        if not passage.pairs:
            continue
        begins = np.array([s.first for s in passage.spans], np.int64)
        ends = np.array([s.last for s in passage.spans], np.int64)
        first[row, : len(begins)] = begins + row * length
        last[row, : len(ends)] = ends + row * length
        chosen = np.array(passage.pairs, np.int64)
        h, t = chosen[:, 0], chosen[:, 1]
        n = len(chosen)
        head[row, :n], tail[row, :n] = h + row * spans, t + row * spans
        low = np.minimum(ends[h], ends[t]) + 1
        high = np.maximum(begins[h], begins[t]) - 1
        width = high - low + 1
        some = width > 0
        level = np.where(some, np.minimum(np.log2(np.maximum(width, 1)).astype(np.int64), LEVELS - 1), 0)
        low, high = np.where(some, low, 0), np.where(some, high, 0)
        offset = (level * count + row) * length
        left[row, :n] = offset + low
        right[row, :n] = offset + np.maximum(high - (1 << level) + 1, low)
        apart[row, :n, 0] = some
        apart[row, :n, 1] = np.sign(begins[t] - begins[h]) * np.log1p(np.maximum(width, 0))
    return PairArrays(pieces, mask, first, last, head, tail, left, right, apart)


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate in its window: its surface, passage number and place in the flattened states."""

    candidate: Candidate
    surface: str
    passage: int
    first: int
    last: int


def alike(one: str, other: str) -> bool:
    """Whether two names share a word, or one is made of the other's initials, or of its characters if Chinese.

    Else they are hardly the same thing.
    """
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) > 1 and HAN.search(shorter) and shorter in longer:
        return True
    words, others = one.casefold().split(), other.casefold().split()
    if set(words) & set(others):
        return True
    initials = ("".join(w[0] for w in words), "".join(w[0] for w in others))
    plain = (one.casefold().replace(".", ""), other.casefold().replace(".", ""))
    return len(plain[0]) > 1 < len(plain[1]) and (initials[0] == plain[1] or initials[1] == plain[0])


def same_pairs(spans: Sequence[Placed], longest: int) -> list[tuple[int, int]]:
    """Return the pairs (later, earlier) of a window that may be the same: every two names, and what refers to what."""
    return [(i, j) for i in range(len(spans)) for j in range(max(0, i - longest), i)]


def same_features(spans: Sequence[Placed], pairs: Sequence[tuple[int, int]]) -> Floats:
    """Describe pairs of a window for the coreference head.

    Args:
        spans: Mentions of a window.
        pairs: Indices (later, earlier).

    Returns:
        Shape (pairs, SAME_FEATURES): equal surface, equal last word, equal first word, one inside the other, which are
        pronouns or noun phrases, how far apart in pieces and passages.
    """
    lowered = [s.surface.casefold() for s in spans]
    words = [text.split() or [""] for text in lowered]
    name = [s.candidate.kind is SpanKind.NAME for s in spans]
    out = np.zeros((len(pairs), SAME_FEATURES), np.float32)
    for row, (i, j) in enumerate(pairs):
        a, b = spans[i], spans[j]
        both = name[i] and name[j]
        out[row] = (
            lowered[i] == lowered[j],
            both and words[i][-1] == words[j][-1],
            both and words[i][0] == words[j][0],
            both and (lowered[i] in lowered[j] or lowered[j] in lowered[i]),
            a.candidate.kind is SpanKind.PRONOUN,
            b.candidate.kind is SpanKind.PRONOUN,
            a.candidate.kind is SpanKind.NOMINAL or b.candidate.kind is SpanKind.NOMINAL,
            np.log1p(abs(a.first - b.first)) / 3.0,
            min(a.passage - b.passage, 4) / 2.0,
        )
    return out
