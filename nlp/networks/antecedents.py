"""The head of mention coreference: a score for a mention and one before it, and what it learns from."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nlp.runtime.mention_pairs import FEATURES


class Antecedents(nn.Module):
    """How likely an earlier mention is the antecedent of a later one.

    Args:
        width: Of the states.
        labels: Number of entity labels.
        hidden: Of the head.
        dropout: In training.
    """

    def __init__(self, width: int, labels: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.first = nn.ModuleList([nn.Linear(width, hidden) for _ in range(2)])
        self.last = nn.ModuleList([nn.Linear(width, hidden, bias=False) for _ in range(2)])
        self.label = nn.ModuleList([nn.Embedding(labels + 1, hidden) for _ in range(2)])
        self.features = nn.Linear(FEATURES, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.middle = nn.Linear(hidden, hidden)
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(hidden, 1)

    def forward(
        self,
        states: Tensor,
        first: Tensor,
        last: Tensor,
        label: Tensor,
        later: Tensor,
        earlier: Tensor,
        features: Tensor,
    ) -> Tensor:
        """Score pairs of mentions; the arrays are those of `nlp.runtime.mention_pairs.feeds`.

        Args:
            states: Flattened, (pieces, width).

        Returns:
            Logits, one a pair; 0 is as good as no antecedent.
        """
        a, b = (
            self.first[side](states[first]) + self.last[side](states[last]) + self.label[side](label) for side in (0, 1)
        )
        pair = a[later] + b[earlier] + a[later] * b[earlier] + self.features(features.to(states.dtype))
        pair = self.dropout(nn.functional.gelu(self.norm(pair)))
        pair = pair + nn.functional.gelu(self.middle(pair))
        logits: Tensor = self.out(self.dropout(pair))
        return logits.squeeze(-1)


def antecedent_loss(logits: Tensor, same: Tensor, later: Tensor, count: int) -> Tensor:
    """Return the mean negative log-likelihood of the right antecedents of each mention; none is right where no pair is.

    Args:
        logits: One a pair.
        same: Whether a pair is of one thing.
        later: The later mention of each pair.
        count: How many mentions there are.
    """
    # Having no antecedent has a logit of 0. Exponentials are summed by mention after its greatest logit is taken away.
    top = torch.zeros(count, dtype=logits.dtype, device=logits.device)
    top = top.scatter_reduce(0, later, logits.detach(), "amax", include_self=True)
    grown = torch.exp(logits - top[later])
    none = torch.exp(-top)
    every = none.scatter_add(0, later, grown)
    some = torch.zeros_like(top).scatter_add(0, later, same.to(top.dtype)) > 0
    right = torch.where(some, torch.zeros_like(none), none).scatter_add(0, later, grown * same.to(grown.dtype))
    return (torch.log(every) - torch.log(right.clamp_min(1e-30))).mean()
