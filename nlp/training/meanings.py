"""Tunes a sentence encoder so that a question lies nearest to the phrase of what it means.

Each question is contrasted with its own rivals and with what the other questions of the batch mean; where several
phrases may be meant, at least one has to be near (marginal likelihood).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor
from tqdm import tqdm

from nlp.training.export_encoder import pooled

_BATCH = {"padding": True, "truncation": True, "return_tensors": "pt"}


class Asked(Protocol):
    """A question with phrases."""

    @property
    def question(self) -> str:
        """What was asked."""

    @property
    def means(self) -> Sequence[str]:
        """Phrases of which at least one says what it means."""

    @property
    def rivals(self) -> Sequence[str]:
        """Phrases of what it does not mean."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train; the rates and the temperature are those of decision 15."""

    batch: int = 48
    rate: float = 8e-5
    warmup: float = 0.1
    temperature: float = 0.05
    longest: int = 48
    seed: int = 1


def tune(
    base: Path,
    samples: Sequence[Asked],
    plan: Plan = Plan(),
    start: Mapping[str, Tensor] | None = None,
    progress: Callable[[int, float], None] | None = None,
) -> torch.nn.Module:
    """Train for one pass over the samples.

    Args:
        base: Folder of a BERT-like encoder with its tokenizer.
        samples: In the order in which they are read.
        plan: Batches and rates.
        start: Weights to start from in place of the base's own.
        progress: Called after each step with its number and the loss.

    Returns:
        The module that gives unit vectors, in evaluation mode.
    """
    from transformers import AutoTokenizer

    torch.manual_seed(plan.seed)
    tokenizer = AutoTokenizer.from_pretrained(base)
    module = pooled(base)
    if start is not None:
        module.load_state_dict(dict(start), strict=False)
    module.train()
    steps = max(1, len(samples) // plan.batch)
    decayed = [p for p in module.parameters() if p.ndim > 1]
    flat = [p for p in module.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": flat, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=plan.rate, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / (plan.warmup * steps + 1), max(0.02, (steps - s) / steps))
    )
    for step in tqdm(range(steps), desc="questions", mininterval=5.0):
        group = samples[step * plan.batch : (step + 1) * plan.batch]
        loss = _loss(module, tokenizer, group, plan)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if progress is not None:
            progress(step, float(loss.detach()))
    return module.eval()


def _loss(module: torch.nn.Module, tokenizer: Any, group: Sequence[Asked], plan: Plan) -> Tensor:
    phrases: dict[str, int] = {}
    for sample in group:
        for text in (*sample.means, *sample.rivals):
            phrases.setdefault(text, len(phrases))
    texts = [sample.question for sample in group] + list(phrases)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    vectors: list[Tensor | None] = [None] * len(texts)
    quarter = (len(order) + 3) // 4
    for first in range(0, len(order), quarter):  # by length: short phrases are not padded to the longest question
        chosen = order[first : first + quarter]
        coded = tokenizer([texts[i] for i in chosen], max_length=plan.longest, **_BATCH)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = module(coded["input_ids"], coded["attention_mask"])
        for i, vector in zip(chosen, found.float(), strict=True):
            vectors[i] = vector
    states = torch.stack([vector for vector in vectors if vector is not None])
    asked, said = states[: len(group)], states[len(group) :]
    logits = asked @ said.T / plan.temperature
    right = torch.zeros_like(logits, dtype=torch.bool)
    for row, sample in enumerate(group):
        right[row, [phrases[text] for text in sample.means]] = True
    chances = torch.log_softmax(logits, dim=1)
    return -torch.logsumexp(chances.masked_fill(~right, -1e9), dim=1).mean()
