"""Finds which entities of a text are the same thing: each is joined to its best antecedent, if one is good enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.data.example import Example
from nlp.runtime.candidates import locate
from nlp.runtime.graphs import Graphs
from nlp.runtime.mention_pairs import Mention, feeds, pairs_of
from nlp.runtime.pieces import Pieces, cut, special
from nlp.runtime.stretches import Stretch, encode, stretches

PAIRS = "pairs"


def mentions(example: Example, pieces: Pieces, labels: Sequence[str]) -> list[Mention]:
    """Return the entities of a text that can be found in its pieces, in order."""
    numbers = {label: number for number, label in enumerate(labels)}
    found = []
    for entity in sorted(example.entities, key=lambda e: (e.start, e.end)):
        span = locate(pieces, entity.start, entity.end)
        if span is not None:
            surface = example.text[entity.start : entity.end]
            found.append(Mention(entity.id, surface, numbers.get(entity.label, -1), *span))
    return found


def joined(
    count: int, pairs: Sequence[tuple[int, int]], logits: NDArray[np.float32], threshold: float
) -> list[list[int]]:
    """Join each mention to its best antecedent.

    Args:
        count: Mentions of the text.
        pairs: (later, earlier).
        logits: One a pair; 0 is as good as having no antecedent.
        threshold: A pair must be better than this.

    Returns:
        Clusters of two mentions or more, in the order of their first ones.
    """
    best: dict[int, tuple[float, int]] = {}
    for (later, earlier), logit in zip(pairs, logits.tolist(), strict=True):
        if logit > threshold and (later not in best or logit > best[later][0]):
            best[later] = (logit, earlier)
    cluster = list(range(count))
    for later in range(count):  # antecedents come first, so theirs is known already
        if later in best:
            cluster[later] = cluster[best[later][1]]
    groups: dict[int, list[int]] = {}
    for mention, first in enumerate(cluster):
        groups.setdefault(first, []).append(mention)
    return [group for group in groups.values() if len(group) > 1]


class Predictor:
    """Fills in the clusters of examples whose entities are given.

    Args:
        schema: Of the model: `labels`, `longest` pieces of a window, `reach` (how many mentions back an antecedent may
            be), `threshold`, `singletons` (whether what stands alone is a cluster of one).
        tokenizer: Of the encoder.
        graphs: "encoder" and "pairs".
    """

    def __init__(self, schema: Mapping[str, Any], tokenizer: Tokenizer, graphs: Graphs) -> None:
        self._schema, self._tokenizer, self._graphs = schema, tokenizer, graphs

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with the clusters of their entities."""
        found = []
        for example, (known, pairs, logits) in zip(examples, self.scored(examples), strict=True):
            groups = joined(len(known), pairs, logits, float(self._schema["threshold"]))
            clusters = [tuple(known[n].entity for n in group) for group in groups]
            if self._schema["singletons"]:
                together = {name for cluster in clusters for name in cluster}
                clusters += [(e.id,) for e in example.entities if e.id not in together]
            found.append(replace(example, clusters=tuple(clusters)))
        return found

    def scored(
        self, examples: Sequence[Example]
    ) -> list[tuple[list[Mention], list[tuple[int, int]], NDArray[np.float32]]]:
        """Return for each text its mentions, the pairs (later, earlier) that were scored, and their logits."""
        begin, separator, pad = special(self._tokenizer)
        read = cut(self._tokenizer, [example.text for example in examples])
        known = [mentions(e, pieces, self._schema["labels"]) for e, pieces in zip(examples, read, strict=True)]
        asked = [pairs_of(each, int(self._schema["reach"])) for each in known]
        runs: list[list[Stretch]] = [
            stretches(pieces, int(self._schema["longest"]), begin, separator) if pairs else []
            for pieces, pairs in zip(read, asked, strict=True)
        ]
        states = iter(encode(self._graphs, [run for each in runs for run in each], pad))
        found = []
        for each, pairs, own in zip(known, asked, runs, strict=True):
            logits = np.zeros(0, np.float32)
            if pairs:
                flat = np.concatenate([next(states)[1:-1] for _ in own])  # special pieces are left out
                logits = self._graphs.run(PAIRS, {"states": flat, **feeds(each, pairs, 0)})["logits"]
            found.append((each, pairs, np.asarray(logits, np.float32)))
        return found
