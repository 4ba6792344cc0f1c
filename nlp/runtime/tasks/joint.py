"""Reads entities and the relations between them in one encoder pass, for any set of labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.data.example import Entity, Example, Relation
from nlp.runtime.choose import Found, choose, enumerate_spans
from nlp.runtime.confidence import stated
from nlp.runtime.graphs import Graphs
from nlp.runtime.relation_scores import links, mirrored, probabilities
from nlp.runtime.scenes import Floats, Ints, Scene, feeds
from nlp.runtime.span_arrays import span_feeds, span_pieces
from nlp.runtime.stretches import encode
from nlp.runtime.tasks.relations import signatures
from nlp.runtime.views import Layout, Passage, View, documents, passages, views

GROUP = 16  # passages whose pairs are scored at once, where they may be


def layout(schema: dict[str, Any]) -> Layout:
    """How a model of this schema cuts documents."""
    return Layout(schema["longest"], schema["context"], schema["spaced"])


def typed_pairs(types: Sequence[int], spans: Ints, allowed: NDArray[np.bool_] | None) -> list[tuple[int, int]]:
    """Return the ordered pairs of spans that do not overlap and whose types some relation joins.

    Args:
        types: Of each span.
        spans: (spans, 2), first and last piece.
        allowed: (types, types, relations); None: all may.
    """
    some: Any = None if allowed is None else allowed.any(axis=-1)
    return [
        (i, j)
        for i in range(len(types))
        for j in range(len(types))
        if i != j
        and (spans[i, 1] < spans[j, 0] or spans[j, 1] < spans[i, 0])
        and (some is None or some[types[i], types[j]])
    ]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A passage with its entities, before relations."""

    passage: Passage
    states: Floats
    found: list[Found]
    scene: Scene


class Predictor:
    """Fills in entities and relations; see `nlp.runtime.predictor.Predictor`.

    Args:
        schema: What training found: types, relations, thresholds and the like.
        tokenizer: Of the encoder.
        graphs: "encoder", "spans" and "pairs".
    """

    def __init__(self, schema: dict[str, Any], tokenizer: Tokenizer, graphs: Graphs) -> None:
        self._schema, self._tokenizer, self._graphs = schema, tokenizer, graphs
        self._types, self._relations = schema["types"], schema["relations"]
        self._symmetric = [self._relations.index(name) for name in schema["symmetric"]]
        self._allowed = signatures(schema)
        self._layout = layout(schema)

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with the entities and relations that the model reads; one document's texts are context
        for one another."""
        owned: list[tuple[View, list[Passage]]] = []
        for numbers in documents(examples):
            texts = [examples[n].text for n in numbers]
            cut = passages(texts, self._tokenizer, self._layout, numbers.start)
            for view in views(cut, self._layout, self._schema["begin"], self._schema["separator"]):
                owned.append((view, [cut[n] for n in view.own]))
        states = encode(self._graphs, [view for view, _ in owned], self._schema["pad"])
        seen = [
            self._entities(passage, window[base : base + len(passage.pieces)])
            for (view, own), window in zip(owned, states, strict=True)
            for passage, base in zip(own, view.bases, strict=True)
        ]
        return self._assembled(examples, seen, self._related(seen))

    def _entities(self, passage: Passage, states: Floats) -> _Seen:
        spans = enumerate_spans(len(passage.firsts), self._schema["widest"])
        pieces = span_pieces(passage.firsts, len(passage.pieces), spans)
        arrays = span_feeds(pieces, spans[:, 1] - spans[:, 0] + 1, len(states))
        logits = self._graphs.run("spans", {"states": states, **arrays})["logits"]
        shares = probabilities(logits, "softmax")
        found = choose(spans, shares, self._schema["entity_threshold"], self._schema["nested"])
        row = {(int(a), int(b)): n for n, (a, b) in enumerate(spans)}
        rows = np.array([row[first, last] for first, last, _, _ in found], np.int64)
        chosen = pieces[rows]
        pairs = typed_pairs([label for _, _, label, _ in found], chosen, self._allowed)
        entities = [[(int(a), int(b))] for a, b in chosen]
        return _Seen(passage, states, found, Scene(np.arange(len(states)), entities, shares[rows], pairs))

    def _related(self, seen: Sequence[_Seen]) -> dict[int, Floats]:
        """Return the scores of the pairs of each passage that has any."""
        order = sorted((n for n, s in enumerate(seen) if s.scene.pairs), key=lambda n: len(seen[n].scene.pairs))
        size = GROUP if self._graphs.batched else 1
        scores: dict[int, Floats] = {}
        for start in range(0, len(order), size):
            group = order[start : start + size]
            bases = np.cumsum([0, *(len(seen[n].states) for n in group)])
            scenes = [
                replace(seen[n].scene, pieces=seen[n].scene.pieces + base)
                for n, base in zip(group, bases, strict=False)
            ]
            arrays = feeds(scenes)
            flat = np.concatenate([seen[n].states for n in group])
            arrays["states"] = flat[arrays.pop("pieces")]
            logits = self._graphs.run("pairs", arrays)["logits"]
            for place, number in enumerate(group):
                scores[number] = self._scored(logits[place], seen[number])
        return scores

    def _scored(self, logits: Floats, seen: _Seen) -> Floats:
        pairs = seen.scene.pairs
        found = probabilities(logits[: len(pairs)], self._schema["loss"])
        if self._allowed is not None:
            kinds = [label for _, _, label, _ in seen.found]
            found = np.where([self._allowed[kinds[i], kinds[j]] for i, j in pairs], found, np.float32(0.0))
        return mirrored(found, pairs, self._symmetric)

    def _assembled(
        self, examples: Sequence[Example], seen: Sequence[_Seen], scores: dict[int, Floats]
    ) -> list[Example]:
        entities: list[list[Entity]] = [[] for _ in examples]
        relations: list[list[Relation]] = [[] for _ in examples]
        schema = self._schema
        for number, item in enumerate(seen):
            passage = item.passage
            into = entities[passage.text]
            ids = [f"e{len(into) + n}" for n in range(len(item.found))]
            for name, (first, last, label, score) in zip(ids, item.found, strict=True):
                start, end = passage.start + passage.starts[first], passage.start + passage.ends[last]
                into.append(Entity(name, start, end, self._types[label], score))
            if number in scores:
                kept = links(scores[number], item.scene.pairs, self._symmetric, schema["threshold"], schema["single"])
                relations[passage.text] += [
                    Relation(ids[i], ids[j], self._relations[r], stated(p, *schema["confidence"]))
                    for i, j, r, p in kept
                ]
        return [
            replace(example, entities=tuple(e), relations=tuple(r), clusters=())
            for example, e, r in zip(examples, entities, relations, strict=True)
        ]
