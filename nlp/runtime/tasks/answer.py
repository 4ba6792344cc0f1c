"""Finds answers to questions in texts: the best start and end over windows of a text, or no answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg.errors import InputError
from nlp.data.example import Answer, Example
from nlp.runtime import texts
from nlp.runtime.graphs import Graphs
from nlp.runtime.pieces import Pieces, Window, cut, join, special

BATCH = 32  # windows of a run where they may share one
GRAPH = "answer"


@dataclass(frozen=True, slots=True)
class View:
    """A question and a stretch of its text in one window.

    Attributes:
        example: Number of the example.
        window: What the network reads.
        first: Place in the window of the first piece of the stretch.
        part: The stretch; offsets are into the whole text.
    """

    example: int
    window: Window
    first: int
    part: Pieces


@dataclass(frozen=True, slots=True)
class Span:
    """The best answer in a text; `margin` is the sum of its logits less that of "no answer" in the same window."""

    start: int
    end: int
    margin: float


def views(tokenizer: Tokenizer, examples: Sequence[Example], schema: Mapping[str, Any]) -> list[View]:
    """Cut texts into windows that overlap, each with the question in front.

    Args:
        tokenizer: Of the encoder.
        examples: With questions.
        schema: `longest` pieces of a window, `stride` pieces that two windows share, `question` pieces at most.

    Raises:
        InputError: an example has no question.
    """
    begin, separator, _ = special(tokenizer)
    questions = []
    for example in examples:
        if not example.question:
            raise InputError(f"{example.id}: no question to answer")
        questions.append(example.question)
    found: list[View] = []
    asked, read = cut(tokenizer, questions), cut(tokenizer, [example.text for example in examples])
    for number, (question, pieces) in enumerate(zip(asked, read, strict=True)):
        question = sliced(question, 0, int(schema["question"]))
        room = int(schema["longest"]) - 3 - len(question)
        step = max(1, room - int(schema["stride"]))
        position = 0
        while True:
            part = sliced(pieces, position, position + room)
            window = join([question, part], begin, separator)
            found.append(View(number, window, window.bases[1], part))
            if position + room >= len(pieces):
                break
            position += step
    return found


def sliced(pieces: Pieces, first: int, end: int) -> Pieces:
    """Return some pieces; offsets stay those of the whole text."""
    return Pieces(
        pieces.text,
        pieces.ids[first:end],
        pieces.starts[first:end],
        pieces.ends[first:end],
        pieces.words[first:end],
        pieces.shapes[first:end],
    )


class Predictor:
    """Answers questions about texts.

    Args:
        schema: Of the model: lengths, `threshold` (the least margin of an answer; None: there always is one) and
            `confidence` (slope and offset of the probability that it is right, over the margin).
        tokenizer: Of the encoder.
        graphs: One network, `answer`: logits (windows, length, 2) of being the first and the last piece; those of the
            piece that begins the window mean that there is no answer.
    """

    def __init__(self, schema: Mapping[str, Any], tokenizer: Tokenizer, graphs: Graphs) -> None:
        self._schema, self._tokenizer, self._graphs = schema, tokenizer, graphs

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with the best answer each, or none.

        Raises:
            InputError: an example has no question.
        """
        threshold = self._schema["threshold"]
        slope, offset = self._schema["confidence"]
        answered = []
        for example, span in zip(examples, self.best(examples), strict=True):
            answers: tuple[Answer, ...] = ()
            if span is not None and (threshold is None or span.margin > threshold):
                chance = 0.5 * (1 + math.tanh(0.5 * (slope * span.margin + offset)))
                answers = (Answer(span.start, span.end, chance),)
            answered.append(replace(example, answers=answers))
        return answered

    def best(self, examples: Sequence[Example]) -> list[Span | None]:
        """Return the best answer of each text, right or wrong; None where the text holds no piece."""
        return [spans[0] if spans else None for spans in self.several(examples, 1)]

    def several(self, examples: Sequence[Example], most: int) -> list[list[Span]]:
        """Return the best answers of each text that do not overlap, right or wrong.

        Args:
            examples: With questions.
            most: Answers of a text at most.
        """
        read = views(self._tokenizer, examples, self._schema)
        *_, pad = special(self._tokenizer)
        found: list[list[Span]] = [[] for _ in examples]
        windows = [view.window for view in read]
        for group in texts.groups(windows, BATCH if self._graphs.batched else 1):
            logits = self._graphs.run(GRAPH, texts.feeds([windows[number] for number in group], pad))["logits"]
            for number, rows in zip(group, logits, strict=True):
                view = read[number]
                longest = int(self._schema["longest_answer"])
                found[view.example] += best_spans(np.asarray(rows, np.float32), view, longest, most)
        return [_apart(spans, most) for spans in found]


def best_spans(logits: NDArray[np.float32], view: View, longest: int, most: int) -> list[Span]:
    """Find the best answers of a window that do not overlap, the best first.

    Args:
        logits: (length, 2).
        view: The window.
        longest: Pieces of an answer at most.
        most: Answers at most.
    """
    count = len(view.part)
    starts, ends = logits[view.first : view.first + count].T
    sums = starts[:, None] + ends[None, :]
    places = np.arange(count)
    width = places[None, :] - places[:, None]
    sums[(width < 0) | (width >= longest)] = -np.inf
    nothing = float(logits[0].sum())
    found: list[Span] = []
    while len(found) < most and np.isfinite(sums).any():
        first, last = divmod(int(sums.argmax()), count)
        found.append(Span(view.part.starts[first], view.part.ends[last], float(sums[first, last]) - nothing))
        sums[: last + 1, first:] = -np.inf  # all that begins before its end and ends after its beginning
    return found


def _apart(spans: Sequence[Span], most: int) -> list[Span]:
    """Keep the best of spans that overlap: windows share some of their text."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (-span.margin, span.start, span.end)):
        if len(kept) < most and all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return kept
