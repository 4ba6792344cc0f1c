"""Reads entities of labels that are described in words; a model of this kind needs no training for new labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg.errors import InputError
from nlp.data.example import Entity, Example
from nlp.runtime.candidates import softmax
from nlp.runtime.choose import choose, enumerate_spans, temper
from nlp.runtime.graphs import Graphs
from nlp.runtime.views import Layout, Passage, View, documents, passages, specials, views

TOGETHER = 16  # windows of a run, where windows may share one
Arrays = dict[str, NDArray[Any]]


def describe(texts: Sequence[str], tokenizer: Tokenizer, shapes: bool) -> Arrays:
    """Lay out descriptions of labels for the network "encoder"."""
    coded = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    ids = np.zeros((len(coded), max(map(len, coded))), np.int64)
    mask = np.zeros_like(ids)
    for row, one in enumerate(coded):
        ids[row, : len(one)], mask[row, : len(one)] = one, 1
    feeds: Arrays = {"input_ids": ids, "attention_mask": mask}
    # A description has no shapes: how a label is spelled means nothing.
    return {**feeds, "shapes": np.zeros_like(ids)} if shapes else feeds


def lay_out(work: Sequence[tuple[View, list[Passage]]], shapes: bool, widest: int) -> tuple[Arrays, Arrays, list[Any]]:
    """Lay out windows, and all spans of their own passages.

    Returns:
        What the network "encoder" takes, the places of spans that "spans" takes, and each passage with its spans.
    """
    length = max(len(view) for view, _ in work)
    names = ("input_ids", "attention_mask", *(("shapes",) if shapes else ()))
    feeds: Arrays = {name: np.zeros((len(work), length), np.int64) for name in names}
    rows: list[Any] = []
    pairs: list[NDArray[np.int64]] = []
    for row, (view, own) in enumerate(work):
        feeds["input_ids"][row, : len(view)] = view.ids
        feeds["attention_mask"][row, : len(view)] = 1
        if shapes:
            feeds["shapes"][row, : len(view)] = view.shapes
        for passage, base in zip(own, view.bases, strict=True):
            spans = enumerate_spans(len(passage.firsts), widest)
            pairs.append((row * length + base + np.array(passage.firsts, np.int64))[spans])
            rows.append((passage, spans))
    joined = np.concatenate(pairs)
    sizes = np.concatenate([spans[:, 1] - spans[:, 0] for _, spans in rows])
    return feeds, {"first": joined[:, 0], "last": joined[:, 1], "size": sizes}, rows


class Predictor:
    """Finds entities of described labels.

    Args:
        schema: As `DescribedTask.learn` made it.
        tokenizer: Of the encoder.
        graphs: The networks "encoder", "descriptions" and "spans".
    """

    def __init__(self, schema: Mapping[str, Any], tokenizer: Tokenizer, graphs: Graphs) -> None:
        self._schema, self._tokenizer, self._graphs = schema, tokenizer, graphs
        self._layout = Layout(schema["longest"], schema["context"], False)
        self._specials = specials(tokenizer)
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def predict(
        self, examples: Sequence[Example], labels: Mapping[str, str] | Sequence[str] | None = None
    ) -> list[Example]:
        """Return the examples with the entities found in them.

        Args:
            examples: Texts; those of one document stand together.
            labels: What to look for: names, or descriptions by name. None: the labels of the training data.

        Raises:
            InputError: no label, or an empty one.
        """
        asked = self._asked(labels)
        names, vectors = list(asked), np.stack([self._vector(text) for text in asked.values()])
        work: list[tuple[View, list[Passage]]] = []
        for group in documents(examples):
            cut = passages([examples[i].text for i in group], self._tokenizer, self._layout, group.start)
            for view in views(cut, self._layout, *self._specials):
                work.append((view, [cut[i] for i in view.own]))
        work.sort(key=lambda item: len(item[0]))
        size = TOGETHER if self._graphs.batched else 1
        found: dict[int, list[tuple[int, int, str, float]]] = {}
        for begin in range(0, len(work), size):
            feeds, placed, rows = lay_out(work[begin : begin + size], self._schema["shapes"], self._schema["widest"])
            states = self._graphs.run("encoder", feeds)["states"]
            logits = self._graphs.run("spans", {"states": states, **placed, "labels": vectors})["logits"]
            probabilities, place = softmax(logits)[:, 1:], 0
            for passage, spans in rows:
                part = probabilities[place : place + len(spans)]
                place += len(spans)
                for first, last, label, score in choose(spans, part, self._schema["threshold"], self._schema["nested"]):
                    start, end = passage.start + passage.starts[first], passage.start + passage.ends[last]
                    found.setdefault(passage.text, []).append((start, end, names[label], score))
        return [
            replace(
                example,
                entities=tuple(
                    Entity(f"e{n}", start, end, label, temper(score, self._schema["temperature"]))
                    for n, (start, end, label, score) in enumerate(sorted(found.get(number, ())), 1)
                ),
                annotated=None,
            )
            for number, example in enumerate(examples)
        ]

    def _asked(self, labels: Mapping[str, str] | Sequence[str] | None) -> dict[str, str]:
        if labels is None:
            return dict(self._schema["labels"])
        asked = dict(labels) if isinstance(labels, Mapping) else {label: label for label in labels}
        if not asked or not all(text.strip() for text in asked.values()):
            raise InputError("no label to look for, or one without a description")
        return asked

    def _vector(self, text: str) -> NDArray[np.float32]:
        if text not in self._vectors:
            feeds = describe([text], self._tokenizer, self._schema["shapes"])
            states = self._graphs.run("encoder", feeds)["states"]
            given = {"states": states, "attention_mask": feeds["attention_mask"]}
            self._vectors[text] = np.asarray(self._graphs.run("descriptions", given)["vectors"][0], np.float32)
        return self._vectors[text]
