"""Which weights learn: all, a range of layers, the head alone, or small adapters that are merged in afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from torch import nn

from kg.errors import SettingsError
from nlp.training.optimisers import depth, is_new
from nlp.training.recipe import MethodSection

ATTENTION = frozenset({"query", "key", "value", "q", "k", "v", "q_proj", "k_proj", "v_proj", "q_lin", "k_lin", "v_lin"})


@dataclass(frozen=True, slots=True)
class Share:
    """How many numbers learn, of how many."""

    trained: int
    total: int

    def __str__(self) -> str:
        return f"{self.trained:,} of {self.total:,} parameters learn ({self.trained / max(1, self.total):.2%})"


def prepare(model: nn.Module, section: MethodSection) -> Share:
    """Choose what learns, in place.

    LoRA (Hu et al., 2021) adds a product of two thin matrices to each target, IA3 (Liu et al., 2022) scales what goes
    through them; heads and the embedding of word shapes are new and learn with either. "contrastive" is a loss of its
    task: all weights learn, as with "full", unless frozen.

    Args:
        model: Its attribute `body` is pretrained.
        section: The method.

    Raises:
        SettingsError: a part to freeze, or a target of adapters, that this model does not have.
    """
    kind = section.kind
    total = sum(weight.numel() for weight in model.parameters())
    learned = {name for name, weight in model.named_parameters() if weight.requires_grad}
    if kind in ("lora", "ia3"):
        _adapt(model, section)
    frozen = _frozen(model, section.freeze)
    for name, weight in model.named_parameters():
        if kind == "head" and name.startswith("body."):
            weight.requires_grad_(False)
        elif kind in ("lora", "ia3"):
            weight.requires_grad_(is_new(name) and (name in learned or weight.requires_grad))
        if name.startswith("body.") and depth(name) in frozen and not name.startswith("body.shape."):
            weight.requires_grad_(False)
    trained = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    if not trained:
        raise SettingsError("method: nothing is left to learn; freeze less")
    return Share(trained, total)


def merge(model: nn.Module) -> None:
    """Fold adapters into the weights that they adapt, in place, so that the model is plain again."""
    from peft.tuners.tuners_utils import BaseTunerLayer

    for name, module in list(model.named_modules()):
        if isinstance(module, BaseTunerLayer):
            module.merge(safe_merge=True)
            parent, _, child = name.rpartition(".")
            setattr(model.get_submodule(parent), child, module.get_base_layer())


def _adapt(model: nn.Module, section: MethodSection) -> None:
    from peft import IA3Config, LoraConfig, inject_adapter_in_model

    body, targets = model.get_submodule("body"), list(section.targets)
    config: Any
    if section.kind == "lora":
        config = LoraConfig(
            r=section.rank, lora_alpha=section.alpha, lora_dropout=section.adapter_dropout, target_modules=targets
        )
    else:
        scaled = [target for target in targets if target.rpartition(".")[2] not in ATTENTION]
        config = IA3Config(target_modules=targets, feedforward_modules=scaled)
    try:
        inject_adapter_in_model(config, body)
    except ValueError as error:
        names = sorted({n.rpartition(".")[2] for n, m in body.named_modules() if isinstance(m, nn.Linear)})
        raise SettingsError(f"method.targets: {error}; linear parts of this encoder: {', '.join(names)}") from error


def _frozen(model: nn.Module, text: str) -> frozenset[int]:
    """The layers that "embeddings,0-3" names; embeddings are -1."""
    layers = max((d for name, _ in model.named_parameters() if (d := depth(name)) is not None), default=-1)
    frozen: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        if part == "embeddings":
            frozen.add(-1)
            continue
        found = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if not found:
            raise SettingsError(f'method.freeze: {part!r} is neither "embeddings" nor layers like "2" or "0-3"')
        first, last = int(found[1]), int(found[2] or found[1])
        if first > last or last > layers:
            raise SettingsError(f"method.freeze: {part!r}: the layers of this encoder are 0-{layers}")
        frozen |= set(range(first, last + 1))
    return frozenset(frozen)
