"""The training loop of the joint reader: exact resume, a checkpoint an epoch, the best one by development F1."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from tqdm import tqdm

from nlp.networks.joint import Joint
from nlp.runtime.geometry import Floats, Ints, pair_arrays
from nlp.runtime.reading import GROUP, Settings
from nlp.training.corpora.examples import Passage, Sample
from nlp.training.reader import batches, targets
from nlp.training.reader.development import develop
from nlp.training.reader.opinions import Opinion, wait
from nlp.training.reader.recipe import Recipe
from nlp.training.reader.torch_network import TorchNetwork


@dataclass(frozen=True, slots=True)
class Data:
    """What a run learns from and is judged by."""

    samples: Sequence[Sample]
    entities: Sequence[Sample]
    development: Mapping[str, Sequence[Passage]]
    pool: Mapping[str, Sequence[str]]


def tag_loss(logits: Tensor, batch: batches.Batch) -> Tensor:
    """Mean weighted loss of the tagger: the probability of all tags that a piece may have counts as right."""
    scores = torch.log_softmax(logits.float(), dim=-1)
    allowed = torch.from_numpy(batch.allowed)
    weight = torch.from_numpy(batch.weight)
    right = torch.logsumexp(scores.masked_fill(~allowed, -1e9), dim=-1)
    return -(right * weight).sum() / weight.sum().clamp(min=1.0)


def step_loss(
    joint: Joint, batch: batches.Batch, settings: Settings, recipe: Recipe, soft: Opinion | None = None
) -> dict[str, Tensor]:
    """Compute the losses of one batch: `tags`, `pairs`, `same`; `soft` is what a teacher thinks of it."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states, tags = joint.reader(*(torch.from_numpy(a) for a in (batch.ids, batch.mask, batch.shapes)))
    related, coreferent = [], []
    if soft:
        related, coreferent = list(soft.related), list(soft.coreferent)
    else:
        table = settings.compatible()
        for passages, chains in targets.targets(batch, tags.detach().float().numpy(), settings, table, recipe.spans):
            related += passages
            coreferent.append(chains)
    states, tags = states.float(), tags.float()
    losses = {"tags": tag_loss(tags, batch)}
    if soft:
        losses["tags"] = (1 - recipe.teacher) * losses["tags"] + recipe.teacher * imitation(tags, soft.tags, batch.mask)
    flat_states, flat_tags = states.reshape(-1, states.shape[-1]), tags.reshape(-1, tags.shape[-1])
    losses["pairs"] = pair_loss(joint, flat_states, flat_tags, related)
    losses["same"] = same_loss(joint, flat_states, flat_tags, coreferent)
    return losses


def imitation(logits: Tensor, teacher: Floats, mask: Ints) -> Tensor:
    """Mean cross entropy of the tags to the teacher's probabilities."""
    scores = torch.log_softmax(logits, dim=-1)
    weight = torch.from_numpy(mask).float()
    return -((torch.from_numpy(teacher) * scores).sum(-1) * weight).sum() / weight.sum()


def pair_loss(joint: Joint, states: Tensor, tags: Tensor, related: list[targets.Related]) -> Tensor:
    """Binary cross entropy of the relations of pairs, summed over what is known, for each pair of which something is.

    Args:
        joint: The model.
        states: Flattened, (pieces, width).
        tags: Flattened tag logits.
        related: Passages with their pairs.
    """
    total, count = torch.zeros(()), 0.0
    related.sort(key=lambda r: len(r.geometry.pairs))
    for begin in range(0, len(related), GROUP):
        group = related[begin : begin + GROUP]
        logits = relate(joint, states, tags, group)
        target, known = np.zeros(logits.shape, np.float32), np.zeros(logits.shape, np.float32)
        for row, item in enumerate(group):
            target[row, : len(item.target)], known[row, : len(item.known)] = item.target, item.known
        each = nn.functional.binary_cross_entropy_with_logits(
            logits, torch.from_numpy(target), weight=torch.from_numpy(known), reduction="sum"
        )
        total, count = total + each, count + float(known.any(axis=-1).sum())
    return total / max(count, 1.0)


def relate(joint: Joint, states: Tensor, tags: Tensor, group: Sequence[targets.Related]) -> Tensor:
    """Score the pairs of some passages: logits (passages, pairs, relations)."""
    arrays = pair_arrays([r.geometry for r in group])
    feeds = {name: torch.from_numpy(array) for name, array in arrays.feeds().items()}
    pieces = torch.from_numpy(arrays.pieces)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = joint.pairs(states[pieces], tags[pieces], **feeds)
    scores: Tensor = logits.float()
    return scores


def same_loss(joint: Joint, states: Tensor, tags: Tensor, coreferent: Sequence[targets.Coreferent]) -> Tensor:
    """Mean binary cross entropy of pairs of mentions to be the same."""
    total, count = torch.zeros(()), 0.0
    for chains in coreferent:
        if len(chains.pairs):
            pairs = torch.tensor(chains.pairs)
            logits = joint.same(
                states,
                tags,
                torch.tensor(chains.first),
                torch.tensor(chains.last),
                pairs[:, 0],
                pairs[:, 1],
                torch.from_numpy(chains.features),
            )
            answers = torch.tensor(chains.target)
            total = total + nn.functional.binary_cross_entropy_with_logits(logits, answers, reduction="sum")
            count += len(answers)
    return total / max(count, 1.0)


def optimiser(joint: Joint, recipe: Recipe) -> torch.optim.AdamW:
    """Make the optimiser: the pretrained body learns slower than what is new."""
    body = list(joint.reader.body.parameters())
    known = {id(p) for p in body}
    heads = [p for p in joint.parameters() if id(p) not in known]
    return torch.optim.AdamW(
        [{"params": body, "lr": recipe.encoder_rate}, {"params": heads, "lr": recipe.head_rate}],
        betas=recipe.betas,
        weight_decay=recipe.weight_decay,
        fused=True,
    )


def rate(step: int, steps: int, warmup: float) -> float:
    """Share of the full learning rate: linear up over the warm-up, linear down to nought."""
    rise = max(1, round(steps * warmup))
    return (step + 1) / rise if step < rise else max(0.0, (steps - step) / max(1, steps - rise))


def assign(joint: Joint, values: Sequence[Tensor]) -> None:
    """Give a model's parameters these values."""
    with torch.no_grad():
        for parameter, value in zip(joint.parameters(), values, strict=True):
            parameter.copy_(value)


def train(
    joint: Joint,
    data: Data,
    tokenizer: Tokenizer,
    settings: Settings,
    recipe: Recipe,
    out: Path,
    *,
    opinions: Path | None = None,
    resume: bool = False,
    stop_after: int | None = None,
    report: Callable[[str], None] = tqdm.write,
) -> list[dict[str, Any]]:
    """Train; what an epoch does depends on the seed, its number and the state before it, so resuming is exact.

    Args:
        joint: The model, changed in place.
        data: Training and development data.
        tokenizer: Of the model.
        settings: Of the model.
        recipe: Hyperparameters.
        out: Folder for `last.pt` (everything to resume), `best.safetensors` and `history.json`.
        opinions: Folder that `nlp.training.reader.distil` writes, or has written; waited for where it is not there yet.
        resume: Whether to go on from `last.pt`.
        stop_after: Epochs to run in this call, for runs in parts.
        report: Where a line an epoch goes.

    Returns:
        What was measured after each epoch.
    """
    from safetensors.torch import save_file

    out.mkdir(parents=True, exist_ok=True)
    adam = optimiser(joint, recipe)
    history: list[dict[str, Any]] = []
    average = [p.detach().clone() for p in joint.parameters()]
    done, step = 0, 0
    if resume:
        state = torch.load(out / "last.pt", weights_only=True)
        joint.load_state_dict(state["model"])
        adam.load_state_dict(state["optimiser"])
        average = state["average"]
        done, step, history = state["epoch"], state["step"], state["history"]
    per_epoch = len(batches.epoch(data.samples, data.entities, data.pool, tokenizer, recipe, 0))
    steps = per_epoch * recipe.epochs
    full = [group["lr"] for group in ({"lr": recipe.encoder_rate}, {"lr": recipe.head_rate})]
    last = recipe.epochs if stop_after is None else min(recipe.epochs, done + stop_after)
    for number in range(done, last):
        torch.manual_seed(recipe.seed * 1000 + number)
        joint.train()
        began, sums = time.monotonic(), {"tags": 0.0, "pairs": 0.0, "same": 0.0}
        variant = number % recipe.variants if recipe.variants else number
        order = list(enumerate(batches.epoch(data.samples, data.entities, data.pool, tokenizer, recipe, variant)))
        if variant != number:
            random.Random(f"{recipe.seed}-{number}").shuffle(order)
        for index, group in tqdm(order, desc=f"epoch {number + 1}/{recipe.epochs}", mininterval=5.0):
            for options, peak in zip(adam.param_groups, full, strict=True):
                options["lr"] = peak * rate(step, steps, recipe.warmup)
            soft = wait(opinions, variant, index) if opinions else None
            losses = step_loss(joint, batches.collate(group, settings), settings, recipe, soft)
            torch.autograd.backward(losses["tags"] + losses["pairs"] + recipe.coreference * losses["same"])
            nn.utils.clip_grad_norm_(joint.parameters(), recipe.clip)
            adam.step()
            adam.zero_grad(set_to_none=True)
            step += 1
            # Young averages forget faster, so that the first steps leave no trace.
            decay = min(recipe.average, step / (step + 10))
            torch._foreach_lerp_(average, [p.detach() for p in joint.parameters()], 1.0 - decay)
            for name, value in losses.items():
                sums[name] += float(value.detach())
        entry: dict[str, Any] = {name: value / len(order) for name, value in sums.items()}
        entry |= {"epoch": number + 1, "seconds": time.monotonic() - began}
        current = [p.detach().clone() for p in joint.parameters()]
        assign(joint, average)
        if data.development:
            judged = develop(data.development, tokenizer, TorchNetwork(joint, half=True), settings)
            threshold, _ = judged.best()
            entry |= {"threshold": threshold, "development": judged.at(threshold).total.scores()}
            good = [right for _, right in judged.same]
            entry["antecedents"] = sum(good) / max(1, len(good))
        history.append(entry)
        report(json.dumps(entry))
        key = "development"
        if not data.development or entry[key]["f1"] >= max(h[key]["f1"] for h in history):
            save_file({k: v.contiguous() for k, v in joint.state_dict().items()}, out / "best.safetensors")
        assign(joint, current)
        state = {"model": joint.state_dict(), "average": average, "optimiser": adam.state_dict()}
        torch.save(state | {"epoch": number + 1, "step": step, "history": history}, out / "last.tmp")
        (out / "last.tmp").replace(out / "last.pt")
        (out / "history.json").write_text(json.dumps(history, indent=2) + "\n", encoding="utf-8")
    return history
