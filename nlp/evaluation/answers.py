"""Scores of answers found in texts: exact match and token F1 as SQuAD defines them, Chinese by character as MLQA does.

Sources: Rajpurkar et al. 2016 and 2018 (SQuAD 1.1, 2.0); Lewis et al. 2020 (MLQA).
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation.calibration import calibration_error
from nlp.evaluation.scores import Scores

ARTICLES = re.compile(r"\b(a|an|the)\b")
# Scripts without spaces between words count by character: ideographs and kana.
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")


def normalise(answer: str) -> str:
    """Lower the case; drop punctuation, English articles and superfluous spaces."""
    letters = (c for c in answer.lower() if c not in string.punctuation and unicodedata.category(c)[0] != "P")
    return " ".join(ARTICLES.sub(" ", "".join(letters)).split())


def tokens(answer: str) -> list[str]:
    """Return the tokens of a normalised answer: words, and each character of a script without spaces."""
    return UNSPACED.sub(lambda match: f" {match[0]} ", normalise(answer)).split()


def overlap(gold: str, found: str) -> tuple[float, float, float]:
    """Return precision, recall and F1 of the tokens that two answers share; no answer agrees with no answer alone."""
    golds, founds = tokens(gold), tokens(found)
    if not golds or not founds:
        same = float(golds == founds)
        return same, same, same
    shared = (Counter(golds) & Counter(founds)).total()
    precision, recall = shared / len(founds), shared / len(golds)
    return precision, recall, 2 * precision * recall / (precision + recall) if shared else 0.0


def best_overlap(golds: Sequence[str], found: str) -> tuple[float, float, float]:
    """Return `overlap` with the right answer that agrees best; none is right: the text holds no answer."""
    return max((overlap(gold, found) for gold in golds or ("",)), key=lambda each: each[2])


def is_exact(golds: Sequence[str], found: str) -> bool:
    """Whether an answer is a right one after normalisation."""
    return any(normalise(gold) == normalise(found) for gold in golds or ("",))


def texts(example: Example) -> list[str]:
    """Return the answers of an example as texts."""
    return [example.text[answer.start : answer.end] for answer in example.answers]


def score(gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
    """Score answers to the same questions in the same order.

    Args:
        gold: All right answers of each; none where the text holds none.
        predicted: The best answer first; none where the model finds none.

    Returns:
        Means over questions: `precision`, `recall` and `f1` of tokens, `accuracy` the share of exact matches; `extra`
        holds "exact" and "ece", and "answered_f1", "answered_exact" (of questions with an answer) and
        "no_answer_accuracy" (of those without) where there are such.

    Raises:
        InputError: not the same questions.
    """
    if len(gold) != len(predicted):
        raise InputError(f"{len(gold)} annotated questions and {len(predicted)} predicted ones")
    overlaps, exact, scores, right = [], [], [], []
    for known, found in zip(gold, predicted, strict=True):
        golds, best = texts(known), (texts(found) or [""])[0]
        overlaps.append(best_overlap(golds, best))
        exact.append(is_exact(golds, best))
        if found.answers:
            scores.append(found.answers[0].score)
            right.append(exact[-1])
    with_answer = [number for number, known in enumerate(gold) if known.answers]
    without = [number for number, known in enumerate(gold) if not known.answers]
    extra = {"exact": _mean(exact), "ece": calibration_error(scores, right)}
    if with_answer:
        extra["answered_f1"] = _mean([overlaps[number][2] for number in with_answer])
        extra["answered_exact"] = _mean([exact[number] for number in with_answer])
    if without:
        extra["no_answer_accuracy"] = _mean([exact[number] for number in without])
    f1 = _mean([each[2] for each in overlaps])
    return Scores(
        _mean([each[0] for each in overlaps]),
        _mean([each[1] for each in overlaps]),
        f1,
        macro_f1=f1,
        accuracy=extra["exact"],
        support=len(gold),
        extra=extra,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
