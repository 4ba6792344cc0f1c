"""The reader's three networks behind one small interface: one pipeline serves onnxruntime and training alike."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.runtime.geometry import Floats, Ints, PairArrays
from nlp.runtime.session import load_session


class Network(Protocol):
    """What the pipeline asks of a network."""

    def encode(self, ids: Ints, mask: Ints, shapes: Ints) -> tuple[Floats, Floats]:
        """Return states and tag logits of a batch of windows, each flattened to (windows * length, ...)."""
        ...

    def pairs(self, states: Floats, tags: Floats, arrays: PairArrays) -> Floats:
        """Return relation logits (passages, pairs, relations)."""
        ...

    def same(
        self, states: Floats, tags: Floats, first: Ints, last: Ints, later: Ints, earlier: Ints, features: Floats
    ) -> Floats:
        """Return coreference logits, one a pair."""
        ...


class OnnxNetwork:
    """The exported graphs.

    Args:
        folder: A checked model folder.
        threads: Threads of one run; 0 lets onnxruntime choose.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        self._encoder = load_session(folder / "encoder.onnx", threads)
        self._pairs = load_session(folder / "pairs.onnx", threads)
        self._same = load_session(folder / "same.onnx", threads)

    def encode(self, ids: Ints, mask: Ints, shapes: Ints) -> tuple[Floats, Floats]:
        """Run the encoder and the tagger."""
        states, tags = self._encoder.run(None, {"input_ids": ids, "attention_mask": mask, "shapes": shapes})
        return states.reshape(-1, states.shape[-1]), tags.reshape(-1, tags.shape[-1])

    def pairs(self, states: Floats, tags: Floats, arrays: PairArrays) -> Floats:
        """Run the relation head."""
        feeds: dict[str, NDArray[np.generic]] = {"states": states[arrays.pieces], "tags": tags[arrays.pieces]}
        (logits,) = self._pairs.run(None, feeds | arrays.feeds())
        return np.asarray(logits, np.float32)

    def same(
        self, states: Floats, tags: Floats, first: Ints, last: Ints, later: Ints, earlier: Ints, features: Floats
    ) -> Floats:
        """Run the coreference head."""
        feeds = {
            "states": states, "tags": tags, "first": first, "last": last,
            "later": later, "earlier": earlier, "features": features,
        }  # fmt: skip
        (logits,) = self._same.run(None, feeds)
        return np.asarray(logits, np.float32)
