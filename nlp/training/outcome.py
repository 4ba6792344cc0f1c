"""What a finished run leaves: plain weights, int8 networks, scores before and after, a card, pictures, errors."""

from __future__ import annotations

import json
import platform
import shutil
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nlp.evaluation import errors
from nlp.evaluation.evaluate import predict
from nlp.evaluation.scores import Scores
from nlp.runtime.predictor import load
from nlp.training import methods, model_card, pictures
from nlp.training.assembly import judge
from nlp.training.export import export
from nlp.training.learning import Learned
from nlp.training.material import Material
from nlp.training.parity import Parity, file_sizes
from nlp.training.report import Report, figures

PACKAGES = ("torch", "transformers", "peft", "onnxruntime", "tokenizers")


def deliver(
    learned: Learned,
    data: Material,
    out: Path,
    work: Path,
    licence: str,
    *,
    began: float,
    say: Callable[[str], None],
) -> Report:
    """Make a model that has learned ready to serve, and measure it as it ships.

    Args:
        learned: The model; it is made plain, and what development data teach joins its task's schema.
        data: Of the run.
        out: The model's folder.
        work: Where the run kept its state; it is removed at the end.
        licence: Of the training data.
        began: When the run began, by `time.monotonic`, breaks left out.
        say: Is told what goes on.
    """
    task, model = learned.task, learned.model
    folder = work / "model"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    methods.merge(model)
    model.to("cpu").eval()
    uncalibrated = judge(task, model, data.dev, half=False)
    changes = task.calibrate(data.dev, model)
    task.schema |= changes
    full = judge(task, model, data.dev, half=False) if changes else uncalibrated
    say("exporting to int8, and comparing with torch")
    parity = export(task, model, folder, encoder=learned.encoder, development=data.dev)
    say(f"development {learned.metric}: {full.get(learned.metric):.4f} in torch; scoring as it ships")
    predictor = load(folder)
    found = predict(predictor, data.dev, "development")
    dev = task.score(data.dev, found)
    test = task.score(data.test, predict(predictor, data.test, "test")) if data.test else None
    part = data.dev[: learned.before["examples"]]
    after = {"examples": len(part), **figures(task.score(part, found[: len(part)]))}
    report = Report(
        task.name,
        out,
        dev,
        test,
        {"before": learned.before, "after": after},
        full,
        learned.history,
        learned.share,
        (time.monotonic() - began) / 60,
    )
    write_json(folder / "metrics.json", metrics(report, learned, parity))
    pictures.learning_curve(learned.history, learned.metric, folder / "curve.svg")
    text = errors.report(data.dev, found, f"Errors on {len(data.dev):,} development texts")
    (folder / "errors.md").write_text(text, encoding="utf-8")
    add_to_config(folder, report)
    card = describe(report, learned, data, licence, uncalibrated, parity, file_sizes(folder))
    (folder / "README.md").write_text(model_card.render(out.resolve().name, card), encoding="utf-8")
    for path in folder.iterdir():
        path.replace(out / path.name)
    shutil.rmtree(work)
    return report


def metrics(report: Report, learned: Learned, parity: Parity) -> dict[str, Any]:
    """The whole of what was measured, as metrics.json holds it."""
    return {
        "task": report.task,
        "metric": learned.metric,
        **report.before,
        "epochs": list(report.history),
        "dev": {"torch": figures(report.torch), "as it ships": report.dev.as_json()},
        "test": report.test.as_json() if report.test else None,
        "parity": parity.as_json(),
        "parameters": {"trained": report.share.trained, "total": report.share.total},
        "minutes": round(report.minutes, 2),
    }


def describe(
    report: Report,
    learned: Learned,
    data: Material,
    licence: str,
    uncalibrated: Scores,
    parity: Parity,
    sizes: dict[str, int],
) -> model_card.Card:
    """Gather what the model card says."""
    parts = [
        model_card.part(use, data.sources[use], examples, licence)
        for use, examples in (("train", data.train), ("dev", data.dev), ("test", data.test))
        if examples
    ]
    threads = f"{platform.machine()}, Python {platform.python_version()}"
    return model_card.Card(
        report.task,
        learned.task.recipe,
        parts,
        report.dev,
        report.test,
        report.torch,
        uncalibrated,
        parity,
        sizes,
        report.minutes,
        machine=threads,
        packages={name: version(name) for name in PACKAGES},
        limits=[f"{learned.share}."] if learned.share.trained < learned.share.total else [],
    )


def add_to_config(folder: Path, report: Report) -> None:
    """Put the scores into loregraph.json, where registries look for them."""
    file = folder / "loregraph.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    config["scores"] = {"dev": figures(report.dev), "test": figures(report.test) if report.test else None}
    write_json(file, config)


def write_json(file: Path, value: Any) -> None:
    """Write a value as JSON that people can read."""
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
