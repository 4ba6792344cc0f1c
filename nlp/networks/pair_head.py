"""The head that relates: a logit for each relation of each ordered pair of entities of a text."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nlp.networks.pairing import PairScorer
from nlp.runtime.scenes import FEATURES, LEVELS


class Mentions(nn.Module):
    """What an entity is in one role: the first and last state of its mentions, pooled, and its type."""

    def __init__(self, states: int, types: int, out: int) -> None:
        super().__init__()
        self.first = nn.Linear(states, out)
        self.last = nn.Linear(states, out, bias=False)
        self.types = nn.Linear(types, out, bias=False)

    def forward(self, states: Tensor, first: Tensor, last: Tensor, present: Tensor, types: Tensor) -> Tensor:
        """Pool over mentions by log-sum-exp, which lets the mention decide that says most (Jia et al., 2019)."""
        flat_first = self.first(states).flatten(0, 1)
        flat_last = self.last(states).flatten(0, 1)
        each = flat_first[first] + flat_last[last]
        pooled = torch.logsumexp(each.float() + (present.unsqueeze(-1) - 1.0) * 1e4, dim=2)
        typed: Tensor = pooled.to(each.dtype) + self.types(types)
        return typed


class PairHead(PairScorer):
    """Relations between entities of one text; after the pair head of the joint reader, with entities of many mentions.

    Each pair attends to the text it stands in, which does what localized context pooling does in Zhou et al.,
    "Document-level relation extraction with adaptive thresholding and localized context pooling" (2021), with weights
    that the pair itself learns to ask for.

    Args:
        states: Width of the encoder's states.
        width: Of the head.
        types: Number of entity types.
        outputs: Number of logits: one a relation and, first, one for "none of them".
        dropout: In training.
    """

    def __init__(self, states: int, width: int, types: int, outputs: int, dropout: float = 0.1) -> None:
        roles = nn.ModuleList([Mentions(states, types, width) for _ in range(2)])
        mix = nn.ModuleList([nn.Linear(width, width) for _ in range(2)])
        super().__init__(states, width, FEATURES, outputs, max(1, width // 64), dropout)
        self.roles, self.mix = roles, mix

    def forward(
        self,
        states: Tensor,
        mask: Tensor,
        first: Tensor,
        last: Tensor,
        present: Tensor,
        types: Tensor,
        head: Tensor,
        tail: Tensor,
        left: Tensor,
        right: Tensor,
        apart: Tensor,
    ) -> Tensor:
        """Score pairs; the arrays are those of `nlp.runtime.scenes.feeds`, states are (texts, length, width).

        Returns:
            Logits (texts, pairs, outputs).
        """
        heads, tails = (role(states, first, last, present, types).flatten(0, 1) for role in self.roles)
        product = self.mix[0](heads)[head] * self.mix[1](tails)[tail]
        gap = self.between_spans(states, mask, left, right, apart, LEVELS)
        return self.score(heads[head] + tails[tail] + product + gap + self.apart(apart), states, mask)
