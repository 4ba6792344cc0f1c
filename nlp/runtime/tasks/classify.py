"""From the logits of a text to its labels, or to the finding that it is none of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.data.example import Example, Label
from nlp.runtime.graphs import Graphs
from nlp.runtime.texts import run, windows

Floats = NDArray[np.float32]
GRAPH = "classifier"
RULES = ("probability", "energy", "nearness")  # that work with and without a class of outside texts


class Predictor:
    """Classifies texts, one label or several a text; implements `nlp.runtime.predictor.Predictor`.

    Args:
        schema: `labels`, `multi`, `temperature`, `thresholds` (several labels), `outside` (its label, `rule`, `floor`).
        tokenizer: Of the encoder.
        graphs: That hold `classifier`: `logits` (texts, labels) and `nearness` (texts,).
    """

    def __init__(self, schema: Mapping[str, Any], tokenizer: Tokenizer, graphs: Graphs) -> None:
        self.schema, self._tokenizer, self._graphs = schema, tokenizer, graphs
        self.labels: list[str] = list(schema["labels"])

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with their labels; a score is the probability of the label.

        A text of a single-label model has exactly one. A text outside of all labels has the label that the schema
        names for it, or none where it names none; the score is then that of being outside of all others.
        """
        if not examples:
            return []
        decided = decide(*self.outputs(examples), self.schema)
        return [replace(example, labels=labels) for example, labels in zip(examples, decided, strict=True)]

    def outputs(self, examples: Sequence[Example]) -> tuple[Floats, Floats]:
        """Return the logits (texts, labels), and how near each text is to a label's training texts (texts,)."""
        read = windows(examples, self._tokenizer, self.schema)
        outputs = run(self._graphs, GRAPH, read, int(self.schema["pad"]))
        return outputs["logits"], outputs["nearness"]


def decide(logits: Floats, nearness: Floats, schema: Mapping[str, Any]) -> list[tuple[Label, ...]]:
    """Decide on the labels of texts.

    Args:
        logits: (texts, labels).
        nearness: Cosine to the nearest mean of a label's training texts, (texts,).
        schema: Of the model.

    Returns:
        For each text its labels, the most probable first.
    """
    labels: list[str] = list(schema["labels"])
    if schema["multi"]:
        return several(logits, labels, schema)
    chances = softmax(logits / float(schema.get("temperature", 1.0)))
    outside = schema.get("outside") or {}
    inside = [number for number, name in enumerate(labels) if name != outside.get("label")]
    best = np.asarray(inside)[chances[:, inside].argmax(axis=1)]
    trust = familiarity(logits, nearness, schema)
    found: list[tuple[Label, ...]] = []
    for row, number in enumerate(best):
        chance = float(chances[row, number])
        if outside and trust[row] < float(outside["floor"]):
            found.append((Label(str(outside["label"]), 1.0 - chance),) if outside["label"] else ())
        else:
            found.append((Label(labels[number], chance),))
    return found


def several(logits: Floats, labels: Sequence[str], schema: Mapping[str, Any]) -> list[tuple[Label, ...]]:
    """Decide on labels that do not exclude each other: each by its own threshold."""
    chances = 1.0 / (1.0 + np.exp(-logits / float(schema.get("temperature", 1.0))))
    floors = np.asarray(schema.get("thresholds") or [0.5] * len(labels))
    found = []
    for row in chances:
        chosen = sorted(np.flatnonzero(row >= floors), key=lambda number: -row[number])
        found.append(tuple(Label(labels[int(number)], float(row[number])) for number in chosen))
    return found


def familiarity(logits: Floats, nearness: Floats, schema: Mapping[str, Any], rule: str = "") -> Floats:
    """Say how well texts fit the labels, so that what fits worse than a floor is outside of all of them.

    Args:
        logits: (texts, labels).
        nearness: (texts,).
        schema: Of the model.
        rule: "probability": of the best label; "energy": log-sum-exp of the labels' logits (Liu et al. 2020), less
            that of the outside label where there is one; "nearness": as given; "margin": the best label's logit less
            that of the outside label. Empty: the schema's.
    """
    outside = schema.get("outside") or {}
    labels: list[str] = list(schema["labels"])
    inside = [number for number, name in enumerate(labels) if name != outside.get("label")]
    rule = rule or str(outside.get("rule", "probability"))
    if rule == "nearness":
        return nearness
    if rule == "margin":
        return np.asarray(logits[:, inside].max(axis=1) - logits[:, labels.index(str(outside["label"]))], np.float32)
    if rule == "energy":
        energy = logsumexp(logits[:, inside])
        if len(inside) < len(labels):
            energy = energy - logits[:, labels.index(str(outside["label"]))]
        return energy
    return np.asarray(softmax(logits / float(schema.get("temperature", 1.0)))[:, inside].max(axis=1), np.float32)


def softmax(logits: Floats) -> Floats:
    """Turn rows of logits into probabilities."""
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True), np.float32)


def logsumexp(logits: Floats) -> Floats:
    """Return the logarithm of the sum of the exponentials of each row."""
    top = logits.max(axis=1)
    return np.asarray(top + np.log(np.exp(logits - top[:, None]).sum(axis=1)), np.float32)
