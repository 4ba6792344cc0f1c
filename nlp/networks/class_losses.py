"""Losses of whole texts beside cross-entropy: labels that do not exclude each other, and made-up outside texts."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def several(
    logits: Tensor, targets: Sequence[Sequence[int]], unknown: Sequence[Sequence[int]], smoothing: float
) -> Tensor:
    """Return the mean binary cross-entropy over what is annotated.

    Args:
        logits: (texts, labels).
        targets: Numbers of each text's labels.
        unknown: Numbers of the labels that are not annotated in each text.
        smoothing: Share by which targets are drawn towards one half.
    """
    target, known = torch.zeros_like(logits), torch.ones_like(logits)
    for row, (names, silent) in enumerate(zip(targets, unknown, strict=True)):
        target[row, list(names)] = 1.0
        known[row, list(silent)] = 0.0
    target = target * (1.0 - smoothing) + 0.5 * smoothing
    each = nn.functional.binary_cross_entropy_with_logits(logits, target, weight=known, reduction="sum")
    return each / known.sum().clamp(min=1.0)


def mixtures(states: Tensor, classes: Tensor, rate: float) -> Tensor:
    """Make states up that lie between two classes, and so are of neither.

    Args:
        states: (texts, width).
        classes: (texts,).
        rate: How many to try for each text; those that mix a class with itself are dropped.

    Source: Zhan et al. 2021, Out-of-Scope Intent Detection with Self-Supervision and Discriminative Training.
    """
    count = round(len(states) * rate)
    first, second = (torch.randint(len(states), (count,), device=states.device) for _ in range(2))
    share = 0.25 + 0.5 * torch.rand(count, 1, device=states.device)
    mixed = share * states[first] + (1.0 - share) * states[second]
    return mixed[classes[first] != classes[second]]
