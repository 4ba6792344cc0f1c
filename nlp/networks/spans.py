"""The span head: every span up to a width by its first and last state and its width; entities may lie in entities.

After Eberts and Ulges, "Span-based joint entity and relation extraction" (2020), with a sigmoid a label.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SpanStates(nn.Module):
    """States of spans.

    Args:
        width: Of the states of pieces.
        widest: Most units of a span.
        hidden: Width of the states of spans.
        dropout: In training.
    """

    def __init__(self, width: int, widest: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.first = nn.Linear(width, hidden)
        self.last = nn.Linear(width, hidden)
        self.size = nn.Embedding(widest, hidden)
        self.norm = nn.LayerNorm(hidden)
        nn.init.normal_(self.size.weight, std=0.02)

    def forward(self, states: Tensor, first: Tensor, last: Tensor, size: Tensor) -> Tensor:
        """Return (spans, hidden).

        Args:
            states: Of pieces, flattened: (pieces, width).
            first, last: First piece of the first and of the last unit of each span.
            size: Units of each span less one.
        """
        states = self.dropout(states)
        one = self.first(states).index_select(0, first)  # its gradient is faster than that of indexing
        other = self.last(states).index_select(0, last)
        mixed: Tensor = self.dropout(nn.functional.gelu(self.norm(one + other + one * other + self.size(size))))
        return mixed


class Spans(nn.Module):
    """Labels of spans.

    Args:
        width, widest, hidden, dropout: As of `SpanStates`.
        labels: How many.
    """

    def __init__(self, width: int, labels: int, widest: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.states = SpanStates(width, widest, hidden, dropout)
        self.out = nn.Linear(hidden, labels)
        nn.init.constant_(self.out.bias, -5.0)  # most spans are nothing

    def forward(self, states: Tensor, first: Tensor, last: Tensor, size: Tensor) -> Tensor:
        """Return logits (spans, labels); arguments as of `SpanStates`."""
        logits: Tensor = self.out(self.states(states, first, last, size))
        return logits


def span_loss(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the binary loss of what is annotated, an entity (so that its size does not hang on the widest span).

    Args:
        logits, target: (spans, labels).
        weight: 0 where a label is not annotated.
    """
    each = nn.functional.binary_cross_entropy_with_logits(logits.float(), target, weight=weight, reduction="sum")
    return each / torch.clamp((target * weight).sum(), min=1.0)
