"""Scores of entities: an entity is right where its boundaries and its label are, as seqeval and conlleval count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from nlp.data.example import Example
from nlp.evaluation.calibration import calibration_error
from nlp.evaluation.scores import Scores


def _spans(example: Example, annotated: frozenset[str] | None) -> set[tuple[int, int, str]]:
    return {(e.start, e.end, e.label) for e in example.entities if annotated is None or e.label in annotated}


def verdicts(gold: Sequence[Example], predicted: Sequence[Example]) -> tuple[list[float], list[bool]]:
    """Return the score of each predicted entity, and whether it is right, where the text is annotated for its label."""
    scores, right = [], []
    for known, found in zip(gold, predicted, strict=True):
        golds = _spans(known, known.annotated)
        for entity in found.entities:
            if known.annotated is None or entity.label in known.annotated:
                scores.append(entity.score)
                right.append((entity.start, entity.end, entity.label) in golds)
    return scores, right


def ratios(right: int, found: int, gold: int) -> tuple[float, float, float]:
    """Return precision, recall and F1 of counts; 0 where they are not defined."""
    precision = right / found if found else 0.0
    recall = right / gold if gold else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def score(gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
    """Score predicted entities of the same texts in the same order.

    Args:
        gold: With what is annotated; predictions with labels that a text is not annotated for do not count.
        predicted: With what was found.

    Returns:
        Strict scores; `extra` holds "boundary_f1" (labels aside) and "ece" (of the entities' scores).
    """
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    known: Counter[str] = Counter()
    whole, bounds = 0, [0, 0, 0]
    for one, other in zip(gold, predicted, strict=True):
        golds, guesses = _spans(one, one.annotated), _spans(other, one.annotated)
        known.update(label for _, _, label in golds)
        found.update(label for _, _, label in guesses)
        right.update(label for _, _, label in golds & guesses)
        whole += golds == guesses
        places, guessed = {span[:2] for span in golds}, {span[:2] for span in guesses}
        bounds = [bounds[0] + len(places & guessed), bounds[1] + len(guessed), bounds[2] + len(places)]
    by_label = {}
    for label in sorted(known | found):
        precision, recall, f1 = ratios(right[label], found[label], known[label])
        by_label[label] = {"precision": precision, "recall": recall, "f1": f1, "support": float(known[label])}
    precision, recall, f1 = ratios(right.total(), found.total(), known.total())
    return Scores(
        precision,
        recall,
        f1,
        macro_f1=sum(by_label[label]["f1"] for label in known) / len(known) if known else 0.0,
        accuracy=whole / len(gold) if gold else 0.0,
        support=known.total(),
        by_label=by_label,
        extra={
            "boundary_f1": ratios(*bounds)[2],
            "ece": calibration_error(*verdicts(gold, predicted)),
        },
    )
