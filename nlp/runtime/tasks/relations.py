"""Reads relations between entities that are given, in a sentence or over a whole document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.data.example import Example, Relation
from nlp.runtime.candidates import locate
from nlp.runtime.confidence import stated
from nlp.runtime.graphs import Graphs
from nlp.runtime.pieces import Pieces, cut
from nlp.runtime.relation_scores import links, mirrored, probabilities
from nlp.runtime.scenes import Floats, Scene, feeds
from nlp.runtime.stretches import Stretch, encode, stretches

GROUP = 8  # texts whose pairs are scored at once, where they may be


@dataclass(frozen=True, slots=True)
class Things:
    """The things of a text: what its entities are when mentions of the same thing count as one."""

    ids: tuple[tuple[str, ...], ...]  # entities of each thing
    spans: tuple[tuple[tuple[int, int], ...], ...]  # their pieces
    types: tuple[tuple[int, ...], ...]


def things(example: Example, pieces: Pieces, types: Sequence[str]) -> Things:
    """Join mentions by the example's clusters; what cannot be found in the pieces is left out.

    Args:
        example: Its entities and clusters.
        pieces: Its text.
        types: Known entity types; others are no type.
    """
    numbers = {name: n for n, name in enumerate(types)}
    at = {e.id: span for e in example.entities if (span := locate(pieces, e.start, e.end))}
    label = {e.id: numbers.get(e.label, -1) for e in example.entities}
    clusters = [tuple(i for i in cluster if i in at) for cluster in example.clusters]
    joined = {i for cluster in clusters for i in cluster}
    groups = [*clusters, *((e.id,) for e in example.entities if e.id in at and e.id not in joined)]
    groups = sorted((g for g in groups if g), key=lambda g: min(at[i] for i in g))
    return Things(
        tuple(groups),
        tuple(tuple(sorted(at[i] for i in g)) for g in groups),
        tuple(tuple(sorted({label[i] for i in g} - {-1})) for g in groups),
    )


def indicators(types: Sequence[Sequence[int]], count: int) -> Floats:
    """Return (things, types): 1 where a thing is of a type."""
    table = np.zeros((len(types), max(1, count)), np.float32)
    for row, kinds in enumerate(types):
        table[row, list(kinds)] = 1.0
    return table


def pairs_of(found: Things, allowed: NDArray[np.bool_] | None) -> list[tuple[int, int]]:
    """Return the ordered pairs that some relation allows by their types; None: every pair."""
    count = len(found.ids)
    every = [(i, j) for i in range(count) for j in range(count) if i != j]
    if allowed is None:
        return every
    some: Any = allowed.any(axis=-1)
    return [(i, j) for i, j in every if any(some[a, b] for a in found.types[i] for b in found.types[j])]


def signatures(schema: Mapping[str, Any]) -> NDArray[np.bool_] | None:
    """Return (types, types, relations), whether a relation may hold between two types; None where all may."""
    if not schema.get("signatures"):
        return None
    types = {name: n for n, name in enumerate(schema["types"])}
    table = np.zeros((len(types), len(types), len(schema["relations"])), np.bool_)
    for number, name in enumerate(schema["relations"]):
        for head, tail in schema["signatures"][name]:
            table[types[head], types[tail], number] = True
    return table


@dataclass(frozen=True, slots=True)
class _Text:
    things: Things
    runs: list[Stretch]
    pairs: list[tuple[int, int]]


class Predictor:
    """Fills in the relations of examples whose entities are given; see `nlp.runtime.predictor.Predictor`.

    Args:
        schema: What training found: types, relations, threshold and the like.
        tokenizer: Of the encoder.
        graphs: "encoder" and "pairs".
    """

    def __init__(self, schema: dict[str, Any], tokenizer: Tokenizer, graphs: Graphs) -> None:
        self._schema, self._tokenizer, self._graphs = schema, tokenizer, graphs
        self._relations: list[str] = schema["relations"]
        self._symmetric = [self._relations.index(name) for name in schema["symmetric"]]
        self._allowed = signatures(schema)

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with the relations that the model reads; a relation joins the first mentions of two."""
        schema = self._schema
        texts = [
            self._prepare(example, pieces)
            for example, pieces in zip(examples, cut(self._tokenizer, [e.text for e in examples]), strict=True)
        ]
        order = sorted((n for n, t in enumerate(texts) if t.pairs), key=lambda n: len(texts[n].pairs))
        size = GROUP if self._graphs.batched else 1
        found: dict[int, tuple[Relation, ...]] = {}
        for start in range(0, len(order), size):
            group = order[start : start + size]
            scores = self._score([texts[n] for n in group])
            for number, probability in zip(group, scores, strict=True):
                text = texts[number]
                kept = links(probability, text.pairs, self._symmetric, schema["threshold"], schema["single"])
                found[number] = tuple(
                    Relation(
                        text.things.ids[i][0],
                        text.things.ids[j][0],
                        self._relations[r],
                        stated(score, *schema["confidence"]),
                    )
                    for i, j, r, score in kept
                    if self._relations[r] != schema["negative"]
                )
        return [replace(example, relations=found.get(n, ())) for n, example in enumerate(examples)]

    def _prepare(self, example: Example, pieces: Pieces) -> _Text:
        schema = self._schema
        found = things(example, pieces, schema["types"])
        runs = stretches(pieces, schema["longest"], schema["begin"], schema["separator"])
        return _Text(found, runs, pairs_of(found, self._allowed))

    def _score(self, texts: Sequence[_Text]) -> list[Floats]:
        states = encode(self._graphs, [run for text in texts for run in text.runs], self._schema["pad"])
        scenes, base, place = [], 0, 0
        for text in texts:
            inner = []
            for run in text.runs:
                inner.append(np.arange(base + 1, base + len(run) - 1))
                base += len(run)
                place += 1
            types = indicators(text.things.types, len(self._schema["types"]))
            scenes.append(Scene(np.concatenate(inner), text.things.spans, types, text.pairs))
        arrays = feeds(scenes)
        flat = np.concatenate(states)
        arrays["states"] = flat[arrays.pop("pieces")]
        logits = self._graphs.run("pairs", arrays)["logits"]
        out = []
        for row, text in enumerate(texts):
            scores = probabilities(logits[row, : len(text.pairs)], self._schema["loss"])
            if self._allowed is not None:
                may = [
                    self._allowed[np.ix_(text.things.types[i], text.things.types[j])].any(axis=(0, 1))
                    for i, j in text.pairs
                ]
                scores = np.where(np.array(may), scores, np.float32(0.0))
            out.append(mirrored(scores, text.pairs, self._symmetric))
        return out
