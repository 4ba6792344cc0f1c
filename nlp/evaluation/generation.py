"""Scores of written texts: ROUGE-1, -2 and -L (Lin 2004) and chrF (Popović 2015), by their published definitions.

ROUGE counts lower-cased words, and each character of a script without spaces; no stemming. chrF counts character
n-grams up to 6 without spaces, recall twice as important as precision, over the whole set, as sacreBLEU does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation.answers import UNSPACED
from nlp.evaluation.scores import Scores

ORDER, BETA = 6, 2.0
_WORD = re.compile(r"\w+")

Rates = tuple[float, float, float]


def words(text: str) -> list[str]:
    """Return what ROUGE counts."""
    return _WORD.findall(UNSPACED.sub(lambda match: f" {match[0]} ", text.lower()))


def ngrams(tokens: Sequence[Hashable], size: int) -> Counter[tuple[Hashable, ...]]:
    """Count runs of tokens."""
    return Counter(tuple(tokens[n : n + size]) for n in range(len(tokens) - size + 1))


def rouge_n(gold: str, found: str, size: int) -> Rates:
    """Return precision, recall and F1 of shared word n-grams."""
    golds, founds = ngrams(words(gold), size), ngrams(words(found), size)
    return _rates((golds & founds).total(), founds.total(), golds.total())


def rouge_l(gold: str, found: str) -> Rates:
    """Return precision, recall and F1 of the longest common subsequence of words."""
    golds, founds = words(gold), words(found)
    before = [0] * (len(founds) + 1)
    for one in golds:
        row = [0]
        for place, other in enumerate(founds):
            row.append(before[place] + 1 if one == other else max(before[place + 1], row[-1]))
        before = row
    return _rates(before[-1], len(founds), len(golds))


def chrf(golds: Sequence[str], founds: Sequence[str]) -> float:
    """Return chrF2 of a set of texts, between 0 and 1."""
    right, ours, theirs = [0] * ORDER, [0] * ORDER, [0] * ORDER
    for gold, found in zip(golds, founds, strict=True):
        one, other = "".join(gold.split()), "".join(found.split())
        for size in range(1, ORDER + 1):
            counted, known = ngrams(other, size), ngrams(one, size)
            right[size - 1] += (counted & known).total()
            # A text too short for an n-gram on either side says nothing about this order.
            ours[size - 1] += counted.total() if known else 0
            theirs[size - 1] += known.total()
    orders = [n for n in range(ORDER) if ours[n] and theirs[n]]
    if not orders:
        return 0.0
    precision = sum(right[n] / ours[n] for n in orders) / len(orders)
    recall = sum(right[n] / theirs[n] for n in orders) / len(orders)
    factor = BETA**2
    return (1 + factor) * precision * recall / (factor * precision + recall) if precision + recall else 0.0


def score(gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
    """Score written texts of the same sources in the same order.

    Args:
        gold: With `target`.
        predicted: With what was written.

    Returns:
        Means of ROUGE-L as `precision`, `recall` and `f1`, the share of texts that are exactly right as `accuracy`;
        `extra` holds "rouge_1", "rouge_2", "rouge_l" (mean F1), "chrf" and "exact".

    Raises:
        InputError: not the same texts, or one without a target.
    """
    if len(gold) != len(predicted):
        raise InputError(f"{len(gold)} annotated texts and {len(predicted)} predicted ones")
    golds = []
    for example in gold:
        if example.target is None:
            raise InputError(f"{example.id}: no target to compare with")
        golds.append(example.target)
    founds = [example.target or "" for example in predicted]
    pairs = list(zip(golds, founds, strict=True))
    longest = [rouge_l(*pair) for pair in pairs]
    precision, recall, f1 = (_mean([each[side] for each in longest]) for side in range(3))
    exact = _mean([float(one.strip() == other.strip()) for one, other in pairs])
    return Scores(
        precision,
        recall,
        f1,
        macro_f1=f1,
        accuracy=exact,
        support=len(golds),
        extra={
            "rouge_1": _mean([rouge_n(*pair, 1)[2] for pair in pairs]),
            "rouge_2": _mean([rouge_n(*pair, 2)[2] for pair in pairs]),
            "rouge_l": f1,
            "chrf": chrf(golds, founds),
            "exact": exact,
        },
    )


def _rates(right: int, found: int, gold: int) -> Rates:
    precision, recall = (right / found if found else 0.0), (right / gold if gold else 0.0)
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
