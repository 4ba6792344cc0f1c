"""The training loop of every task: exact resume, a checkpoint an epoch and meanwhile, the best epoch is kept."""

from __future__ import annotations

import math
import random
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from kg.errors import InputError, SettingsError
from nlp.evaluation.scores import Scores
from nlp.tasks.task import Task
from nlp.training import checkpoint, optimisers
from nlp.training.grouping import grouped
from nlp.training.parallel import Workers
from nlp.training.recipe import Recipe

Judge = Callable[[nn.Module], Scores]


class DivergedError(InputError):
    """The loss is no longer a number."""


def fit(
    task: Task,
    model: nn.Module,
    samples: Sequence[Any],
    judge: Judge,
    folder: Path,
    *,
    resume: bool = False,
    minutes: float = 10.0,
    workers: Workers | None = None,
    after_epoch: Callable[[dict[str, Any]], None] = lambda entry: None,
) -> list[dict[str, Any]]:
    """Train; what a step does depends on the seed, its number and the state before it, so resuming is exact.

    Args:
        task: The task; its recipe says how.
        model: Changed in place; `methods.prepare` chose what of it learns, `Task.begin` has seen it. At the end it has
            the best epoch's weights.
        samples: Of `Task.samples`.
        judge: Scores the model on development data.
        folder: Where the run keeps its state.
        resume: Whether to go on from the state there.
        minutes: How often the state is saved within an epoch.
        workers: Processes that share the work.
        after_epoch: Is shown what was measured after each epoch, those before a break included; what it raises ends
            the run.

    Returns:
        What was measured after each epoch: {"epoch", "losses", "seconds", "dev", "metric"}.

    Raises:
        SettingsError: the metric is none that the task measures.
        DivergedError: the loss is no longer a number.
    """
    recipe = task.recipe
    section = recipe.training
    workers = workers or Workers()
    folder.mkdir(parents=True, exist_ok=True)
    optimiser = optimisers.make(model, recipe.optimiser)
    average = optimisers.Average(model, recipe.optimiser.average)
    state = checkpoint.restore(folder, model, optimiser, average) if resume else checkpoint.Progress()
    if not workers.main:
        state.sums = {}  # what is saved is the main process's
    for entry in state.history if workers.main else ():
        after_epoch(entry)
    if section.epochs == 0:
        task.settle(model, samples)
        return []
    while state.epoch < section.epochs and not (section.patience and state.stale >= section.patience):
        _epoch(task, model, samples, folder, state, optimiser, average, minutes, workers)
        began = time.monotonic()
        with average.applied():
            task.settle(model, samples)
            scores = workers.once(lambda: judge(model))
            entry = _measured(state, scores, metric_of(scores, section.metric or task.metric), began)
            ahead = [past["metric"] for past in state.history]
            if workers.main and all(entry["metric"] >= past for past in ahead):
                checkpoint.save_best(folder, model)
        state.stale = 0 if all(entry["metric"] > past for past in ahead) else state.stale + 1
        state.history.append(entry)
        state.epoch, state.batch, state.sums, state.seconds = state.epoch + 1, 0, {}, 0.0
        if workers.main:
            checkpoint.save(folder, model, optimiser, average, state)
            after_epoch(entry)
    workers.wait()
    checkpoint.load_best(folder, model)
    return state.history


def metric_of(scores: Scores, name: str) -> float:
    """Return one figure of the scores.

    Raises:
        SettingsError: there is none of this name.
    """
    try:
        return scores.get(name)
    except KeyError as error:
        names = ["precision", "recall", "f1", "macro_f1", "accuracy", *scores.extra]
        raise SettingsError(f"training.metric: no {name!r} here; there are {', '.join(names)}") from error


def compose(task: Task, samples: Sequence[Any], recipe: Recipe, number: int) -> list[list[Any]]:
    """Compose the batches of an epoch, counted from 0; they depend on the seed and the number alone."""
    seed = f"{recipe.training.seed}-{number}"
    chosen = task.epoch(samples, random.Random(seed))
    if not chosen:
        raise InputError("the training data give no sample")
    return grouped(chosen, recipe.training.batch, random.Random(seed + "-order"))


def estimate(task: Task, model: nn.Module, samples: Sequence[Any], judging: float) -> float:
    """Estimate the seconds of a whole run from a few of its batches; the model stays as it is.

    Args:
        task, model, samples: As `fit` takes them.
        judging: Seconds that scoring the development data takes.
    """
    recipe = task.recipe
    if recipe.training.epochs == 0:
        return judging
    order = sorted(compose(task, samples, recipe, 0), key=_pieces)
    pieces, seconds = 0, 0.0
    middle = order[len(order) // 2]
    for number, batch in enumerate([middle, *(order[int(len(order) * at)] for at in (0.2, 0.5, 0.8))]):
        began = time.monotonic()
        _backward(task, model, batch, 1, seed=0)
        if number:  # the first one warms up
            pieces, seconds = pieces + _pieces(batch), seconds + time.monotonic() - began
    model.zero_grad(set_to_none=True)
    return recipe.training.epochs * (judging + seconds / max(1, pieces) * sum(map(_pieces, order)))


def _pieces(batch: Sequence[Any]) -> int:
    return len(batch) * max(map(len, batch))


def _epoch(
    task: Task,
    model: nn.Module,
    samples: Sequence[Any],
    folder: Path,
    state: checkpoint.Progress,
    optimiser: torch.optim.Optimizer,
    average: optimisers.Average,
    minutes: float,
    workers: Workers,
) -> None:
    recipe, section = task.recipe, task.recipe.optimiser
    order = compose(task, samples, recipe, state.epoch)
    together = section.accumulate * workers.count
    per_epoch = math.ceil(len(order) / together)
    steps = per_epoch * recipe.training.epochs
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    began, saved, before = time.monotonic(), time.monotonic(), state.seconds
    title = f"epoch {state.epoch + 1}/{recipe.training.epochs}"
    with tqdm(total=len(order), initial=state.batch, desc=title, mininterval=1.0, disable=not workers.main) as bar:
        while state.batch < len(order):
            rate = optimisers.share(state.epoch * per_epoch + state.batch // together, steps, section)
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * rate
            chunk = order[state.batch : state.batch + together]
            for place in range(workers.rank, len(chunk), workers.count):
                seed = zlib.crc32(f"{recipe.training.seed}-{state.epoch}-{state.batch + place}".encode())
                for name, value in _backward(task, model, chunk[place], len(chunk), seed).items():
                    state.sums[name] = state.sums.get(name, 0.0) + value
            workers.sum_gradients(weights)
            if section.clip > 0:
                nn.utils.clip_grad_norm_(weights, section.clip)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            state.step, state.batch = state.step + 1, state.batch + len(chunk)
            average.update(state.step)
            bar.update(len(chunk))
            bar.set_postfix(loss=f"{sum(state.sums.values()) * workers.count / state.batch:.4f}", refresh=False)
            state.seconds = before + time.monotonic() - began
            if workers.main and state.batch < len(order) and time.monotonic() - saved >= 60 * minutes:
                checkpoint.save(folder, model, optimiser, average, state)
                saved = time.monotonic()
    state.sums = {name: value / len(order) for name, value in workers.sum_losses(state.sums).items()}


def _backward(task: Task, model: nn.Module, batch: Sequence[Any], parts: int, seed: int) -> dict[str, float]:
    """Add the gradients of one batch out of `parts` of a step; every generator starts from the seed."""
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)
    model.train()
    device = next(model.parameters()).device.type
    half = task.recipe.training.precision == "bf16"
    with torch.autocast(device, dtype=torch.bfloat16, enabled=half):
        losses = task.loss(model, batch)
    total = torch.stack([loss.float() for loss in losses.values()]).sum()
    if not torch.isfinite(total):
        raise DivergedError("the loss is not a number any more: lower the rates (optimiser.encoder_rate, head_rate)")
    if total.requires_grad:
        torch.autograd.backward(total / parts)
    return {name: float(loss.detach()) for name, loss in losses.items()}


def _measured(state: checkpoint.Progress, scores: Scores, metric: float, began: float) -> dict[str, Any]:
    plain = scores.as_json()
    dev = {name: plain[name] for name in ("precision", "recall", "f1", "macro_f1", "accuracy")} | dict(scores.extra)
    seconds = {"training": state.seconds, "judging": time.monotonic() - began}
    return {"epoch": state.epoch + 1, "losses": dict(state.sums), "seconds": seconds, "dev": dev, "metric": metric}
