"""A text with entities and the pairs of them that are asked about, as the index arrays that the pair head takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEVELS = 8  # running maxima over 1, 2, 4, ... 128 pieces
FEATURES = 6

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scene:
    """What the pair head sees of one text.

    Attributes:
        pieces: Where the text's states are, into the flattened states of a batch.
        entities: (first piece, last piece) of each mention of each entity, in order; counted within the text.
        types: What each entity is, (entities, types): ones and noughts where types are given, else probabilities.
        pairs: Ordered pairs of entities.
    """

    pieces: Ints
    entities: Sequence[Sequence[tuple[int, int]]]
    types: Floats
    pairs: Sequence[tuple[int, int]]


def feeds(group: Sequence[Scene]) -> dict[str, NDArray[Any]]:
    """Lay out a group of scenes, padded to the longest of each kind.

    Returns:
        `pieces`, `mask` (scenes, length); `first`, `last`, `present` (scenes, entities, mentions), into the group's
        flattened pieces; `types` (scenes, entities, types); `head`, `tail` (scenes, pairs), into the
        flattened entities; `left`, `right` (scenes, pairs), into the flattened running maxima: together, all that is
        between the closest mentions of a pair; `apart` (scenes, pairs, FEATURES).
    """
    count = len(group)
    length = max(len(s.pieces) for s in group)
    entities = max(1, max(len(s.entities) for s in group))
    mentions = max(1, max((len(m) for s in group for m in s.entities), default=1))
    pairs = max(1, max(len(s.pairs) for s in group))
    kinds = group[0].types.shape[1]
    pieces, mask = np.zeros((count, length), np.int64), np.zeros((count, length), np.float32)
    first, last = (np.zeros((count, entities, mentions), np.int64) for _ in range(2))
    present = np.zeros((count, entities, mentions), np.float32)
    types = np.zeros((count, entities, kinds), np.float32)
    head, tail, left, right = (np.zeros((count, pairs), np.int64) for _ in range(4))
    apart = np.zeros((count, pairs, FEATURES), np.float32)
    for row, scene in enumerate(group):
        size = len(scene.pieces)
        pieces[row, :size], mask[row, :size] = scene.pieces, 1.0
        for number, spans in enumerate(scene.entities):
            for place, (begin, end) in enumerate(spans):
                first[row, number, place], last[row, number, place] = begin + row * length, end + row * length
                present[row, number, place] = 1.0
        types[row, : len(scene.entities)] = scene.types
        if not scene.pairs:
            continue
        chosen = np.array(scene.pairs, np.int64)
        n = len(chosen)
        head[row, :n], tail[row, :n] = (chosen[:, side] + row * entities for side in (0, 1))
        low, high, order = _between(scene)
        wide = np.maximum(high - low + 1, 0)
        some = wide > 0
        level = np.where(some, np.minimum(np.log2(np.maximum(wide, 1)).astype(np.int64), LEVELS - 1), 0)
        low, high = np.where(some, low, 0), np.where(some, high, 0)
        offset = (level * count + row) * length
        left[row, :n] = offset + low
        right[row, :n] = offset + np.maximum(high - (1 << level) + 1, low)
        many = np.log1p(np.array([len(spans) for spans in scene.entities], np.float32))
        apart[row, :n, 0] = some
        apart[row, :n, 1] = order * np.log1p(wide)
        apart[row, :n, 2] = order
        apart[row, :n, 3] = np.minimum(wide, 64) / 16.0
        apart[row, :n, 4], apart[row, :n, 5] = many[chosen[:, 0]], many[chosen[:, 1]]
    return {
        "pieces": pieces, "mask": mask, "first": first, "last": last, "present": present, "types": types,
        "head": head, "tail": tail, "left": left, "right": right, "apart": apart,
    }  # fmt: skip


def _between(scene: Scene) -> tuple[Ints, Ints, Ints]:
    """First and last piece between the closest mentions of each pair, and 1 where the head comes first, else -1."""
    closest: dict[tuple[int, int], tuple[int, int, int]] = {}
    out = []
    for one, other in scene.pairs:
        found = closest.get((one, other))
        if found is None:
            spans = ((a, b) for a in scene.entities[one] for b in scene.entities[other])
            a, b = min(spans, key=lambda s: max(s[0][0], s[1][0]) - min(s[0][1], s[1][1]))
            low, high = min(a[1], b[1]) + 1, max(a[0], b[0]) - 1
            order = 1 if a[0] <= b[0] else -1
            found = (low, high, order)
            closest[(other, one)] = (low, high, -order)
        out.append(found)
    table = np.array(out, np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]
