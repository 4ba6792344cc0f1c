"""Opens a trained model of any task: `load(folder).predict(examples)`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from tokenizers import Tokenizer

from kg.errors import InputError
from nlp.data.example import Example
from nlp.runtime.graphs import Graphs, OnnxGraphs
from nlp.runtime.session import check_folder, load_json, load_tokenizer

CONFIG = "loregraph.json"  # {"format": 1, "task": name, "schema": {...}}


class Predictor(Protocol):
    """A model that can be asked."""

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with what the model finds in place of what they held; inputs of the task are kept.

        Args:
            examples: Their `text`, and what the task takes as given (`pair`, `question`, for relations `entities`).
        """
        ...


def make(task: str, schema: dict[str, Any], tokenizer: Tokenizer, graphs: Graphs) -> Predictor:
    """Make the predictor of a task: the class `Predictor` of `nlp.runtime.tasks.<task>`.

    Raises:
        InputError: there is no such task.
    """
    try:
        module = import_module(f"nlp.runtime.tasks.{task}")
    except ModuleNotFoundError as error:
        raise InputError(f"a model for an unknown task: {task!r}") from error
    predictor: Predictor = module.Predictor(schema, tokenizer, graphs)
    return predictor


def load(folder: Path, threads: int = 0) -> Predictor:
    """Open a model folder on onnxruntime.

    Raises:
        NotFoundError: there is no such folder.
        InputError: it is not a model of ours, or holds what may not be loaded.
    """
    root = check_folder(folder)
    config = load_json(root / CONFIG)
    if config.get("format") != 1:
        raise InputError(f"{CONFIG}: format {config.get('format')!r} is not known here")
    tokenizer = load_tokenizer(root / "tokenizer.json")
    return make(str(config["task"]), dict(config["schema"]), tokenizer, OnnxGraphs(root, threads))
