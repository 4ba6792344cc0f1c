"""One run: load, train, choose on development data, test once, write down."""

from __future__ import annotations

import json
import os
import platform
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.training.corpora.corpus import Corpus, held_out
from bench.training.measure import Measure, Run
from nlp.training.recipe import Recipe, default, load, override

RECIPES = Path(__file__).parent / "recipes"


def measure_once(
    measure: Measure,
    seed: int,
    data: Path,
    out: Path,
    settings: Sequence[str] = (),
    force: bool = False,
    keep: bool = False,
    dev: bool = False,
) -> dict[str, float]:
    """Run a measure with one seed, unless it has been run.

    Args:
        measure: Which.
        seed: Of the weights, the batches and of what the measure draws from the data.
        data: The folder that holds the data sets.
        out: Where results are kept.
        settings: Further changes to the recipe.
        force: Run it again.
        keep: Keep the model.
        dev: Score on development data; what training chooses by is cut off the training data then.

    Returns:
        The targets' metrics and the minutes.

    Raises:
        NotFoundError: the data set is not there.
    """
    label = f"{measure.name}-{seed}" + ("-dev" if dev else "") + "".join(f",{s.replace('/', '_')}" for s in settings)
    file = out / f"{label}.json"
    if file.exists() and not force:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return _headline(measure, kept["scores"], kept["minutes"])
    recipe = recipe_of(measure, seed, settings)
    corpus = measure.load(data)
    if measure.thin is not None:
        corpus = measure.thin(corpus, seed)
    if dev:
        corpus = on_dev(corpus)
    folder = out / "models" / label
    if force:
        shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    scores = dict((measure.procedure or train_and_score)(Run(measure.task, corpus, recipe, folder, seed)))
    minutes = scores.pop("minutes", (time.monotonic() - began) / 60)
    learned = scores.pop("parameters learned", None)
    report = {
        "measure": measure.name,
        "seed": seed,
        "on": "dev" if dev else "test",
        "scores": scores,
        "at_least": {t.metric: t.at_least for t in measure.targets},
        "aim": {t.metric: t.aim for t in measure.targets},
        "minutes": round(minutes, 2),
        "parameters": parameters(folder),
        "parameters_learned": None if learned is None else int(learned),
        "recipe": recipe.model_dump(mode="json"),
        "data": {
            "name": corpus.name,
            "note": corpus.note,
            "train": len(corpus.train),
            "dev": len(corpus.dev),
            "test": len(corpus.test),
        },
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
    }
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(file)
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    return _headline(measure, scores, minutes)


def recipe_of(measure: Measure, seed: int, settings: Sequence[str] = ()) -> Recipe:
    """Return the recipe of a measure with its seed in it.

    Raises:
        SettingsError: it cannot be read.
    """
    recipe = load(RECIPES / f"{measure.recipe}.toml") if measure.recipe else default(measure.task)
    return override(recipe, [*measure.settings, *settings, f"training.seed={seed}"])


def on_dev(corpus: Corpus) -> Corpus:
    """Test on the development data; where there are none, and to choose checkpoints by, cut a part off train."""
    if not corpus.dev:
        train, test = held_out(corpus.train, seed=1)
    else:
        train, test = list(corpus.train), list(corpus.dev)
    train, dev = held_out(train, seed=2)
    return replace(corpus, train=train, dev=dev, test=test, note=f"{corpus.note}; tested on dev".strip("; "))


def train_and_score(run: Run) -> dict[str, float]:
    """Train by the platform's API.

    Returns:
        Scores of the test part, and what is not a score: "minutes" (breaks left out) and "parameters learned".
    """
    from nlp.training.run import train

    parts = (run.corpus.train, run.corpus.dev or None, run.corpus.test)
    report = train(run.task, *parts, run.folder, run.recipe, resume=True)
    if report.test is None:
        raise RuntimeError("the trainer gave no scores of the test part")
    about = {"minutes": report.minutes, "parameters learned": float(report.share.trained)}
    return numbers(report.test.as_json()) | about


def numbers(scores: Mapping[str, Any]) -> dict[str, float]:
    """Flatten scores to their figures; those by label are left out."""
    plain = {k: float(v) for k, v in scores.items() if isinstance(v, int | float)}
    return plain | {k: float(v) for k, v in scores.get("extra", {}).items()}


def parameters(folder: Path) -> int | None:
    """Count the parameters of a model folder, from the header of its weights."""
    file = folder / "model.safetensors"
    if not file.exists():
        return None
    with file.open("rb") as stream:
        header = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
    total = 0
    for name, tensor in header.items():
        if name != "__metadata__":
            size = 1
            for side in tensor["shape"]:
                size *= side
            total += size
    return total


def machine() -> dict[str, Any]:
    """What it ran on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return {
        "processor": model,
        "threads": os.environ.get("OMP_NUM_THREADS") or os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _headline(measure: Measure, scores: Mapping[str, float], minutes: float) -> dict[str, float]:
    return {t.metric: scores[t.metric] for t in measure.targets} | {"minutes": minutes}
