"""What a finished run leaves: plain weights, int8 networks, scores before and after, a card, pictures, errors."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import nn

from nlp.evaluation import errors
from nlp.runtime.predictor import load
from nlp.tasks.task import Task
from nlp.training import methods, pictures
from nlp.training.assembly import judge
from nlp.training.export import export
from nlp.training.material import Material
from nlp.training.report import Report, figures


def deliver(
    made: Task,
    model: nn.Module,
    data: Material,
    out: Path,
    work: Path,
    *,
    encoder: Path,
    history: Sequence[Mapping[str, Any]],
    before: Mapping[str, Any],
    share: methods.Share,
    licence: str,
    began: float,
    say: Callable[[str], None],
) -> Report:
    """Make a trained model ready to serve, and measure it as it ships.

    Args:
        made: The task; what development data teach changes its schema.
        model: With its best weights.
        data: Of the run.
        out: The model's folder.
        work: Where the run kept its state; it is removed.
        encoder: The folder of the encoder.
        history: What was measured after each epoch.
        before: Scores before training.
        share: What learned.
        licence: Of the training data.
        began: When the run began, by `time.monotonic`.
        say: Is told what goes on.
    """
    folder = work / "model"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    methods.merge(model)
    model.to("cpu").eval()
    made.schema |= made.calibrate(data.dev, model)
    say("scoring in 32 bits, exporting to int8, scoring again")
    full = judge(made, model, data.dev, half=False)
    export(made, model, folder, encoder=encoder, development=data.dev)
    predictor = load(folder)
    found = predictor.predict(data.dev)
    dev = made.score(data.dev, found)
    test = made.score(data.test, predictor.predict(data.test)) if data.test else None
    part = data.dev[: before["examples"]]
    after = figures(made.score(part, found[: len(part)]))
    metric = made.recipe.training.metric or made.metric
    minutes = (time.monotonic() - began) / 60
    measured = {
        "task": made.name,
        "metric": metric,
        "before": before,
        "after_on_the_same": {"examples": len(part), **after},
        "epochs": list(history),
        "dev": {"torch": figures(full), "int8": figures(dev)},
        "test": {"int8": figures(test)} if test else None,
        "parameters": {"trained": share.trained, "total": share.total},
        "minutes": round(minutes, 2),
    }
    write_json(folder / "metrics.json", measured)
    pictures.learning_curve(history, metric, folder / "curve.svg")
    text = errors.report(data.dev, found, f"Errors on {len(data.dev)} development examples")
    (folder / "errors.md").write_text(text, encoding="utf-8")
    for path in folder.iterdir():
        path.replace(out / path.name)
    shutil.rmtree(work)
    return Report(made.name, out, dev, test, {"before": before, "after": after}, full, history, share, minutes)


def write_json(file: Path, value: Any) -> None:
    """Write a value as JSON that people can read."""
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
