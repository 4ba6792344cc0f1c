"""Scores of coreference: MUC, B-cubed, CEAF-e and their mean, the figure of the CoNLL shared tasks.

Sources: Vilain et al. 1995; Bagga and Baldwin 1998; Luo 2005; Pradhan et al. 2012 and 2014.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation.assignment import assign
from nlp.evaluation.scores import Scores

Place = tuple[int, int]  # a mention is where it stands
Cluster = frozenset[Place]
Counts = tuple[float, float, float, float]  # right and all of precision, right and all of recall


def muc(gold: Sequence[Cluster], found: Sequence[Cluster]) -> Counts:
    """Count links: those that a cluster's mentions need, and those that the other side's clusters give them."""

    def side(ours: Sequence[Cluster], theirs: Sequence[Cluster]) -> tuple[float, float]:
        of = _membership(theirs)
        right = sum(len(cluster) - len({of.get(m, m) for m in cluster}) for cluster in ours)
        return right, sum(len(cluster) - 1 for cluster in ours)

    return (*side(found, gold), *side(gold, found))


def b_cubed(gold: Sequence[Cluster], found: Sequence[Cluster]) -> Counts:
    """Count mentions, each by the share of its cluster that is in its cluster on the other side."""

    def side(ours: Sequence[Cluster], theirs: Sequence[Cluster]) -> tuple[float, float]:
        of = _membership(theirs)
        right = 0.0
        for cluster in ours:
            for number in {of[m] for m in cluster if m in of}:
                right += len(cluster & theirs[number]) ** 2 / len(cluster)
        return right, sum(map(len, ours))

    return (*side(found, gold), *side(gold, found))


def ceaf_e(gold: Sequence[Cluster], found: Sequence[Cluster]) -> Counts:
    """Count clusters by their similarity (phi 4: Dice) under the best one-to-one alignment."""
    if not gold or not found:
        return 0.0, len(found), 0.0, len(gold)
    alike = np.array([[2 * len(a & b) / (len(a) + len(b)) for b in found] for a in gold])
    right = float(sum(alike[row, column] for row, column in assign(alike)))
    return right, len(found), right, len(gold)


METRICS: dict[str, Callable[[Sequence[Cluster], Sequence[Cluster]], Counts]] = {
    "muc": muc,
    "b_cubed": b_cubed,
    "ceaf_e": ceaf_e,
}


def score(gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
    """Score clusters of the same texts in the same order; counts are summed over texts.

    Args:
        gold: With `entities` and `clusters`.
        predicted: With what was found.

    Returns:
        Means of the three metrics, over clusters of two mentions or more, as OntoNotes annotates them (what stands
        alone would be easy points); `macro_f1` is the mean over texts, `accuracy` the share of texts in which all is
        right, `support` the mentions in clusters. `extra` holds the F1 of each metric, and "with_singletons": the mean
        F1 where every mention counts.

    Raises:
        InputError: not the same texts.
    """
    if len(gold) != len(predicted):
        raise InputError(f"{len(gold)} annotated texts and {len(predicted)} predicted ones")
    golds, founds = [clusters(example) for example in gold], [clusters(example) for example in predicted]
    pairs = list(zip(golds, founds, strict=True))
    figures = {name: _rates(pairs, metric) for name, metric in METRICS.items()}
    precision, recall, f1 = (sum(each[side] for each in figures.values()) / len(METRICS) for side in range(3))
    counted = [pair for pair in pairs if pair[0] or pair[1]]
    by_text = [sum(_rates([pair], metric)[2] for metric in METRICS.values()) / len(METRICS) for pair in counted]
    everything = [(clusters(one, 1), clusters(other, 1)) for one, other in zip(gold, predicted, strict=True)]
    alone = sum(_rates(everything, metric)[2] for metric in METRICS.values()) / len(METRICS)
    return Scores(
        precision,
        recall,
        f1,
        macro_f1=sum(by_text) / len(by_text) if by_text else 0.0,
        accuracy=sum(set(one) == set(other) for one, other in pairs) / len(pairs) if pairs else 0.0,
        support=sum(len(cluster) for each in golds for cluster in each),
        extra={**{name: each[2] for name, each in figures.items()}, "with_singletons": alone},
    )


def clusters(example: Example, least: int = 2) -> list[Cluster]:
    """Return the clusters of a text as places; with `least` of 1, mentions in none are clusters of their own."""
    place = {entity.id: (entity.start, entity.end) for entity in example.entities}
    found = [frozenset(place[name] for name in cluster if name in place) for cluster in example.clusters]
    if least == 1:
        joined = frozenset().union(*found)
        found += [frozenset({each}) for each in sorted(set(place.values()) - joined)]
    return [cluster for cluster in found if len(cluster) >= least]


def _membership(all_: Sequence[Cluster]) -> dict[Place, int]:
    return {mention: number for number, cluster in enumerate(all_) for mention in cluster}


def _rates(
    pairs: Sequence[tuple[Sequence[Cluster], Sequence[Cluster]]],
    metric: Callable[[Sequence[Cluster], Sequence[Cluster]], Counts],
) -> tuple[float, float, float]:
    """Sum a metric's counts over texts and return precision, recall and F1."""
    counts = np.array([metric(gold, found) for gold, found in pairs], np.float64).reshape(-1, 4).sum(axis=0)
    precision = float(counts[0] / counts[1]) if counts[1] else 0.0
    recall = float(counts[2] / counts[3]) if counts[3] else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0
