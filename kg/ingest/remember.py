"""An encoder that remembers: what ingestion encodes to tell homonyms apart is not encoded again for the index."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from kg.ports import Encoder


class RememberingEncoder:
    """Implements `kg.ports.Encoder`: the last texts' vectors are kept.

    Args:
        encoder: Encodes what is not remembered.
        most: Number of vectors to keep; 30,000 of 384 values take 46 MB.
    """

    def __init__(self, encoder: Encoder, most: int = 30_000) -> None:
        self._encoder = encoder
        self._most = most
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._guard = Lock()
        self.name = encoder.name
        self.dimensions = encoder.dimensions

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts; unit vectors, shape (len(texts), dimensions)."""
        with self._guard:
            found = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = list(dict.fromkeys(text for text in texts if text not in found))
        if missing:
            found.update(zip(missing, self._encoder.encode(missing), strict=True))
            with self._guard:
                self._vectors.update((text, found[text]) for text in missing)
                while len(self._vectors) > self._most:
                    self._vectors.popitem(last=False)
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.stack([found[text] for text in texts])
