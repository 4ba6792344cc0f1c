"""Scores of classified texts: accuracy, macro F1, confusion, calibration, and what was found to be outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation.calibration import calibration_error
from nlp.evaluation.scores import Scores

BINS = 15


def score(
    gold: Sequence[Example], predicted: Sequence[Example], *, outside: str | None = None, multi: bool | None = None
) -> Scores:
    """Score labels of texts.

    Args:
        gold: Annotated; `annotated` names the labels that count in a text, if not all.
        predicted: The same texts in the same order.
        outside: The label of texts that are none of the others; "" where such texts have no label. None: there are
            none. It then is left out of `macro_f1` and `in_scope_accuracy`, and has figures of its own.
        multi: Whether a text may have several labels, or none; None: where a gold text does.

    Returns:
        The scores; `extra` holds "ece" (single label) or "exact", and "in_scope_accuracy", "out_of_scope_recall",
        "out_of_scope_precision" where `outside` is given.

    Raises:
        InputError: not the same texts.
    """
    if len(gold) != len(predicted):
        raise InputError(f"{len(gold)} annotated texts and {len(predicted)} predicted ones")
    truths = [names(example) for example in gold]
    found = [names(example) for example in predicted]
    if outside == "":
        truths, found = ([names or frozenset({""}) for names in each] for each in (truths, found))
    for index, example in enumerate(gold):
        if example.annotated is not None:
            found[index] &= example.annotated
    if multi is None:
        multi = any(len(truth) != 1 for truth in truths)
    by_label = label_scores(truths, found)
    hits = sum(len(truth & guess) for truth, guess in zip(truths, found, strict=True))
    precision, recall, f1 = rates(hits, sum(map(len, found)), sum(map(len, truths)))
    right = [truth == guess for truth, guess in zip(truths, found, strict=True)]
    counted = [each["f1"] for name, each in by_label.items() if each["support"] and name != outside]
    extra: dict[str, float] = {}
    if multi:
        extra["exact"] = mean(right)
    else:
        extra["ece"] = calibration_error(
            [example.labels[0].score if example.labels else 0.0 for example in predicted], right, BINS
        )
    if outside is not None:
        extra |= outside_scores(truths, found, outside)
    return Scores(precision, recall, f1, mean(counted), mean(right), sum(map(len, truths)), by_label, extra)


def names(example: Example) -> frozenset[str]:
    """Return the names of a text's labels."""
    return frozenset(label.name for label in example.labels or ())


def rates(hits: float, found: float, there: float) -> tuple[float, float, float]:
    """Return precision, recall and F1; nothing found is a precision of 0."""
    precision = hits / found if found else 0.0
    recall = hits / there if there else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0


def mean(values: Sequence[float]) -> float:
    """Return the mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def label_scores(truths: Sequence[frozenset[str]], found: Sequence[frozenset[str]]) -> dict[str, dict[str, float]]:
    """Return precision, recall, F1 and support of each label that occurs or is found, in the order of names."""
    there = Counter(name for truth in truths for name in truth)
    said = Counter(name for guess in found for name in guess)
    right = Counter(name for truth, guess in zip(truths, found, strict=True) for name in truth & guess)
    table = {}
    for name in sorted({*there, *said}):
        precision, recall, f1 = rates(right[name], said[name], there[name])
        table[name] = {"precision": precision, "recall": recall, "f1": f1, "support": float(there[name])}
    return table


def outside_scores(truths: Sequence[frozenset[str]], found: Sequence[frozenset[str]], outside: str) -> dict[str, float]:
    """Return the figures of CLINC150: accuracy on texts that are inside, recall and precision on those that are not.

    Source: Larson et al. 2019, An Evaluation Dataset for Intent Classification and Out-of-Scope Prediction.
    """
    inside = [truth == guess for truth, guess in zip(truths, found, strict=True) if outside not in truth]
    out = [outside in guess for truth, guess in zip(truths, found, strict=True) if outside in truth]
    precision, recall, f1 = rates(sum(out), sum(outside in guess for guess in found), len(out))
    return {
        "in_scope_accuracy": mean(inside),
        "out_of_scope_precision": precision,
        "out_of_scope_recall": recall,
        "out_of_scope_f1": f1,
    }


def confusion(gold: Sequence[Example], predicted: Sequence[Example]) -> tuple[list[str], NDArray[np.int64]]:
    """Count which label was taken for which.

    Args:
        gold, predicted: The same texts in the same order, at most one label each; no label counts as "".

    Returns:
        The labels in the order of names, and counts (gold, predicted).
    """
    pairs = [
        (next(iter(names(truth)), ""), next(iter(names(guess)), ""))
        for truth, guess in zip(gold, predicted, strict=True)
    ]
    order = sorted({name for pair in pairs for name in pair})
    number = {name: index for index, name in enumerate(order)}
    table = np.zeros((len(order), len(order)), np.int64)
    for truth, guess in pairs:
        table[number[truth], number[guess]] += 1
    return order, table
