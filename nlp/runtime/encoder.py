"""The sentence encoder on onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError
from nlp.runtime.session import check_folder, load_json, load_session, load_tokenizer

FEW = 4  # texts that are not worth a pool of threads


class OnnxEncoder:
    """Turns texts into unit vectors; implements `kg.ports.Encoder`.

    Every text is run on its own: dynamic quantisation scales by batch, and a text's vector may not depend on what is
    encoded beside it (a batch moves coordinates by up to 0.035). That costs a fifth of the speed; several texts run at
    a time on as many threads instead.

    Args:
        folder: Folder with model.onnx, tokenizer.json and config.json.
        threads: Texts that are encoded at a time.

    Raises:
        NotFoundError: there is no such folder.
        InputError: the folder holds something that may not be loaded, or its files are broken.
    """

    def __init__(self, folder: Path, threads: int = 2) -> None:
        root = check_folder(folder)
        config = load_json(root / "config.json")
        self.config: Mapping[str, Any] = config
        try:
            self.name: str = config["name"]
            self.dimensions: int = config["dimensions"]
            longest: int = config["longest"]
        except KeyError as error:
            raise InputError(f"config.json: {error} is missing") from error
        self.tokenizer = load_tokenizer(root / "tokenizer.json")
        self.tokenizer.enable_truncation(longest)
        self._session = load_session(root / "model.onnx", 1)
        self._threads = max(1, threads)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts; what is longer than the model reads is cut.

        Args:
            texts: Any texts, the empty one included.

        Returns:
            Unit vectors, shape (len(texts), dimensions).
        """
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        pieces = [coded.ids for coded in self.tokenizer.encode_batch(list(texts))]
        if self._threads == 1 or len(pieces) <= FEW:
            return np.concatenate([self._run(ids) for ids in pieces])
        with ThreadPoolExecutor(self._threads) as pool:
            return np.concatenate(list(pool.map(self._run, pieces)))

    def _run(self, pieces: list[int]) -> NDArray[np.float32]:
        ids = np.array([pieces], np.int64)
        (vector,) = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(vector, np.float32)
