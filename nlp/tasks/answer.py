"""Extractive question answering: a first and a last piece of the text, or that the text holds no answer.

After Devlin et al. 2019 (BERT on SQuAD 2.0): the piece that begins a window stands for "no answer".
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from tokenizers import Tokenizer
from torch import Tensor, nn

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation import answers as evaluation
from nlp.evaluation import platt
from nlp.evaluation.scores import Scores
from nlp.networks.body import Body
from nlp.runtime import texts
from nlp.runtime.pieces import Window, special
from nlp.runtime.tasks.answer import GRAPH, Predictor, Span, View, views
from nlp.tasks.task import Graph, Options, Task
from nlp.training.recipe import Recipe

INPUTS = ("input_ids", "attention_mask", "shapes")


class AnswerOptions(Options):
    """What the task lets a recipe decide."""

    dropout: float = Field(default=0.1, ge=0, lt=1)  # before the head
    stride: int = Field(default=64, ge=0)  # pieces that two windows of a text share
    question: int = Field(default=64, ge=1)  # pieces of a question
    longest_answer: int = Field(default=32, ge=1)  # pieces
    empty: float = Field(default=0.5, ge=0, le=1)  # share of the windows beside an answer that an epoch sees


class AnswerModel(nn.Module):
    """The body and two logits a piece."""

    def __init__(self, body: Body, dropout: float) -> None:
        super().__init__()
        self.body = body
        self.dropout = nn.Dropout(dropout)
        self.ends = nn.Linear(body.width, 2)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, shapes: Tensor) -> Tensor:
        """Return logits (windows, length, 2) of being the first and the last piece of the answer."""
        logits: Tensor = self.ends(self.dropout(self.body(input_ids, attention_mask, shapes)))
        return logits


@dataclass(frozen=True, slots=True)
class Sample:
    """A window and its right answers, as first and last places in it; none: (0, 0)."""

    window: Window
    spans: tuple[tuple[int, int], ...]
    beside: bool  # the text has an answer, but not here

    def __len__(self) -> int:
        return len(self.window)


class AnswerTask(Task):
    """Finds the answer to a question in a text."""

    name: ClassVar[str] = "answer"
    options: ClassVar[type[Options]] = AnswerOptions

    def __init__(self, recipe: Recipe, schema: Mapping[str, Any], tokenizer: Tokenizer) -> None:
        super().__init__(recipe, schema, tokenizer)
        self._first, _, self._pad = special(tokenizer)

    @classmethod
    def learn(cls, examples: Sequence[Example], recipe: Recipe) -> dict[str, Any]:
        """Read how texts are cut, and whether there are questions without an answer.

        Raises:
            InputError: an example has no question, or none has an answer.
        """
        settings = AnswerOptions.model_validate(dict(recipe.task))
        for example in examples:
            if not example.question:
                raise InputError(f"{example.id}: no question: this task learns from questions and their answers")
        if not any(example.answers for example in examples):
            raise InputError("no example has an answer: there is nothing that this task could learn")
        if recipe.encoder.longest < settings.question + settings.stride + 4:
            raise InputError("encoder.longest leaves no room for the text beside task.question and task.stride")
        return {
            "longest": recipe.encoder.longest,
            "stride": settings.stride,
            "question": settings.question,
            "longest_answer": settings.longest_answer,
            # The network learns that "no answer" is right above a margin of 0; development data shift it.
            "threshold": None if all(example.answers for example in examples) else 0.0,
            "confidence": [1.0, 0.0],
        }

    def build(self, body: Body) -> AnswerModel:
        """Make the model."""
        return AnswerModel(body, self.settings.dropout)

    def samples(self, examples: Sequence[Example]) -> list[Any]:
        """Cut texts into windows and find the answers in them."""
        found = []
        for view in views(self.tokenizer, examples, self.schema):
            answers = examples[view.example].answers
            spans = tuple(span for a in answers if (span := _place(view, a.start, a.end)) is not None)
            found.append(Sample(view.window, spans, beside=bool(answers) and not spans))
        return found

    def epoch(self, samples: Sequence[Any], rng: random.Random) -> list[Any]:
        """Keep some of the windows beside an answer."""
        return [sample for sample in samples if not sample.beside or rng.random() < self.settings.empty]

    def loss(self, model: nn.Module, batch: Sequence[Any]) -> dict[str, Tensor]:
        """Compute the marginal log-likelihood of the right first and last pieces (Clark and Gardner 2018)."""
        device = next(model.parameters()).device
        arrays = texts.feeds([sample.window for sample in batch], self._pad)
        logits = model(*(torch.from_numpy(arrays[name]).to(device) for name in INPUTS)).float()
        right = torch.from_numpy(_targets(batch, arrays["input_ids"].shape[1])).to(device)
        # All but the text and the beginning of the window is out of the question.
        allowed = torch.from_numpy(_allowed(batch, arrays["input_ids"].shape[1])).to(device)
        logits = logits.masked_fill(~allowed.unsqueeze(-1), -1e4)
        likely = torch.log_softmax(logits, dim=1).masked_fill(~right, -1e4)
        losses = -torch.logsumexp(likely, dim=1).mean(dim=0)
        return {"first": losses[0], "last": losses[1]}

    def graphs(self, model: nn.Module) -> dict[str, Graph]:
        """Return the one network."""
        ids = np.full((2, 9), self._first, np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "shapes": np.zeros_like(ids)}
        axes = {0: "windows", 1: "length"}
        return {GRAPH: Graph(model, inputs, ("logits",), dict.fromkeys((*INPUTS, "logits"), axes))}

    def score(self, gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
        """Score by exact match and token F1."""
        return evaluation.score(gold, predicted)

    def calibrate(self, gold: Sequence[Example], model: nn.Module) -> dict[str, Any]:
        """Choose the margin above which an answer is given, by F1, and what a margin says of being right."""
        from nlp.training.torch_graphs import TorchGraphs

        best = Predictor(self.schema, self.tokenizer, TorchGraphs(self, model)).best(gold)
        threshold = self.schema["threshold"]
        if threshold is not None and not all(example.answers for example in gold):
            threshold = best_threshold(gold, best)
        given = [
            (span.margin, evaluation.is_exact(evaluation.texts(example), example.text[span.start : span.end]))
            for example, span in zip(gold, best, strict=True)
            if span is not None and (threshold is None or span.margin > threshold)
        ]
        slope, offset = platt.fit([margin for margin, _ in given], [right for _, right in given])
        return {"threshold": threshold, "confidence": [slope, offset]}


def best_threshold(gold: Sequence[Example], best: Sequence[Span | None]) -> float:
    """Return the margin above which answering gives the best mean F1, midway between two that were seen."""
    rows = []
    for example, span in zip(gold, best, strict=True):
        if span is not None:
            answered = evaluation.best_overlap(evaluation.texts(example), example.text[span.start : span.end])[2]
            rows.append((span.margin, answered - (0.0 if example.answers else 1.0)))
    rows.sort(reverse=True)
    total, top, threshold = 0.0, 0.0, rows[0][0] + 1.0 if rows else 0.0
    for number, (margin, gain) in enumerate(rows):
        total += gain
        if total > top:
            below = rows[number + 1][0] if number + 1 < len(rows) else margin - 1.0
            if below < margin:
                top, threshold = total, (margin + below) / 2
    return threshold


def _place(view: View, start: int, end: int) -> tuple[int, int] | None:
    """Find an answer's first and last piece in a window; None where it is not there as a whole."""
    part = view.part
    covering = [n for n in range(len(part)) if part.starts[n] < end and part.ends[n] > start]
    if not covering or part.starts[covering[0]] > start or part.ends[covering[-1]] < end:
        return None
    return view.first + covering[0], view.first + covering[-1]


def _targets(batch: Sequence[Sample], length: int) -> NDArray[np.bool_]:
    right = np.zeros((len(batch), length, 2), bool)
    for row, sample in enumerate(batch):
        for first, last in sample.spans or ((0, 0),):
            right[row, first, 0] = right[row, last, 1] = True
    return right


def _allowed(batch: Sequence[Sample], length: int) -> NDArray[np.bool_]:
    allowed = np.zeros((len(batch), length), bool)
    for row, sample in enumerate(batch):
        base = sample.window.bases[1]
        allowed[row, 0] = allowed[row, base : base + len(sample.window.passages[1])] = True
    return allowed
