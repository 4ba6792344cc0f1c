"""Losses of the pair head; each knows labels that are not annotated, whose absence teaches nothing."""

from __future__ import annotations

from torch import Tensor, logsumexp, nn

FAR = -1e4


def sigmoid_loss(logits: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Sum of binary losses, a relation each; the logit of "none" is not used.

    Args:
        logits: (pairs, 1 + relations), "none" first.
        target: (pairs, relations), 1 where the relation holds.
        known: (pairs, relations), weight of each target; 0 where it is unknown.
    """
    return nn.functional.binary_cross_entropy_with_logits(logits[:, 1:], target, weight=known, reduction="sum")


def softmax_loss(logits: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Sum of losses of a choice among the relations and "none"; any of several right ones is right."""
    scores = logits.clone()
    scores[:, 1:] += (known == 0) * FAR
    right = scores.clone()
    right[:, 1:] += (target == 0) * FAR
    right[:, 0] += (target.sum(dim=-1) > 0) * FAR
    weight = known.amax(dim=-1)
    return ((logsumexp(scores, dim=-1) - logsumexp(right, dim=-1)) * weight).sum()


def adaptive_loss(logits: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Sum of adaptive-threshold losses: right relations above the logit of "none", all others below it.

    After Zhou et al., "Document-level relation extraction with adaptive thresholding and localized context pooling"
    (2021).
    """
    positive = logits.clone()
    positive[:, 1:] += (target == 0) * FAR
    negative = logits.clone()
    negative[:, 1:] += ((target > 0) | (known == 0)) * FAR
    above = (logsumexp(positive, dim=-1, keepdim=True) - logits[:, 1:]) * target
    below = logsumexp(negative, dim=-1) - logits[:, 0]
    return above.sum() + (below * known.amax(dim=-1)).sum()


LOSSES = {"sigmoid": sigmoid_loss, "softmax": softmax_loss, "adaptive": adaptive_loss}
