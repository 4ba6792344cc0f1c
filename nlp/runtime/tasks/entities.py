"""Reads entities with a trained model: best paths of a tagging head, or the best spans of a span head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.data.example import Entity, Example
from nlp.runtime import crf
from nlp.runtime.choose import Found, choose, enumerate_spans, temper
from nlp.runtime.gazetteer import Gazetteer
from nlp.runtime.graphs import Graphs
from nlp.runtime.views import Layout, Passage, View, documents, passages, specials, views

TOGETHER = 16  # windows of a run, where windows may share one


class Predictor:
    """Finds entities; sentences of the same document, in order, are read with their neighbours.

    Args:
        schema: As `EntitiesTask.learn` made it.
        tokenizer: Of the encoder.
        graphs: The network "entities".
    """

    def __init__(self, schema: Mapping[str, Any], tokenizer: Tokenizer, graphs: Graphs) -> None:
        self._schema, self._tokenizer, self._graphs = schema, tokenizer, graphs
        self._layout = Layout(schema["longest"], schema["context"], schema["spaced"])
        self._specials = specials(tokenizer)
        self._inputs = ("input_ids", "attention_mask", *(("shapes",) if schema["shapes"] else ()))
        lexicon = schema.get("lexicon")
        self._gazetteer = Gazetteer(lexicon["names"], len(schema["labels"])) if lexicon is not None else None

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with the entities found in them.

        Args:
            examples: Texts; those of one document stand together.
        """
        work: list[tuple[View, list[Passage]]] = []
        for group in documents(examples):
            cut = passages([examples[i].text for i in group], self._tokenizer, self._layout, group.start)
            for view in views(cut, self._layout, *self._specials):
                work.append((view, [cut[i] for i in view.own]))
        entities: dict[int, list[tuple[int, int, int, float]]] = {}
        size = TOGETHER if self._graphs.batched else 1
        work.sort(key=lambda item: len(item[0]))
        for begin in range(0, len(work), size):
            for passage, found in self._read(work[begin : begin + size]):
                for first, last, label, score in found:
                    entities.setdefault(passage.text, []).append(
                        (passage.start + passage.starts[first], passage.start + passage.ends[last], label, score)
                    )
        return [replace(e, entities=self._named(entities.get(n, ())), annotated=None) for n, e in enumerate(examples)]

    def _named(self, found: Sequence[tuple[int, int, int, float]]) -> tuple[Entity, ...]:
        labels = self._schema["labels"]
        return tuple(
            Entity(f"e{n}", start, end, labels[label], temper(score, self._schema["temperature"]))
            for n, (start, end, label, score) in enumerate(sorted(found), 1)
        )

    def _read(self, work: Sequence[tuple[View, list[Passage]]]) -> list[tuple[Passage, list[Found]]]:
        """Run windows and decode their own passages."""
        length = max(len(view) for view, _ in work)
        feeds: dict[str, NDArray[Any]] = {name: np.zeros((len(work), length), np.int64) for name in self._inputs}
        rows: list[tuple[Passage, NDArray[np.int64]]] = []
        for row, (view, own) in enumerate(work):
            feeds["input_ids"][row, : len(view)] = view.ids
            feeds["attention_mask"][row, : len(view)] = 1
            if "shapes" in feeds:
                feeds["shapes"][row, : len(view)] = view.shapes
            for passage, base in zip(own, view.bases, strict=True):
                rows.append((passage, row * length + base + np.array(passage.firsts, np.int64)))
        if self._gazetteer is not None:
            matches = np.zeros((len(work) * length, self._gazetteer.columns), np.float32)
            for passage, places in rows:
                matches[places] = self._gazetteer.match(passage.pieces.text, passage.starts, passage.ends)
            feeds["matches"] = matches.reshape(len(work), length, -1)
        return self._tagged(feeds, rows) if self._schema["head"] == "crf" else self._spanned(feeds, rows)

    def _tagged(
        self, feeds: dict[str, NDArray[Any]], rows: Sequence[tuple[Passage, NDArray[np.int64]]]
    ) -> list[tuple[Passage, list[Found]]]:
        out = self._graphs.run("entities", feeds)
        emissions, moves = out["emissions"].reshape(-1, out["emissions"].shape[-1]), out["transitions"][0]
        found = []
        for passage, places in rows:
            scores = emissions[places]
            spans = crf.spans(crf.viterbi(scores, moves))
            sure = crf.probabilities(scores, moves, spans)
            found.append((passage, [(a, b, label, p) for (a, b, label), p in zip(spans, sure, strict=True)]))
        return found

    def _spanned(
        self, feeds: dict[str, NDArray[Any]], rows: Sequence[tuple[Passage, NDArray[np.int64]]]
    ) -> list[tuple[Passage, list[Found]]]:
        spans = [enumerate_spans(len(places), self._schema["widest"]) for _, places in rows]
        pairs = [places[one] for (_, places), one in zip(rows, spans, strict=True)]
        joined = np.concatenate(pairs)
        sizes = np.concatenate([one[:, 1] - one[:, 0] for one in spans])
        logits = self._graphs.run("entities", {**feeds, "first": joined[:, 0], "last": joined[:, 1], "size": sizes})
        probabilities = 1 / (1 + np.exp(-np.clip(logits["logits"], -60, 60)))
        found, begin = [], 0
        for (passage, _), one in zip(rows, spans, strict=True):
            part = probabilities[begin : begin + len(one)]
            begin += len(one)
            found.append((passage, choose(one, part, self._schema["threshold"], self._schema["nested"])))
        return found
