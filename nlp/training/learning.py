"""From data and a recipe to a model that has learned, in torch: the part of a run that search repeats."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn
from tqdm import tqdm

from nlp.data.example import Example
from nlp.tasks.task import Task
from nlp.training import checkpoint, methods, trainer
from nlp.training.assembly import build, judge
from nlp.training.encoders import resolve
from nlp.training.material import Material
from nlp.training.methods import Share
from nlp.training.parallel import Workers
from nlp.training.recipe import Recipe
from nlp.training.report import figures
from nlp.training.suit import with_enough_steps

BEFORE = "before.json"
PART, LETTERS = 200, 200_000  # examples and characters of development data that are scored before the first step


@dataclass(frozen=True, slots=True)
class Learned:
    """A model that has learned.

    Attributes:
        task: Its task.
        model: With its best weights, adapters not yet merged.
        encoder: The folder of the encoder that it started from.
        share: What of it learned.
        before: Scores before the first step, on as many development examples as "examples" says.
        history: What was measured after each epoch.
        metric: Name of the figure that chose the epoch.
    """

    task: Task
    model: nn.Module
    encoder: Path
    share: Share
    before: dict[str, Any]
    history: Sequence[dict[str, Any]]
    metric: str

    @property
    def seconds(self) -> float:
        """How long the epochs took, those before a break included."""
        return float(sum(sum(entry["seconds"].values()) for entry in self.history))


def tell(text: str) -> None:
    """Tell the person who waits, on standard error, without breaking a progress bar."""
    tqdm.write(text, file=sys.stderr)


def learn(
    kind: type[Task],
    recipe: Recipe,
    data: Material,
    folder: Path,
    *,
    resume: bool = False,
    minutes: float = 10.0,
    workers: Workers | None = None,
    say: Callable[[str], None] = tell,
    after_epoch: Callable[[dict[str, Any]], None] = lambda entry: None,
) -> Learned:
    """Let a model learn.

    Args:
        kind: The task's class.
        recipe: How; complete.
        data: What from; the test part is not looked at.
        folder: Where the run keeps its state.
        resume, minutes, workers, after_epoch: As `trainer.fit` takes them.
        say: Is told what goes on.
    """
    workers = workers or Workers()
    encoder = resolve(recipe.encoder.source)
    task, model = build(kind, recipe, data.train, encoder)
    model.to(workers.device)
    share = methods.prepare(model, recipe.method)
    say(str(share))
    samples = task.samples(data.train)
    seen = len(task.epoch(samples, random.Random(0)))
    task.recipe = recipe = with_enough_steps(recipe, seen)
    section = recipe.training
    if not (folder / checkpoint.LAST).exists():
        task.begin(model, samples)
        if workers.main:
            task.settle(model, samples)
            part, start = first(data.dev), time.monotonic()
            known = {"examples": len(part), **figures(judge(task, model, part))}
            judging = (time.monotonic() - start) * len(data.dev) / max(1, len(part))
            folder.mkdir(parents=True, exist_ok=True)
            (folder / BEFORE).write_text(json.dumps(known), encoding="utf-8")
            seconds = trainer.estimate(task, model, samples, judging) / workers.count
            say(f"{section.epochs} epochs of {seen:,} samples: about {duration(seconds)}")
    metric = section.metric or kind.metric

    def note(entry: dict[str, Any]) -> None:
        losses = ", ".join(f"{name} {value:.4f}" for name, value in entry["losses"].items())
        say(f"epoch {entry['epoch']}: loss {losses}; development {metric} {entry['metric']:.4f}")
        after_epoch(entry)

    history = trainer.fit(
        task,
        model,
        samples,
        lambda current: judge(task, current, data.dev),
        folder,
        resume=resume,
        minutes=minutes,
        workers=workers,
        after_epoch=note,
    )
    before = json.loads((folder / BEFORE).read_text(encoding="utf-8")) if workers.main else {}
    return Learned(task, model, encoder, share, before, history, metric)


def first(examples: Sequence[Example]) -> list[Example]:
    """The first examples of a set, as many as are scored in a short time."""
    part: list[Example] = []
    room = LETTERS
    for example in examples[:PART]:
        room -= len(example.text)
        if part and room < 0:
            break
        part.append(example)
    return part


def duration(seconds: float) -> str:
    """Say how long something takes."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
