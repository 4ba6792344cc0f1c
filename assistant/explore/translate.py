"""Translates questions into queries: patterns, uses of literals, shapes and what fills them, each with its chance."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.explore import linear, patterns, tail_features, tails, uses
from assistant.explore.canonical import canonical
from assistant.explore.patterns import Mentions, Pattern
from assistant.explore.query import Query, Test
from assistant.explore.question import read
from assistant.explore.uses import Use
from kg.graphs.schema import Schema

PATTERNS, USES, READINGS, SHAPES, CASTINGS, FILLS, FINISHED = 5, 3, 5, 10, 3, 3, 40
"""How many of each are carried on."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned.

    Attributes:
        pattern: Of patterns.
        use: Of uses of literals.
        casting: Of nodes in roles.
        slot: Of properties in slots.
        shapes: Known shapes.
        words: Places of the features of shapes.
        shape: Their weights, shape (features, shapes).
        bias: Of each shape.
    """

    pattern: NDArray[np.float32]
    use: NDArray[np.float32]
    casting: NDArray[np.float32]
    slot: NDArray[np.float32]
    shapes: tuple[tails.Shape, ...]
    words: dict[str, int]
    shape: NDArray[np.float16]
    bias: NDArray[np.float32]

    def save(self, file: Path) -> None:
        """Write a file."""
        sparse: dict[str, Any] = {}
        for name in ("pattern", "use", "casting", "slot"):
            weights = getattr(self, name)
            places = np.flatnonzero(np.abs(weights) > 1e-3)
            sparse[f"{name}_places"] = places.astype(np.uint32)
            sparse[f"{name}_values"] = weights[places].astype(np.float16)
        about = json.dumps({"shapes": self.shapes, "words": list(self.words)}, separators=(",", ":"))
        np.savez_compressed(
            file,
            about=np.frombuffer(about.encode(), np.uint8),
            shape=self.shape,
            bias=self.bias,
            **sparse,  # by name
        )

    @classmethod
    def load(cls, file: Path) -> Weights:
        """Read a file that `save` wrote."""
        with np.load(file, allow_pickle=False) as data:
            about = json.loads(data["about"].tobytes().decode())
            dense = {}
            for name in ("pattern", "use", "casting", "slot"):
                dense[name] = np.zeros(linear.SIZE, np.float32)
                dense[name][data[f"{name}_places"]] = data[f"{name}_values"]
            return cls(
                **dense,
                shapes=tuple(_tuples(shape) for shape in about["shapes"]),
                words={word: place for place, word in enumerate(about["words"])},
                shape=data["shape"],
                bias=data["bias"],
            )


@dataclass(frozen=True, slots=True)
class Translation:
    """A query and the chance that it is what was asked."""

    query: Query
    chance: float


class Translator:
    """Translates.

    Args:
        weights: What was learned.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def translate(self, question: str, schema: Schema, *, n: int = 5) -> list[Translation]:
        """Translate a question.

        Args:
            question: In English.
            schema: Of the graph.
            n: Most translations.

        Returns:
            Translations, the likeliest first; equal queries are one.
        """
        mentions = Mentions(read(question, schema), schema)
        readings = sorted(self._readings(mentions), key=lambda reading: -reading[2])[:READINGS]
        finished = [
            (math.exp(chance + more), query)
            for pattern, given, chance in readings
            for query, more in self._finished(pattern, given, mentions)
        ]
        finished.sort(key=lambda one: -one[0])
        chances: dict[object, float] = {}
        first: dict[object, tuple[float, Query]] = {}
        for total, query in finished[:FINISHED]:
            key = canonical(query, schema)
            chances[key] = chances.get(key, 0.0) + total
            first.setdefault(key, (total, query))
        best = sorted(chances, key=lambda key: -chances[key])[:n]
        return [Translation(first[key][1], chances[key]) for key in best]

    def _readings(self, mentions: Mentions) -> list[tuple[Pattern, list[Use], float]]:
        """Patterns with a use for each literal."""
        found = patterns.patterns(mentions)
        most = max((len(mentions.own(one)) for one in found), default=0)
        scored = linear.scores(self._weights.pattern, [patterns.features(one, mentions, most) for one in found])
        readings = []
        for place in np.argsort(-scored)[:PATTERNS]:
            pattern = found[place]
            options = []
            for literal in [*mentions.question.literals, *uses.flags(mentions, pattern)][:6]:
                possible = uses.uses(literal, pattern, mentions.schema)
                told = linear.scores(
                    self._weights.use, [uses.features(one, literal, pattern, mentions) for one in possible]
                )
                options.append([(possible[k], float(told[k])) for k in np.argsort(-told)[:USES]])
            chosen = sorted(product(*options), key=lambda uses_: -sum(chance for _, chance in uses_))[:USES]
            for one in chosen:
                given = [use for use, _ in one]
                said = [(use.test.of, use.test.operator) for use in given if use.test is not None]
                if sum(use.kind == "limit" for use in given) <= 1 and len(set(said)) == len(said):
                    readings.append((pattern, given, float(scored[place]) + sum(chance for _, chance in one)))
        return readings

    def _finished(self, pattern: Pattern, given: Sequence[Use], mentions: Mentions) -> list[tuple[Query, float]]:
        """Queries of one reading, with the chance of each given the reading."""
        tests = [use.test for use in given if use.test is not None]
        limit = next((use.value for use in given if use.kind == "limit"), None)
        having = [(use.operator, use.value) for use in given if use.kind == "having"]
        kinds = [use.kind for use in given if use.kind != "nothing"]
        features = tail_features.shape_features(mentions.question, pattern, kinds, mentions)
        places = [self._weights.words[one] for one in features if one in self._weights.words]
        raw = self._weights.shape[places].astype(np.float32).sum(axis=0) + self._weights.bias
        fits = np.array(
            [_fits(shape, len(pattern.nodes), limit is not None, bool(having)) for shape in self._weights.shapes]
        )
        if not fits.any():
            return []
        raw = np.where(fits, raw, -np.inf)
        raw -= raw.max()
        told = raw - np.log(np.exp(raw).sum())
        found = []
        for place in np.argsort(-told)[:SHAPES]:
            if not np.isfinite(told[place]):
                break
            shape = self._weights.shapes[place]
            for placed, chance in self._placed(shape, pattern, tests, mentions):
                query = tails.put(placed, pattern, tests, limit, having, mentions.schema)
                if query is not None:
                    found.append((query, float(told[place]) + chance))
        return found

    def _placed(
        self, shape: tails.Shape, pattern: Pattern, tests: Sequence[Test], mentions: Mentions
    ) -> list[tuple[tails.Placed, float]]:
        casts = list(tails.castings(pattern))
        told = linear.scores(
            self._weights.casting,
            [tail_features.casting_features(one, shape, pattern, tests, mentions) for one in casts],
        )
        found = []
        for place in np.argsort(-told)[:CASTINGS]:
            roles = casts[place]
            options = []
            for _, kind, role, use in tails.slots_of(shape):
                owner, _ = tails.owner_of(kind, role, roles, pattern)
                names = list((mentions.schema.nodes if kind == "node" else mentions.schema.edges).get(owner, {}))
                chances = linear.scores(
                    self._weights.slot,
                    [tail_features.slot_features(name, use, kind, owner, tests, mentions) for name in names],
                )
                options.append([(names[k], float(chances[k])) for k in np.argsort(-chances)[:FILLS]])
            for fill in product(*options):
                placed = tails.Placed(shape, roles, tuple(name for name, _ in fill))
                found.append((placed, float(told[place]) + sum(chance for _, chance in fill)))
        return found


@lru_cache(maxsize=50_000)
def _fits(shape: tails.Shape, nodes: int, limit: bool, having: bool) -> bool:
    needed, limited, conditioned = tails.shaped_for(shape)
    return needed <= nodes and limited == limit and conditioned == having


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
