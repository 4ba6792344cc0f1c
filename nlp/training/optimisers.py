"""How weights learn: optimisers with a rate for each layer, schedules, and a moving average of the weights."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from nlp.training.recipe import OptimiserSection

_LAYER = re.compile(r"\.(?:layers?|blocks?|h)\.(\d+)\.")
_ADAPTER = re.compile(r"\.(?:lora_|ia3_)")


def depth(name: str) -> int | None:
    """Which layer of the body a weight belongs to, by its name: from 0, embeddings are -1; None: above, or no body."""
    if not name.startswith("body."):
        return None
    if found := _LAYER.search(name):
        return int(found.group(1))
    return -1 if "embed" in name else None


def is_new(name: str) -> bool:
    """Whether a weight was not pretrained: heads, adapters, and the embedding of word shapes."""
    return not name.startswith("body.") or name.startswith("body.shape.") or bool(_ADAPTER.search(name))


def groups(model: nn.Module, section: OptimiserSection) -> list[dict[str, Any]]:
    """Sort the weights that learn by rate and decay.

    What is new learns at the head's rate. A pretrained layer learns at the encoder's rate times `layer_decay` for each
    layer above it (Howard and Ruder, "Universal language model fine-tuning for text classification", 2018). Biases and
    norms do not decay.

    Args:
        model: Its attribute `body` is pretrained.
        section: Rates and decay.

    Returns:
        Groups for an optimiser; the full rate of each stands in `peak` too.
    """
    depths = [place for name, _ in model.named_parameters() if (place := depth(name)) is not None]
    layers = max(depths, default=-1) + 1
    sorted_: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, weight in model.named_parameters():
        if not weight.requires_grad:
            continue
        if is_new(name):
            rate = section.head_rate
        else:
            place = depth(name)
            above = 0 if place is None else layers - 1 - place
            rate = section.encoder_rate * section.layer_decay**above
        decay = section.weight_decay if weight.ndim > 1 else 0.0
        sorted_.setdefault((rate, decay), []).append(weight)
    return [
        {"params": weights, "lr": rate, "peak": rate, "weight_decay": decay}
        for (rate, decay), weights in sorted_.items()
    ]


def make(model: nn.Module, section: OptimiserSection) -> torch.optim.Optimizer:
    """Make the optimiser of a model's weights that learn."""
    sorted_ = groups(model, section)
    if section.name == "sgd":
        return torch.optim.SGD(sorted_, lr=section.head_rate, momentum=section.momentum)
    return torch.optim.AdamW(sorted_, lr=section.head_rate, betas=section.betas, fused=True)


def share(step: int, steps: int, section: OptimiserSection) -> float:
    """Share of the full rate at a step: linear up over the warm-up, then as the schedule says.

    Args:
        step: From 0.
        steps: Of the whole run.
        section: Schedule and warm-up.
    """
    rise = max(1, round(steps * section.warmup)) if section.warmup > 0 else 0
    if step < rise:
        return (step + 1) / rise
    if section.schedule == "constant":
        return 1.0
    done = min(1.0, (step - rise) / max(1, steps - rise))
    return 1.0 - done if section.schedule == "linear" else 0.5 * (1.0 + math.cos(math.pi * done))


class Average:
    """A moving average of the weights that learn (Polyak and Juditsky, 1992).

    Args:
        model: Whose weights.
        decay: How much of the average a step leaves; 0 keeps none: then the weights themselves are used.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._weights = [weight for weight in model.parameters() if weight.requires_grad]
        self._decay = decay
        self.values: list[Tensor] = [w.detach().clone() for w in self._weights] if decay else []

    def update(self, step: int) -> None:
        """Take the weights in after a step, counted from 1; a young average forgets faster, so the start is lost."""
        if self._decay:
            decay = min(self._decay, step / (step + 10))
            torch._foreach_lerp_(self.values, [weight.detach() for weight in self._weights], 1.0 - decay)

    def load(self, values: Sequence[Tensor]) -> None:
        """Go on from saved values."""
        self.values = (
            [value.to(w.device) for value, w in zip(values, self._weights, strict=True)] if self._decay else []
        )

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Let the model have the averaged weights for a while."""
        kept = [weight.detach().clone() for weight in self._weights] if self._decay else []
        self._assign(self.values)
        try:
            yield
        finally:
            self._assign(kept)

    @torch.no_grad()
    def _assign(self, values: Sequence[Tensor]) -> None:
        for weight, value in zip(self._weights, values, strict=False):
            weight.copy_(value)
