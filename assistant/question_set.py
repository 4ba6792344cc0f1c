"""Sets of questions with their answers: reading them, and how well they were answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.values import parse_value
from nlp.evaluation.calibration import calibration_error


@dataclass(frozen=True, slots=True)
class Question:
    """A line of a set.

    Attributes:
        answers: The values of the answer; none where there is no answer; None where the line does not say.
        id: What the line calls it.
    """

    question: str
    answers: tuple[str, ...] | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered to a question.

    Attributes:
        values: The answer's values, best first; none where it abstained.
        confidence: 0..1.
        milliseconds: What asking took.
    """

    question: Question
    values: tuple[str, ...]
    confidence: float
    milliseconds: float

    @property
    def set_right(self) -> bool:
        """Whether the values are those of the answer, in any order."""
        return same_values(self.values, self.question.answers or ())

    @property
    def first_right(self) -> bool:
        """Whether the first value is one of the answer's."""
        return bool(self.values) and _key(self.values[0]) in _keys(self.question.answers or ())

    @property
    def f1(self) -> float:
        """Of the values as a set."""
        found, gold = _keys(self.values), _keys(self.question.answers or ())
        hits = len(found & gold)
        return 2 * hits / (len(found) + len(gold)) if hits else 0.0


@dataclass
class Scores:
    """How well a set was answered; figures are shares unless said."""

    n: int = 0
    figures: dict[str, float | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The figures, rounded."""
        return {"n": self.n, **{k: v if v is None else round(v, 4) for k, v in self.figures.items()}}


def read(path: Path) -> list[Question]:
    """Read a set: JSON lines with `question` and, where it is known, `answers` (a list, empty where there is none).

    Raises:
        InputError: a line is none; it is named.
    """
    found = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            found.append(_question(line, f"{path.name}, line {number}"))
    if not found:
        raise InputError(f"{path.name} holds no question")
    return found


def score(given: Sequence[Given]) -> Scores:
    """Score a set whose answers are known.

    Args:
        given: What was answered; questions without known answers are left out.

    Returns:
        `hits@1` (first value is one of the answer's), `set` (all values equal) and `f1` over the questions that have
        an answer; `answered` and `right_when_answered` (first value) over all; `false_answers` over those without an
        answer; `ece`, the expected calibration error of the confidences; `p50_ms` and `p95_ms`. None where the set
        holds nothing to tell it from.
    """
    known = [one for one in given if one.question.answers is not None]
    solvable = [one for one in known if one.question.answers]
    hopeless = [one for one in known if not one.question.answers]
    answered = [one for one in known if one.values]
    times = sorted(one.milliseconds for one in given)
    figures = {
        "hits@1": _share(one.first_right for one in solvable),
        "set": _share(one.set_right for one in solvable),
        "f1": _mean([one.f1 for one in solvable]),
        "answered": _share(bool(one.values) for one in known),
        "right_when_answered": _share(one.first_right for one in answered),
        "false_answers": _share(bool(one.values) for one in hopeless),
        "ece": calibration_error([one.confidence for one in answered], [one.first_right for one in answered])
        if answered
        else None,
        "p50_ms": _quantile(times, 0.5),
        "p95_ms": _quantile(times, 0.95),
    }
    return Scores(len(known), figures)


def given(question: Question, answer: Mapping[str, Any], milliseconds: float) -> Given:
    """Read an answer as the API gives it."""
    values = () if answer["abstained"] else tuple(str(row[0]) for row in answer["rows"])
    return Given(question, values, float(answer["confidence"]), milliseconds)


def same_values(found: Sequence[str], gold: Sequence[str]) -> bool:
    """Whether two answers hold the same values."""
    return _keys(found) == _keys(gold)


def _question(line: str, where: str) -> Question:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{where}: this is not JSON ({error.msg})") from error
    if not isinstance(row, dict) or not isinstance(row.get("question"), str) or not row["question"].strip():
        raise InputError(f'{where}: a line is an object with "question", a text')
    answers = row.get("answers")
    if answers is not None and not isinstance(answers, list):
        raise InputError(f'{where}: "answers" is a list of values, an empty one where there is no answer')
    values = None if answers is None else tuple(str(value) for value in answers)
    return Question(row["question"], values, str(row.get("id", "")))


def _keys(values: Sequence[str]) -> frozenset[str]:
    return frozenset(_key(value) for value in values)


@lru_cache(maxsize=200_000)
def _key(text: str) -> str:
    """What makes two values one: names without case and odd spaces, numbers, amounts and dates by what they say."""
    value = parse_value(text)
    return f"{value.kind} {value.text}" if value is not None else " ".join(text.casefold().replace("_", " ").split())


def _share(truths: Iterator[bool] | Any) -> float | None:
    return _mean([float(truth) for truth in truths])


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
