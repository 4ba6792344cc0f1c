"""Fit the weights of fusion's pair score: a logistic regression with a Gaussian prior around what an expert would say.

The data teach what they hold (spellings, acronyms, contexts, shared facts). What they hardly hold, such as contradicting dates of
birth, keeps the expert's weight.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from bench.fusion_passages import Passage, functional, homonyms, locals_of, vectors_of
from kg.fusion import LocalEntity, block_keys
from kg.fusion.profile import Profile
from kg.fusion.score import FEATURES, features, group_of
from kg.ports import Encoder

Pair = tuple[dict[str, float], bool, float]  # features, same, weight

PRIOR = {
    "person": {
        "bias": -1.0, "equal names": 3.5, "same words": 3.0, "one name in the other": 2.2, "initials agree": 0.8, "similar spelling": 0.6,
        "lone name": -1.2, "different names": -4.0, "clashing names": -6.0, "name similarity": 0.5, "common name": -1.5, "shared facts": 2.0,
        "shared neighbours": 1.0, "no shared fact": -1.5, "same roles": 0.3, "conflicting dates": -5.0, "conflicting facts": -2.5,
        "context": 5.0, "apart in one document": -5.0,
    },
    "other": {
        "bias": -1.0, "equal names": 3.5, "names of one place": 5.0, "same words": 2.5, "acronym": 1.0, "short form": 1.2,
        "one name in the other": -1.5, "similar spelling": 0.8, "different names": -4.0, "clashing names": -6.0, "name similarity": 0.5,
        "common name": -0.5, "shared facts": 1.0, "shared neighbours": 0.5, "no shared fact": -0.3, "same roles": 0.3,
        "conflicting dates": -4.0, "conflicting facts": -1.5, "context": 3.0, "apart in one document": -5.0,
    },
}  # fmt: skip
SPREAD = 1.0
"""Standard deviation of the prior, in log-odds."""


def training_pairs(passages: Sequence[Passage], encoder: Encoder) -> dict[str, list[Pair]]:
    """Pairs that blocking would compare, by group of weights: real ones by their Wikidata ids, and made-up namesakes.

    A pair of entities that is mentioned many times counts as three of its pairs at most.
    """
    gold = {mention: uri for passage in passages for mention, uri in passage.gold.items()}
    found: dict[str, list[Pair]] = defaultdict(list)
    for facts in (True, False):
        for context in (True, False):
            vectors = vectors_of(passages, encoder) if context else None
            _add_real(found, locals_of(passages, vectors, facts=facts), gold)
    _add_namesakes(found, passages, encoder)
    return found


def _add_real(found: dict[str, list[Pair]], locals_: Sequence[LocalEntity], gold: dict[str, str]) -> None:
    uri = {local.id: Counter(gold[m] for m in local.mentions if m in gold).most_common(1) for local in locals_}
    profiles = {local.id: Profile.of(local) for local in locals_ if uri[local.id]}
    by_key: dict[str, list[str]] = defaultdict(list)
    for local in locals_:
        if local.id in profiles:
            for key in block_keys(local):
                by_key[key].append(local.id)
    pairs = {tuple(sorted((a, b))) for ids in by_key.values() for n, a in enumerate(ids) for b in ids[:n]}
    meaning = {pair: tuple(sorted(uri[end][0][0] for end in pair)) for pair in sorted(pairs)}
    counts = Counter(meaning.values())
    for (a, b), ends in meaning.items():
        values = features(profiles[a], profiles[b], functional())
        found[group_of(profiles[a].family)].append((values, ends[0] == ends[1], min(1.0, 3 / counts[ends]) / 4))


def _add_namesakes(found: dict[str, list[Pair]], passages: Sequence[Passage], encoder: Encoder) -> None:
    pairs = homonyms(passages)
    vectors = vectors_of([end for one, other, *_ in pairs for end in (one, other)], encoder)
    for number, (one, other, left, right) in enumerate(pairs):
        for facts in (True, False):
            mine = {m: e for e in locals_of([one], vectors[2 * number :], facts=facts) for m in e.mentions}
            yours = {m: e for e in locals_of([other], vectors[2 * number + 1 :], facts=facts) for m in e.mentions}
            values = features(Profile.of(mine[left]), Profile.of(yours[right]), functional())
            found["person"].append((values, False, 0.5))


def fit(pairs: dict[str, list[Pair]]) -> dict[str, dict[str, float]]:
    """Fit each group's weights by Newton's method on the penalised log-likelihood."""
    return {group: _fit(pairs[group], PRIOR[group]) for group in ("person", "other")}


def _fit(pairs: Sequence[Pair], prior: dict[str, float]) -> dict[str, float]:
    x = np.array([[values.get(feature, 0.0) for feature in FEATURES] for values, _, _ in pairs])
    y = np.array([float(same) for _, same, _ in pairs])
    weight = np.array([weight for _, _, weight in pairs])
    start = np.array([prior.get(feature, 0.0) for feature in FEATURES])
    theta = start.copy()
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ theta)))
        gradient = x.T @ (weight * (p - y)) + (theta - start) / SPREAD**2
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + np.eye(len(FEATURES)) / SPREAD**2
        step = np.linalg.solve(hessian, gradient)
        theta -= step
        if np.abs(step).max() < 1e-8:
            break
    return {feature: round(float(value), 3) for feature, value in zip(FEATURES, theta, strict=True)}
