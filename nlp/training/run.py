"""Trains a model of any task, from labelled texts to a folder that can be served."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from kg.errors import ConflictError
from nlp.training.material import Data, gather
from nlp.training.recipe import Recipe, default
from nlp.training.report import Report, figures

RUN = "run"  # in the model's folder, while it is trained
PART = 200  # development examples that are scored before the first step


def tell(text: str) -> None:
    """Tell the person who waits, on standard error, without breaking a progress bar."""
    tqdm.write(text, file=sys.stderr)


def train(
    task: str,
    train: Data,
    dev: Data | None,
    test: Data | None,
    out: Path,
    recipe: Recipe | None = None,
    *,
    resume: bool = False,
    licence: str = "",
    minutes: float = 10.0,
    parallel: bool = False,
    say: Callable[[str], None] = tell,
    after_epoch: Callable[[dict[str, Any]], None] = lambda entry: None,
) -> Report:
    """Train a model.

    Args:
        task: Name of a task.
        train: What it learns from: a file in any format of `nlp.data`, or examples.
        dev: What chooses epoch, thresholds and calibration; None: a part of the training documents.
        test: What is measured at the end, once.
        out: The model's folder; it must be new, or hold an unfinished run to resume.
        recipe: How; None: the task's own.
        resume: Whether to go on with the run in `out`; it then does what it would have done without the break.
        licence: Of the training data, for the model card.
        minutes: How often the state is saved within an epoch.
        parallel: Whether this is one of several processes that `accelerate launch` started. They share the work of a
            step; on several GPUs it is untested. Only the first one returns, the others end.
        say: Is told what goes on.
        after_epoch: Is shown what was measured after each epoch; what it raises ends the run.

    Returns:
        What came of it; the folder holds it too.

    Raises:
        ConflictError: `out` is taken, or holds the state of another run.
        InputError: the data or the recipe are not fit for the task.
    """
    from nlp.tasks.task import task as task_class
    from nlp.training import checkpoint, methods, trainer
    from nlp.training.assembly import build, complete, judge
    from nlp.training.encoders import resolve
    from nlp.training.identity import claim, digest
    from nlp.training.outcome import deliver
    from nlp.training.parallel import Workers

    began = time.monotonic()
    kind, out = task_class(task), Path(out)
    recipe = complete(kind, recipe or default(task))
    if out.exists() and any(path.name != RUN for path in out.iterdir()):
        raise ConflictError(f"{out}: is not empty; choose another folder")
    section = recipe.training
    data = gather(train, dev, test, section.dev_share, section.seed)
    workers = Workers.launched() if parallel else Workers()
    if workers.main:
        hashes = {"training data": digest(data.train), "development data": digest(data.dev)}
        claim(out / RUN, {"task": task, "recipe": recipe.model_dump(mode="json"), **hashes}, resume)
    workers.wait()

    encoder = resolve(recipe.encoder.source)
    made, model = build(kind, recipe, data.train, encoder)
    model.to(workers.device)
    share = methods.prepare(model, recipe.method)
    say(str(share))
    samples = made.samples(data.train)
    before = out / RUN / "before.json"
    if not (out / RUN / checkpoint.LAST).exists():
        made.begin(model, samples)
        made.settle(model, samples)
        part, start = data.dev[:PART], time.monotonic()
        known = figures(judge(made, model, part))
        judging = (time.monotonic() - start) * len(data.dev) / max(1, len(part))
        before.write_text(json.dumps({"examples": len(part), **known}), encoding="utf-8")
        seconds = trainer.estimate(made, model, samples, judging)
        say(f"{section.epochs} epochs of {len(samples):,} samples: about {duration(seconds)}")
    start = time.monotonic()

    def note(entry: dict[str, Any]) -> None:
        losses = ", ".join(f"{name} {value:.4f}" for name, value in entry["losses"].items())
        name = section.metric or kind.metric
        say(f"epoch {entry['epoch']}: loss {losses}; dev {name} {entry['metric']:.4f}")
        after_epoch(entry)

    history = trainer.fit(
        made,
        model,
        samples,
        lambda current: judge(made, current, data.dev),
        out / RUN,
        resume=resume,
        minutes=minutes,
        workers=workers,
        after_epoch=note,
    )
    if not workers.main:
        raise SystemExit(0)
    began += time.monotonic() - start - sum(sum(entry["seconds"].values()) for entry in history)
    return deliver(
        made,
        model,
        data,
        out,
        out / RUN,
        encoder=encoder,
        history=history,
        before=json.loads(before.read_text(encoding="utf-8")),
        share=share,
        licence=licence,
        began=began,
        say=say,
    )


def duration(seconds: float) -> str:
    """Say how long something takes."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
