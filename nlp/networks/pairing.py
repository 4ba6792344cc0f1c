"""What the heads that relate pairs of spans share: what is between two spans, and what a pair reads of its text."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


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


class PairScorer(nn.Module):
    """Scores pairs that a head has put together, by what stands between their spans and by the text around them.

    A head makes its own parts first, so that a seed gives it the weights that it always gave.

    Args:
        states: Width of the states.
        width: Of the head.
        features: Numbers that say how far apart a pair is; the first is 1 where something stands between.
        outputs: Number of logits.
        heads: Attention heads from a pair over its text.
        dropout: In training.
    """

    def __init__(self, states: int, width: int, features: int, outputs: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.width, self.heads = width, heads
        self.between = nn.Linear(states, width)
        self.apart = nn.Linear(features, width)
        self.norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(states, width)
        self.value = nn.Linear(states, width)
        self.back = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, width)
        self.down = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(width, outputs)

    def between_spans(
        self, states: Tensor, mask: Tensor, left: Tensor, right: Tensor, apart: Tensor, levels: int
    ) -> Tensor:
        """Maxima of the projected states between the spans of each pair, (texts, pairs, width)."""
        level = self.between(states) + (mask.unsqueeze(-1) - 1.0) * 1e4
        maxima = running_maxima(level, levels)
        return torch.maximum(maxima[left], maxima[right]) * apart[..., :1]

    def score(self, pair: Tensor, states: Tensor, mask: Tensor) -> Tensor:
        """Logits (texts, pairs, outputs) of pairs (texts, pairs, width)."""
        pair = self.dropout(nn.functional.gelu(self.norm(pair)))
        pair = pair + self.back(attend(self.query(pair), self.key(states), self.value(states), mask, self.heads))
        pair = pair + self.down(self.dropout(nn.functional.gelu(self.up(self.norm2(pair)))))
        logits: Tensor = self.out(pair)
        return logits
