"""Scores models on labelled texts, as they ship: no torch, and whatever can predict can be scored."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from tqdm import tqdm

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation.scores import Scores
from nlp.runtime.predictor import CONFIG, Predictor, load
from nlp.runtime.session import check_folder, load_json

SPACY, SPACY_TASK = "spacy:", "entities"  # what of a pipeline is scored
_Score = Callable[[Mapping[str, Any], Sequence[Example], Sequence[Example]], Scores]
TOGETHER = 256  # texts between two steps of the progress bar


def evaluate(folder: Path, examples: Sequence[Example], threads: int = 0) -> Scores:
    """Score a trained model.

    Args:
        folder: The model's folder.
        examples: Annotated.
        threads: Threads of onnxruntime; 0 lets it choose.

    Raises:
        NotFoundError: there is no such folder.
        InputError: it is not a model of ours.
    """
    task, schema, predictor = open_model(str(folder), threads)
    return score(task, schema, examples, predict(predictor, examples))


def open_model(name: str, threads: int = 0) -> tuple[str, dict[str, Any], Predictor]:
    """Open what can be scored.

    Args:
        name: A model's folder, or "spacy:" and the name or folder of a pipeline, whose entities are scored.
        threads: Threads of onnxruntime; 0 lets it choose.

    Returns:
        Its task, its schema, and the model.

    Raises:
        NotFoundError: there is no such folder.
        InputError: it is not a model of ours.
        SettingsError: the pipeline cannot be loaded.
    """
    if name.startswith(SPACY):
        from nlp.spacy_predictor import Predictor as SpacyPredictor

        return SPACY_TASK, {}, SpacyPredictor(name.removeprefix(SPACY))
    config = load_json(check_folder(Path(name)) / CONFIG)
    return str(config["task"]), dict(config["schema"]), load(Path(name), threads)


def predict(predictor: Predictor, examples: Sequence[Example], title: str = "reading") -> list[Example]:
    """Let a model read examples, with a progress bar where somebody watches; documents stay together."""
    found: list[Example] = []
    with tqdm(total=len(examples), desc=title, mininterval=1.0, file=sys.stderr) as bar:
        for group in chunks(examples, TOGETHER):
            found += predictor.predict(group)
            bar.update(len(group))
    return found


def chunks(examples: Sequence[Example], size: int) -> list[list[Example]]:
    """Cut a sequence into parts of about a size, never inside a document."""
    parts: list[list[Example]] = []
    for example in examples:
        same = bool(parts and example.document and example.document == parts[-1][-1].document)
        if not parts or (len(parts[-1]) >= size and not same):
            parts.append([])
        parts[-1].append(example)
    return parts


def score(task: str, schema: Mapping[str, Any], gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
    """Score what a model of a task found, as the task itself does.

    Args:
        task: Name of a built-in task.
        schema: Of the model.
        gold, predicted: The same texts in the same order.

    Raises:
        InputError: the task is none that can be scored here.
    """
    if task not in _SCORES:
        raise InputError(f"no scores for task {task!r}; there are {', '.join(_SCORES)}")
    return _SCORES[task](schema, gold, predicted)


def _classes(schema: Mapping[str, Any], gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
    from nlp.evaluation import classification

    outside = schema.get("outside")
    return classification.score(
        gold, predicted, outside=outside["label"] if outside else None, multi=schema.get("multi")
    )


def _relations(schema: Mapping[str, Any], gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
    from nlp.evaluation import relations

    symmetric = frozenset(schema.get("symmetric") or ())
    negative, asked = str(schema.get("negative") or ""), schema.get("asked") == "annotated"
    return relations.score(gold, predicted, relations.Counting(negative, asked, symmetric))


def _plainly(module: str) -> _Score:
    """The scores of a file of this package that depend on no schema."""

    def score(schema: Mapping[str, Any], gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
        found: Scores = import_module(f"nlp.evaluation.{module}").score(gold, predicted)
        return found

    return score


_SCORES: dict[str, _Score] = {
    "classify": _classes,
    "pairs": _classes,
    "entities": _plainly("spans"),
    "described": _plainly("spans"),
    "relations": _relations,
    "joint": _relations,
    "coreference": _plainly("clusters"),
    "answer": _plainly("answers"),
    "generate": _plainly("generation"),
}
