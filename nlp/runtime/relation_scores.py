"""From the pair head's logits to probabilities of relations, and which of them stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlp.runtime.scenes import Floats

Link = tuple[int, int, int, float]  # head, tail, relation, probability


def probabilities(logits: Floats, loss: str) -> Floats:
    """Return (pairs, relations) from (pairs, 1 + relations), "none" first, as the loss meant them.

    Args:
        logits: Of the pair head.
        loss: "sigmoid", "softmax" or "adaptive".
    """
    if loss == "softmax":
        shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return np.asarray((shifted / shifted.sum(axis=-1, keepdims=True))[:, 1:], np.float32)
    above = logits[:, 1:] - (logits[:, :1] if loss == "adaptive" else 0.0)
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(above, -30.0, 30.0))), np.float32)


def mirrored(scores: Floats, pairs: Sequence[tuple[int, int]], symmetric: Sequence[int]) -> Floats:
    """Give symmetric relations the mean of both directions.

    Args:
        scores: (pairs, relations).
        pairs: Ordered pairs.
        symmetric: Relations that hold both ways or not at all.
    """
    if not symmetric or not pairs:
        return scores
    index = {pair: n for n, pair in enumerate(pairs)}
    turned = np.array([index.get((j, i), n) for n, (i, j) in enumerate(pairs)], np.int64)
    out = scores.copy()
    columns = list(symmetric)
    out[:, columns] = (scores[:, columns] + scores[turned][:, columns]) / 2
    return out


def links(
    scores: Floats, pairs: Sequence[tuple[int, int]], symmetric: Sequence[int], threshold: float, single: bool
) -> list[Link]:
    """Return the relations that stand.

    Args:
        scores: (pairs, relations).
        pairs: Ordered pairs.
        symmetric: Relations that are given once, the entity of the smaller number first.
        threshold: Least probability.
        single: Whether a pair has at most one relation.
    """
    found: list[Link] = []
    for row, (i, j) in enumerate(pairs):
        chosen = np.nonzero(scores[row] >= threshold)[0].tolist()
        if single and chosen:
            chosen = [int(scores[row].argmax())]
        found += [(i, j, r, float(scores[row, r])) for r in chosen if i < j or r not in symmetric]
    return found
