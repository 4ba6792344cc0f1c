"""The tagging head: BIO tags under a linear-chain conditional random field that learns from partial annotation too.

After Lafferty, McCallum and Pereira (2001); where tags are not known, all paths through the tags that are possible
count together, as Tsuboi and others, "Training conditional random fields using incomplete annotations" (2008).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

FORBIDDEN = -1e4


class Crf(nn.Module):
    """Scores of tags, O then B and I of each label, and of one tag after another.

    Args:
        width: Of the states.
        labels: How many.
        dropout: Of states, in training.
    """

    def __init__(self, width: int, labels: int, dropout: float) -> None:
        super().__init__()
        self.tags = 1 + 2 * labels
        self.dropout = nn.Dropout(dropout)
        self.emit = nn.Linear(width, self.tags)
        self.moves = nn.Parameter(torch.zeros(self.tags + 2, self.tags))
        barred = torch.zeros(self.tags + 2, self.tags)
        for inside in range(2, self.tags, 2):
            barred[: self.tags + 1, inside] = FORBIDDEN
            barred[inside - 1 : inside + 1, inside] = 0.0
        self.register_buffer("barred", barred, persistent=False)

    def forward(self, states: Tensor) -> Tensor:
        """Return the scores of tags, (..., tags)."""
        scores: Tensor = self.emit(self.dropout(states))
        return scores

    def transitions(self) -> Tensor:
        """Return the scores (tags + 2, tags) of tags (columns) after each tag, at the beginning, and of the end."""
        return self.moves + self.get_buffer("barred")

    def loss(self, emissions: Tensor, known: Tensor, allowed: Tensor) -> Tensor:
        """Return the negative log probability of the allowed paths, a unit.

        Args:
            emissions: (rows, units, tags).
            known: (rows, units), whether there is a unit; rows are filled from the left.
            allowed: (rows, units, tags).
        """
        moves = self.transitions()
        # The allowed paths and all paths in one go.
        right = emissions.masked_fill(~allowed, 2 * FORBIDDEN)
        scores, mask = torch.cat([right, emissions]), torch.cat([known, known])
        alpha = moves[self.tags] + scores[:, 0]
        for step in range(1, scores.shape[1]):
            after = torch.logsumexp(alpha.unsqueeze(2) + moves[: self.tags], dim=1) + scores[:, step]
            alpha = torch.where(mask[:, step, None], after, alpha)
        total = torch.logsumexp(alpha + moves[self.tags + 1], dim=1)
        rows = len(emissions)
        return (total[rows:] - total[:rows]).sum() / known.sum()
