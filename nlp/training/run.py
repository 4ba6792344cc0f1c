"""Trains a model of any task, from labelled texts to a folder that can be served."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ConflictError
from nlp.training.material import Data, gather
from nlp.training.recipe import Recipe, default

if TYPE_CHECKING:
    from nlp.training.report import Report

RUN = "run"  # in the model's folder, while it is trained


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
    say: Callable[[str], None] | None = None,
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
        parallel: Whether this is one of several processes that `accelerate launch` or `torchrun` started. They share
            the work of a step; on several GPUs it is untested. Only the first one returns, the others end.
        say: Is told what goes on; None: standard error is.
        after_epoch: Is shown what was measured after each epoch, those before a break included; what it raises ends
            the run.

    Returns:
        What came of it; the folder holds it too.

    Raises:
        ConflictError: `out` is taken, or holds the state of another run.
        InputError: the data or the recipe are not fit for the task.
    """
    from nlp.data.report import report
    from nlp.data.report_text import render
    from nlp.runtime.session import load_tokenizer
    from nlp.tasks.task import task as task_class
    from nlp.training.assembly import complete
    from nlp.training.encoders import resolve
    from nlp.training.identity import claim, digest
    from nlp.training.learning import learn, tell
    from nlp.training.outcome import deliver
    from nlp.training.parallel import Workers
    from nlp.training.suit import with_encoder

    began, say = time.monotonic(), say or tell
    kind, out = task_class(task), Path(out)
    recipe = complete(kind, recipe or default(task))
    if out.exists() and any(path.name != RUN for path in out.iterdir()):
        raise ConflictError(f"{out}: is not empty; choose another folder")
    data = gather(train, dev, test, recipe.training.dev_share, recipe.training.seed)
    recipe = with_encoder(recipe, kind, data.train)
    workers = Workers.launched() if parallel else Workers()
    if workers.main:
        hashes = {"training data": digest(data.train), "development data": digest(data.dev)}
        claim(out / RUN, {"task": task, "recipe": recipe.model_dump(mode="json"), **hashes}, resume)
        tokenizer = load_tokenizer(resolve(recipe.encoder.source) / "tokenizer.json")
        say(render(report(data.train, data.dev, data.test, tokenizer, recipe.encoder.longest)))
    else:
        say = _silent
    workers.wait()
    start = time.monotonic()
    learned = learn(
        kind,
        recipe,
        data,
        out / RUN,
        resume=resume,
        minutes=minutes,
        workers=workers,
        say=say,
        after_epoch=after_epoch,
    )
    if not workers.main:
        raise SystemExit(0)
    spent = max(learned.seconds, time.monotonic() - start)  # epochs before a break count, the break does not
    return deliver(learned, data, out, out / RUN, licence, began=time.monotonic() - spent - (start - began), say=say)


def _silent(text: str) -> None:
    """Say nothing: another process does."""
