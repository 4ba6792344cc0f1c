"""The head that finds entities for the joint task: every span of a passage is an entity of some type, or none."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nlp.networks.body import Body
from nlp.networks.pair_head import PairHead
from nlp.runtime.span_arrays import SPAN_LEVELS, WIDTHS


class SpanHead(nn.Module):
    """Types of spans, from their first and last state, the maximum over all, and how many words they have.

    After Eberts and Ulges, "Span-based joint entity and relation extraction with transformer pre-training" (2020).

    Args:
        states: Width of the encoder's states.
        width: Of the head.
        outputs: Number of logits: one a type and, first, one for "no entity".
        dropout: In training.
    """

    def __init__(self, states: int, width: int, outputs: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.first = nn.Linear(states, width)
        self.last = nn.Linear(states, width, bias=False)
        self.within = nn.Linear(states, width, bias=False)
        self.widths = nn.Embedding(WIDTHS, width)
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(width, outputs)

    def forward(
        self, states: Tensor, first: Tensor, last: Tensor, left: Tensor, right: Tensor, width: Tensor
    ) -> Tensor:
        """Score spans of flattened states (pieces, width); the arrays are those of `nlp.runtime.span_arrays`."""
        level = self.within(states)
        levels = [level]
        for power in range(SPAN_LEVELS - 1):
            step = 1 << power
            level = torch.maximum(level, torch.cat([level[step:], level[:step]]))
            levels.append(level)
        maxima = torch.cat(levels)
        inside = torch.maximum(maxima[left], maxima[right])
        span = self.first(states)[first] + self.last(states)[last] + inside + self.widths(width)
        span = self.dropout(nn.functional.gelu(self.norm(span)))
        span = span + nn.functional.gelu(self.up(span))
        logits: Tensor = self.out(self.dropout(span))
        return logits


class SpanPairs(nn.Module):
    """The body and both heads together, as they are trained and saved."""

    def __init__(self, body: Body, spans: SpanHead, pairs: PairHead) -> None:
        super().__init__()
        self.body, self.spans, self.pairs = body, spans, pairs
