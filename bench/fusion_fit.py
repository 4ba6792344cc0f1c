"""Fit the weights of fusion's pair score: a logistic regression with a Gaussian prior around what an expert would say.

The data teach what they hold: spellings, acronyms, contexts, shared facts. What they hardly hold, such as dates of
birth that contradict, keeps the expert's weight.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.fusion_passages import Passage, functional, locals_of, namesakes, vectors_of
from kg.fusion import LocalEntity, block_keys
from kg.fusion.blocking import partners
from kg.fusion.profile import Profile
from kg.fusion.score import FEATURES, features, group_of
from kg.ports import Encoder

Pair = tuple[dict[str, float], bool, float]  # features, same, weight

PRIOR = {
    "person": {
        "bias": -1.0, "equal names": 3.5, "same words": 3.0, "one name in the other": 2.2, "initials agree": 0.8,
        "similar spelling": 0.6, "lone name": -1.2, "name similarity": 0.5, "common name": -1.5, "shared facts": 2.0,
        "shared neighbours": 1.0, "no shared fact": -1.5, "conflicting dates": -10.0, "conflicting facts": -2.5,
        "context": 8.0, "apart in one document": -5.0, "same in Latin letters": 0.6, "shared tax number": 6.0,
        "shared e-mail": 5.0, "shared phone": 1.5, "shared address": 1.5, "other address": -1.0, "other contacts": -1.0,
    },
    "other": {
        "bias": -1.0, "equal names": 3.5, "names of one place": 5.0, "same words": 2.5, "acronym": 1.0,
        "short form": 1.2, "one name in the other": -1.5, "similar spelling": 0.8, "name similarity": 0.5,
        "common name": -0.5, "shared facts": 1.0, "shared neighbours": 0.5, "no shared fact": -0.3, "same roles": 0.3,
        "conflicting dates": -5.0, "conflicting facts": -1.5, "context": 3.0, "apart in one document": -4.0,
        "same in Latin letters": 2.7, "unlike names": -6.0, "shared tax number": 6.0, "shared e-mail": 3.5,
        "shared phone": 3.5, "shared web domain": 2.0, "shared address": 2.5, "other address": -4.5,
        "other contacts": -3.0,
    },
}  # fmt: skip
HELD = ("conflicting dates", "apart in one document", "same in Latin letters")
"""What the data hardly hold and nothing should outweigh; these weights are not fitted."""
NAMESAKES = 0.25
"""Weight of the made-up pairs of namesakes for one of the real pairs of a person's equal full names."""
SPREAD = {"person": 1.0, "other": 1.0}
"""Standard deviation of the prior, in log-odds. Of people the data hold some dozen pairs: a wider prior scores a little
better on either fold with the other's weights, and lets initials and short names pass without anything else."""


def training_pairs(passages: Sequence[Passage], encoder: Encoder) -> dict[str, list[Pair]]:
    """Make the pairs that blocking would compare, by group of weights: real ones by their Wikidata ids, and namesakes.

    A pair of entities that is mentioned many times counts as three of its pairs at most. Pairs of one source with a
    lone name are left out: inside a document a lone name follows its full name, across documents it does not.
    """
    gold = {mention: uri for passage in passages for mention, uri in passage.gold.items()}
    source = {passage.document: passage.source for passage in passages}
    found: dict[str, list[Pair]] = defaultdict(list)
    for facts in (True, False):
        for vectors in (vectors_of(passages, encoder), None):
            _add_real(found, locals_of(passages, vectors, facts=facts), gold, source)
    made = _namesakes(passages, encoder)
    real = sum(weight for values, same, weight in found["person"] if same and "equal names" in values)
    found["person"] += [(values, False, real * NAMESAKES / len(made)) for values in made]
    return found


def _add_real(
    found: dict[str, list[Pair]], locals_: Sequence[LocalEntity], gold: dict[str, str], source: dict[str, str]
) -> None:
    uri = {local.id: Counter(gold[m] for m in local.mentions if m in gold).most_common(1) for local in locals_}
    known = {local.id: local for local in locals_ if uri[local.id]}
    profiles = {local_id: Profile.of(local) for local_id, local in known.items()}
    by_key: dict[str, list[str]] = defaultdict(list)
    for local_id, local in known.items():
        for key in block_keys(local):
            by_key[key].append(local_id)
    met = ((ids, by_key.get(other, [])) for key, ids in by_key.items() for other in partners(key))
    pairs = {(min(a, b), max(a, b)) for ids, others in met for a in ids for b in others if a != b}
    meaning = {pair: tuple(sorted(uri[end][0][0] for end in pair)) for pair in sorted(pairs)}
    counts = Counter(meaning.values())
    for (a, b), ends in meaning.items():
        values = features(profiles[a], profiles[b], functional())
        if values is None:
            continue
        same_source = source[known[a].document_id] == source[known[b].document_id]
        if not ("lone name" in values and same_source):
            found[group_of(known[a].family)].append((values, ends[0] == ends[1], min(1.0, 3 / counts[ends]) / 4))


def _namesakes(passages: Sequence[Passage], encoder: Encoder) -> list[dict[str, float]]:
    made: list[dict[str, float]] = []
    pairs = namesakes(passages)
    vectors = vectors_of([end for one, other, *_ in pairs for end in (one, other)], encoder)
    for number, (one, other, left, right) in enumerate(pairs):
        for facts in (True, False):
            mine = {m: e for e in locals_of([one], vectors[2 * number :], facts=facts) for m in e.mentions}
            yours = {m: e for e in locals_of([other], vectors[2 * number + 1 :], facts=facts) for m in e.mentions}
            values = features(Profile.of(mine[left]), Profile.of(yours[right]), functional())
            if values is None:
                continue
            made += [values, {name: value for name, value in values.items() if name != "context"}]
    return made


def fit(pairs: dict[str, list[Pair]]) -> dict[str, dict[str, float]]:
    """Fit each group's weights by Newton's method on the penalised log-likelihood."""
    return {group: _fit(pairs[group], PRIOR[group], SPREAD[group]) for group in ("person", "other")}


def _fit(pairs: Sequence[Pair], prior: dict[str, float], spread: float) -> dict[str, float]:
    x = np.array([[values.get(feature, 0.0) for feature in FEATURES] for values, _, _ in pairs])
    y = np.array([float(same) for _, same, _ in pairs])
    weight = np.array([weight for _, _, weight in pairs])
    start = np.array([prior.get(feature, 0.0) for feature in FEATURES])
    stiff = np.array([1e-4 if feature in HELD else spread for feature in FEATURES]) ** -2
    theta = start.copy()

    def loss(at: NDArray[np.float64]) -> float:
        odds = x @ at
        return float(weight @ (np.logaddexp(0, odds) - y * odds) + stiff @ (at - start) ** 2 / 2)

    for _ in range(200):
        p = 1 / (1 + np.exp(-(x @ theta)))
        gradient = x.T @ (weight * (p - y)) + (theta - start) * stiff
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(stiff)
        step = np.linalg.solve(hessian, gradient)
        rate = 1.0
        while rate > 1e-6 and loss(theta - rate * step) > loss(theta):
            rate /= 2  # a full Newton step can overshoot where the classes are nearly separable
        theta -= rate * step
        if np.abs(rate * step).max() < 1e-7:
            break
    return {feature: round(float(value), 3) for feature, value in zip(FEATURES, theta, strict=True)}
