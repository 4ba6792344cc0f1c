"""Linear-chain conditional random field without torch: the best path, and the probability of a stretch of it.

After Lafferty, McCallum and Pereira, "Conditional random fields" (2001). Tags are O, then B and I of each label.
`transitions` has a row for each previous tag, a row for the beginning and, last, a row of what ends a sequence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


def logsumexp(values: Doubles, axis: int) -> Doubles:
    """Return log(sum(exp(values))) over an axis, without overflow."""
    top = values.max(axis=axis, keepdims=True)
    return np.asarray(np.squeeze(top, axis) + np.log(np.exp(values - top).sum(axis=axis)))


def viterbi(emissions: Floats, transitions: Floats) -> list[int]:
    """Return the best sequence of tags.

    Args:
        emissions: Scores (units, tags).
        transitions: Scores (tags + 2, tags).
    """
    count, tags = emissions.shape
    if not count:
        return []
    score = transitions[tags] + emissions[0]
    back = np.zeros((count, tags), np.int64)
    for step in range(1, count):
        paths = score[:, None] + transitions[:tags]
        back[step] = paths.argmax(axis=0)
        score = paths.max(axis=0) + emissions[step]
    best = [int((score + transitions[tags + 1]).argmax())]
    for step in range(count - 1, 0, -1):
        best.append(int(back[step, best[-1]]))
    return best[::-1]


def spans(tags: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return the (first unit, last unit, label) that a sequence of tags says; a stray I begins one."""
    found: list[tuple[int, int, int]] = []
    for unit, tag in enumerate(tags):
        label = (tag - 1) // 2
        if not tag:
            continue
        if tag % 2 == 0 and found and found[-1][1] == unit - 1 and found[-1][2] == label:
            found[-1] = (found[-1][0], unit, label)
        else:
            found.append((unit, unit, label))
    return found


def probabilities(emissions: Floats, transitions: Floats, found: Sequence[tuple[int, int, int]]) -> list[float]:
    """Return the probability of each span: that it begins, goes on and ends just there, whatever stands around it.

    Args:
        emissions: Scores (units, tags).
        transitions: Scores (tags + 2, tags).
        found: (first unit, last unit, label).
    """
    if not found:
        return []
    scores, moves = emissions.astype(np.float64), transitions.astype(np.float64)
    count, tags = scores.shape
    forward, backward = np.empty((count, tags)), np.empty((count, tags))
    forward[0] = moves[tags] + scores[0]
    for step in range(1, count):
        forward[step] = logsumexp(forward[step - 1][:, None] + moves[:tags], 0) + scores[step]
    backward[-1] = moves[tags + 1]
    for step in range(count - 2, -1, -1):
        backward[step] = logsumexp(moves[:tags] + (scores[step + 1] + backward[step + 1])[None, :], 1)
    total = float(logsumexp(forward[-1] + backward[-1], 0))
    out = []
    for first, last, label in found:
        begin, inside = 1 + 2 * label, 2 + 2 * label
        path, tag = forward[first, begin], begin
        for step in range(first + 1, last + 1):
            path, tag = path + moves[tag, inside] + scores[step, inside], inside
        if last + 1 < count:
            after = moves[tag] + scores[last + 1] + backward[last + 1]
            after[inside] = -np.inf
            path = path + float(logsumexp(after, 0))
        else:
            path = path + moves[tags + 1, tag]
        out.append(float(np.exp(min(0.0, path - total))))
    return out
