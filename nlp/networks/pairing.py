"""What the heads that relate pairs of spans share: what is between two spans, and what a pair reads of its text."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def running_maxima(level: Tensor, levels: int) -> Tensor:
    """Maxima over 1, 2, 4, ... pieces from each piece on, so that two of them cover any stretch.

    Args:
        level: (texts, length, width).
        levels: How many lengths.

    Returns:
        Flattened, (levels * texts * length, width).
    """
    found = [level]
    for power in range(levels - 1):
        step = 1 << power
        level = torch.maximum(level, torch.cat([level[:, step:], level[:, :step]], dim=1))
        found.append(level)
    return torch.stack(found).reshape(-1, level.shape[-1])


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor, heads: int) -> Tensor:
    """Attend from pairs to the pieces of their text.

    Args:
        query: (texts, pairs, width).
        key, value: (texts, length, width).
        mask: (texts, length), 1 where there is a piece.
        heads: Attention heads.

    Returns:
        (texts, pairs, width).
    """
    count, pairs, width = query.shape
    size = width // heads
    q = query.reshape(count, pairs, heads, size).transpose(1, 2)
    k = key.reshape(count, -1, heads, size).permute(0, 2, 3, 1)
    v = value.reshape(count, -1, heads, size).transpose(1, 2)
    scores = q @ k / math.sqrt(size) + (mask[:, None, None, :] - 1.0) * 1e4
    weights = torch.softmax(scores.float(), dim=-1).to(v.dtype)
    return (weights @ v).transpose(1, 2).reshape(count, pairs, width)
