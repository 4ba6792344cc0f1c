"""From a trained model to its folder: torch weights, int8 graphs that find the same, tokenizer, schema, recipe."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation.scores import Scores
from nlp.runtime.graphs import Graphs, OnnxGraphs
from nlp.runtime.predictor import CONFIG, make
from nlp.runtime.session import check_folder, load_json, load_tokenizer
from nlp.tasks.task import Task
from nlp.tasks.task import task as task_class
from nlp.training import parity, recipe_text
from nlp.training.encoders.cache import like
from nlp.training.quantize import export_plain, quantise
from nlp.training.recipe import load as load_recipe
from nlp.training.torch_graphs import TorchGraphs

FORMAT = 1
TOKENIZER_FILES = ("tokenizer_config.json", "special_tokens_map.json")


def export(
    task: Task,
    model: nn.Module,
    out: Path,
    *,
    encoder: Path,
    development: Sequence[Example],
    about: Mapping[str, Any] | None = None,
) -> parity.Parity:
    """Write a model's folder.

    Args:
        task: With its final schema, calibration included.
        model: Plain: adapters are merged. It is put into evaluation mode and onto the CPU.
        out: The folder; what else is in it stays.
        encoder: The folder of the encoder it started from.
        development: Examples on which the graphs must score as the model does.
        about: More for loregraph.json: scores, name, data.

    Returns:
        What quantising cost; loregraph.json holds it too.

    Raises:
        InputError: the graphs do not find what the model finds, in any precision.
    """
    out.mkdir(parents=True, exist_ok=True)
    model.cpu().eval()
    shutil.copy(encoder / "config.json", out / "config.json")
    (out / "tokenizer.json").write_text(task.tokenizer.to_str(), encoding="utf-8")
    save_weights(model, out / "model.safetensors")
    like(out / "tokenizer.json", out / "model.safetensors")
    for name in TOKENIZER_FILES:
        if (encoder / name).is_file():
            shutil.copy(encoder / name, out / name)
    (out / "recipe.toml").write_text(recipe_text.dump(task.recipe), encoding="utf-8")
    reached = export_graphs(task, model, out, development)
    write_config(task, out, {**(about or {}), "parity": reached.as_json(), "bytes": parity.file_sizes(out)})
    return reached


def export_graphs(task: Task, model: nn.Module, out: Path, development: Sequence[Example]) -> parity.Parity:
    """Write the graphs of a model, quantised as far as its scores on development data allow."""
    gold = parity.sample(development)
    with tempfile.TemporaryDirectory() as folder, eager(model):
        names = plain_graphs(task, model, Path(folder))

        def write(kept: Sequence[str]) -> None:
            for name in names:
                source, target = Path(folder) / f"{name}.onnx", out / f"{name}.onnx"
                if parity.EVERYTHING in kept:
                    shutil.copy(source, target)
                else:
                    quantise(source, target, kept)

        reference = judge(task, TorchGraphs(task, model), gold)
        return parity.reach(task.metric, gold, reference, write, lambda: judge(task, OnnxGraphs(out), gold))


def plain_graphs(task: Task, model: nn.Module, folder: Path) -> list[str]:
    """Export a task's networks in 32 bits; returns their names."""
    graphs = task.graphs(model)
    for name, graph in graphs.items():
        export_plain(
            graph.module,
            [torch.from_numpy(array) for array in graph.inputs.values()],
            list(graph.inputs),
            graph.outputs,
            graph.dynamic,
            folder / f"{name}.onnx",
        )
    return list(graphs)


def judge(task: Task, graphs: Graphs, gold: Sequence[Example]) -> Scores:
    """Score what the decoder finds with some networks."""
    predictor = make(task.name, task.schema, task.tokenizer, graphs)
    return task.score(gold, predictor.predict(gold))


@contextmanager
def eager(model: nn.Module) -> Iterator[None]:
    """Let pretrained parts compute attention step by step, as the graph format can express it."""
    from transformers import PreTrainedModel

    parts = [part for part in model.modules() if isinstance(part, PreTrainedModel)]
    before = [part.config._attn_implementation for part in parts]
    for part in parts:
        part.set_attn_implementation("eager")
    try:
        yield
    finally:
        for part, name in zip(parts, before, strict=True):
            part.set_attn_implementation(name)


def save_weights(model: nn.Module, file: Path) -> None:
    """Write all weights under their module names."""
    from safetensors.torch import save_model

    save_model(model, str(file), {"format": "pt"})


def write_config(task: Task, out: Path, about: Mapping[str, Any]) -> None:
    """Write loregraph.json, by which a folder is known as a model of ours."""
    config = {"format": FORMAT, "task": task.name, "schema": task.schema, **about}
    (out / CONFIG).write_text(json.dumps(config, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def safe_load(folder: Path) -> tuple[Task, nn.Module]:
    """Reload a trained model for further training, from its folder alone; nothing in it is run.

    Args:
        folder: Written by `export`.

    Returns:
        Its task, with schema and recipe, and the model in evaluation mode.

    Raises:
        NotFoundError: there is no such folder.
        InputError: it holds what may not be loaded, or its weights are not those of its recipe.
    """
    from safetensors.torch import load_model

    root = check_folder(folder)
    config = load_json(root / CONFIG)
    if config.get("format") != FORMAT or "task" not in config or "schema" not in config:
        raise InputError(f"{CONFIG}: not of format {FORMAT}")
    recipe = load_recipe(root / "recipe.toml")
    made = task_class(str(config["task"]))(recipe, config["schema"], load_tokenizer(root / "tokenizer.json"))
    model = made.build(made.body(root, weights=False))
    try:
        load_model(model, str(root / "model.safetensors"))
    except (OSError, RuntimeError) as error:
        raise InputError(f"model.safetensors: not the weights of this recipe: {error}") from error
    return made, model.eval()
