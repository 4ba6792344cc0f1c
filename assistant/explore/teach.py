"""Fits a translator to questions with their Cypher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.explore import linear, patterns, tail_features, tails, uses
from assistant.explore.canonical import canonical, implied
from assistant.explore.patterns import Mentions, Pattern
from assistant.explore.query import Query, Term, Test
from assistant.explore.question import read
from assistant.explore.reading import read as read_cypher
from assistant.explore.translate import Weights
from kg.errors import QueryError
from kg.graphs.schema import Schema

LEAST = 2
"""How often a shape or a feature of shapes must occur."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, its Cypher and the schema that it is asked of."""

    question: str
    cypher: str
    schema: Schema


Ranked = list[tuple[list[linear.Features], list[bool]]]


def teach(examples: Iterable[Example], *, seed: int = 0) -> Weights:
    """Fit all parts.

    Args:
        examples: Questions with their Cypher; what cannot be read teaches nothing.
        seed: Of the order of training.

    Returns:
        The weights.
    """
    pattern: Ranked = []
    use: Ranked = []
    casting: Ranked = []
    slot: Ranked = []
    shaped: list[tuple[list[str], tails.Shape]] = []
    for example in examples:
        try:
            gold = implied(read_cypher(example.cypher), example.schema)
        except QueryError:
            continue
        mentions = Mentions(read(example.question, example.schema), example.schema)
        pattern.append(_patterns(gold, mentions))
        reached, kinds = _uses(gold, mentions, use)
        if not reached:
            continue
        numbers = [float(one.value) for one in mentions.question.literals if one.sort == "number"]
        placed = tails.place_of(gold, example.schema, numbers)
        about = Pattern(gold.nodes, gold.edges)
        shaped.append((tail_features.shape_features(mentions.question, about, kinds, mentions), placed.shape))
        _fills(gold, placed, mentions, casting, slot)
    known, words, weights, bias = _shapes(shaped)
    return Weights(
        pattern=linear.fit(pattern, seed=seed),
        use=linear.fit(use, seed=seed),
        casting=linear.fit(casting, seed=seed),
        slot=linear.fit(slot, seed=seed),
        shapes=known,
        words=words,
        shape=weights,
        bias=bias,
    )


def _patterns(gold: Query, mentions: Mentions) -> tuple[list[linear.Features], list[bool]]:
    found = patterns.patterns(mentions)
    wanted = canonical(Query(gold.nodes, gold.edges), mentions.schema)
    most = max((len(mentions.own(one)) for one in found), default=0)
    return (
        [patterns.features(one, mentions, most) for one in found],
        [_canonical(one, mentions.schema) == wanted for one in found],
    )


@lru_cache(maxsize=50_000)
def _canonical(pattern: Pattern, schema: Schema) -> tuple[Any, ...]:
    return canonical(Query(pattern.nodes, pattern.edges), schema)


def _uses(gold: Query, mentions: Mentions, ranked: Ranked) -> tuple[bool, list[str]]:
    """Collect what each literal is for; whether all conditions come from literals, and what kinds of use there are."""
    about = Pattern(gold.nodes, gold.edges)
    open_ = [test for test in gold.tests if not test.operator.startswith("is ")]
    limit = None if gold.limit is None else float(gold.limit)
    having = [(test.operator, test.value) for test in gold.having]
    kinds: list[str] = []
    made: Ranked = []
    for literal in [*mentions.question.literals, *uses.flags(mentions, about)]:
        options = uses.uses(literal, about, mentions.schema)
        right = [one.test is not None and any(_equal(one.test, test) for test in open_) for one in options]
        if any(right):
            done = [one.test for one, good in zip(options, right, strict=True) if good and one.test is not None]
            open_ = [test for test in open_ if not any(_equal(one, test) for one in done)]
            kinds.append("test")
        elif limit is not None and any(one.kind == "limit" and one.value == limit for one in options):
            right = [one.kind == "limit" for one in options]
            limit = None
            kinds.append("limit")
        elif any((one.operator, one.value) in having for one in options if one.kind == "having"):
            right = [one.kind == "having" and (one.operator, one.value) in having for one in options]
            kinds.append("having")
        else:
            right = [one.kind == "nothing" for one in options]
        made.append(([uses.features(one, literal, about, mentions) for one in options], right))
    reached = not open_ and not gold.absent and not any(test.lower for test in gold.tests)
    if reached:
        ranked += made
    return reached, kinds


def _equal(left: Test, right: Test) -> bool:
    return (left.of, left.operator, left.value) == (right.of, right.operator, right.value)


def _fills(gold: Query, placed: tails.Placed, mentions: Mentions, casting: Ranked, slot: Ranked) -> None:
    about = Pattern(gold.nodes, gold.edges)
    tests = [test for test in gold.tests if not test.operator.startswith("is ") and isinstance(test.of, Term)]
    casts = list(tails.castings(about))
    made = [tail_features.casting_features(one, placed.shape, about, tests, mentions) for one in casts]
    casting.append((made, [one == placed.roles for one in casts]))
    for (_, kind, role, use), wanted in zip(tails.slots_of(placed.shape), placed.slots, strict=True):
        owner, _ = tails.owner_of(kind, role, placed.roles, about)
        names = list((mentions.schema.nodes if kind == "node" else mentions.schema.edges).get(owner, {}))
        if wanted in names:
            features = [tail_features.slot_features(name, use, kind, owner, tests, mentions) for name in names]
            slot.append((features, [name == wanted for name in names]))


def _shapes(
    shaped: Sequence[tuple[list[str], tails.Shape]],
) -> tuple[tuple[tails.Shape, ...], dict[str, int], NDArray[np.float16], NDArray[np.float32]]:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counts = Counter(shape for _, shape in shaped)
    kept = [(features, shape) for features, shape in shaped if counts[shape] >= LEAST]
    known = sorted({shape for _, shape in kept}, key=repr)
    number: Mapping[tails.Shape, int] = {shape: place for place, shape in enumerate(known)}
    seen = Counter(feature for features, _ in kept for feature in features)
    words = {word: place for place, word in enumerate(sorted(word for word, times in seen.items() if times >= LEAST))}
    rows, columns = [], []
    for row, (features, _) in enumerate(kept):
        for feature in features:
            if feature in words:
                rows.append(row)
                columns.append(words[feature])
    matrix = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(kept), len(words)))
    model = LogisticRegression(C=1.0, max_iter=60, tol=1e-3)
    model.fit(matrix, np.array([number[shape] for _, shape in kept]))
    return tuple(known), words, model.coef_.T.astype(np.float16), model.intercept_.astype(np.float32)
