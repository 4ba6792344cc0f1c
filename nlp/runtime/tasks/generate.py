"""Writes a text from a text: encoder and decoder networks under a beam search, without torch.

The decoder keeps no cache: each step reads all that has been written. That is quadratic in the length of the output,
and cheap for what sentences and short summaries need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.data.example import Example
from nlp.runtime.graphs import Graphs
from nlp.runtime.search import Rules, search

BATCH = 16  # sources of a run where they may share one
ENCODER, DECODER = "encoder", "decoder"


def pieces(tokenizer: Tokenizer, text: str, longest: int) -> list[int]:
    """Return the ids of a text with its special pieces; of what is too long the end is left out, but not the last."""
    ids: list[int] = tokenizer.encode(text).ids
    return ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]]


def lay_out(sources: Sequence[Sequence[int]], filler: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ids and mask of sources side by side."""
    size = (len(sources), max(map(len, sources)))
    ids, mask = np.full(size, filler, np.int64), np.zeros(size, np.int64)
    for row, source in enumerate(sources):
        ids[row, : len(source)], mask[row, : len(source)] = source, 1
    return ids, mask


class Predictor:
    """Fills in the `target` of examples.

    Args:
        schema: Of the model: `prefix` of every source, `longest` pieces of a source and `longest_target` of a target,
            `beams`, `penalty`, `no_repeat`; the pieces `begin` (which the decoder starts from), `end`, `pad` and
            `first` (which every target begins with, or None).
        tokenizer: Of the model.
        graphs: "encoder": ids and mask to states; "decoder": what has been written, states and mask to logits of the
            next piece.
    """

    def __init__(self, schema: Mapping[str, Any], tokenizer: Tokenizer, graphs: Graphs) -> None:
        self._schema, self._tokenizer, self._graphs = schema, tokenizer, graphs
        self._rules = Rules(
            schema["begin"],
            schema["end"],
            schema["beams"],
            schema["longest_target"],
            schema["penalty"],
            schema["no_repeat"],
            schema["first"],
        )

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with what the model writes."""
        schema = self._schema
        sources = [pieces(self._tokenizer, schema["prefix"] + each.text, schema["longest"]) for each in examples]
        order = sorted(range(len(sources)), key=lambda n: len(sources[n]))
        size = BATCH if self._graphs.batched else 1
        found: dict[int, str] = {}
        for start in range(0, len(order), size):
            group = order[start : start + size]
            for number, ids in zip(group, self._write([sources[n] for n in group]), strict=True):
                found[number] = self._tokenizer.decode(ids, skip_special_tokens=True).strip()
        return [replace(example, target=found[number]) for number, example in enumerate(examples)]

    def _write(self, sources: Sequence[Sequence[int]]) -> list[list[int]]:
        ids, mask = lay_out(sources, self._schema["pad"])
        states = self._graphs.run(ENCODER, {"input_ids": ids, "attention_mask": mask})["states"]

        def step(written: NDArray[np.int64], source: NDArray[np.int64]) -> NDArray[np.float32]:
            feeds = {"written": written, "states": states[source], "attention_mask": mask[source]}
            return self._graphs.run(DECODER, feeds)["logits"]

        return search(step, len(sources), self._rules)
