"""Learning from few examples by contrast: texts of a class are drawn together, of others apart, then a head is fitted.

SetFit (Tunstall et al. 2022) draws pairs and regresses their cosine. Here every batch is made of small groups of texts
of one class beside groups of the class that the encoder confuses it with, and each text is contrasted with all others
of the batch at once (Khosla et al. 2020).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn


def contrast(states: Tensor, targets: Tensor, temperature: float) -> Tensor:
    """Return the supervised contrastive loss of a batch.

    Args:
        states: Unit vectors (texts, width).
        targets: Class of each (texts,); negative: of none, it is only pushed away.
        temperature: By which cosines are divided.

    Source: Khosla et al. 2020, Supervised Contrastive Learning, equation 2.
    """
    alone = torch.eye(len(states), dtype=torch.bool, device=states.device)
    logits = (states @ states.T / temperature).masked_fill(alone, -1e9)
    chances = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    same = (targets[:, None] == targets[None, :]) & ~alone & (targets >= 0)[:, None]
    count = same.sum(dim=1)
    each = -(chances * same).sum(dim=1) / count.clamp(min=1)
    return each.sum() / (count > 0).sum().clamp(min=1)


def groups(
    by_class: Sequence[Sequence[Any]], passes: int, rivals: Sequence[int] | None, rng: random.Random
) -> list[tuple[Any, ...]]:
    """Put texts into groups of two of a class and, where rivals are known, two of its rival.

    Args:
        by_class: Texts of each class.
        passes: How often each text comes first in a group, in mean.
        rivals: The class that each is most like; None: groups are of one class alone.
        rng: What is drawn from.
    """
    found = []
    for _ in range(passes):
        for number, texts in enumerate(by_class):
            order = rng.sample(list(texts), len(texts))
            if len(order) % 2:
                order.append(rng.choice(order))
            for a, b in zip(order[::2], order[1::2], strict=True):
                group = [a, b]
                if rivals is not None and by_class[rivals[number]]:
                    other = by_class[rivals[number]]
                    group += rng.sample(list(other), min(2, len(other)))
                found.append(tuple(group))
    rng.shuffle(found)
    return found


def class_means(states: Tensor, targets: Tensor, classes: int) -> Tensor:
    """Return the unit mean of each class's unit vectors, (classes, width); zero where a class has no text."""
    sums = torch.zeros(classes, states.shape[1]).index_add_(0, targets, states)
    return nn.functional.normalize(sums, dim=1)


def nearest(means: Tensor) -> Tensor:
    """Return for each class the other one whose mean is most like its own, (classes,)."""
    alike = means @ means.T
    return alike.fill_diagonal_(-2.0).argmax(dim=1)


def logistic(states: Tensor, targets: Tensor, classes: int, strength: float = 1.0) -> tuple[Tensor, Tensor]:
    """Fit a multinomial logistic regression.

    Args:
        states: (texts, width).
        targets: (texts,).
        classes: How many there are.
        strength: Inverse of the L2 penalty, as C of scikit-learn.

    Returns:
        Weights (classes, width) and biases (classes,).
    """
    weight = torch.zeros(classes, states.shape[1], requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    search = torch.optim.LBFGS([weight, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        search.zero_grad()
        with torch.enable_grad():
            loss = nn.functional.cross_entropy(states @ weight.T + bias, targets, reduction="sum")
            total: Tensor = strength * loss + 0.5 * weight.square().sum()
            total.backward()  # type: ignore[no-untyped-call]
        return total

    search.step(closure)  # type: ignore[no-untyped-call]
    return weight.detach(), bias.detach()
