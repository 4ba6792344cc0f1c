"""The reader of answers that ships, on onnxruntime."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from kg.errors import InputError
from kg.ports import Extract
from nlp.data.example import Example
from nlp.runtime.predictor import CONFIG
from nlp.runtime.predictor import load as load_predictor
from nlp.runtime.session import check_folder, load_json
from nlp.runtime.tasks.answer import Predictor


class OnnxAnswers:
    """Reads answers out of texts; implements `kg.ports.AnswerReader`.

    Args:
        folder: A model of the task `answer`.
        threads: Threads of one run; 0 lets onnxruntime choose.

    Raises:
        NotFoundError: there is no such folder.
        InputError: it holds no model of this task.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        config = load_json(check_folder(folder) / CONFIG)
        predictor = load_predictor(folder, threads)
        if not isinstance(predictor, Predictor):
            raise InputError(f"{folder}: a model of the task {config.get('task')!r} reads no answers")
        self.name = str(config.get("name") or folder.name)
        self._predictor = predictor
        self._slope, self._offset = (float(part) for part in config["schema"]["confidence"])

    def read(self, questions: Sequence[tuple[str, str]], most: int = 1) -> list[list[Extract]]:
        """Answer each question from its text; `kg.ports.AnswerReader.read`."""
        examples = [Example(id=str(n), text=text, question=question) for n, (question, text) in enumerate(questions)]
        return [
            [Extract(span.start, span.end, self._chance(span.margin)) for span in spans]
            for spans in self._predictor.several(examples, most)
        ]

    def _chance(self, margin: float) -> float:
        return 0.5 * (1.0 + math.tanh(0.5 * (self._slope * margin + self._offset)))
