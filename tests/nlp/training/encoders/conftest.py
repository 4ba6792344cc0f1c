"""A multilingual E5 in small: the same formats, a few pieces, two narrow layers."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

WIDTH, LAYERS, HEADS, INNER, POSITIONS = 32, 2, 2, 64, 40
PIECES = (
    *("<s>", "<pad>", "</s>", "<unk>", ",", ".", "▁", "s", "▁de", "-", "▁the", "▁compan", "ies", "▁Paris"),
    *("北", "京", "公", "司", "在", "北京", "公司", "▁北京", "。", "《", "》", "▁2019", "19", "2", "0", "1", "9"),
    *(
        "▁zeitung",
        "ü",
        "а",
        "привет",
        "!",
        "'",
        "A",
        "B",
        "C",
        "▁A",
        "a",
        "b",
        "▁b",
        "é",
        "😀",
        "c",
        "o",
        "m",
        "p",
        "n",
    ),
    "<mask>",
)


def pack(matrix: NDArray[np.float32]) -> bytes:
    """Quantise rows to Q4_0 as the format's authors do: the largest magnitude becomes -8."""
    out = b""
    for block in matrix.reshape(-1, 32):
        peak = block[np.abs(block).argmax()]
        scale = np.float16(peak / -8)
        levels = np.clip(np.round(block / np.float32(scale)) + 8, 0, 15).astype(np.uint8)
        out += scale.tobytes() + (levels[:16] | levels[16:] << 4).tobytes()
    return out


def tokenizer(pieces: Sequence[str] = PIECES) -> dict[str, Any]:
    vocab = [[piece, 0.0 if piece.startswith("<") else -3.0 - number / 10] for number, piece in enumerate(pieces)]
    special = [("<s>", 0), ("<pad>", 1), ("</s>", 2), ("<unk>", 3), ("<mask>", len(pieces) - 1)]
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    marks = {
        mark: {"id": mark, "ids": [number], "tokens": [mark]} for mark, number in special if mark in ("<s>", "</s>")
    }
    around = [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    around.append({"SpecialToken": {"id": "</s>", "type_id": 0}})
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": number, "content": mark, **flags} for mark, number in special],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "},
            ],
        },
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "post_processor": {"type": "TemplateProcessing", "single": around, "pair": around, "special_tokens": marks},
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": vocab, "byte_fallback": False},
    }


def tensors() -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(0)

    def some(*shape: int) -> NDArray[np.float32]:
        return rng.normal(0, 0.1, shape).astype(np.float32)

    out = {
        "emb.word": some(len(PIECES) + 5, WIDTH),  # a few rows more than pieces, as in the real file
        "emb.pos": some(POSITIONS, WIDTH),
        "emb.type": some(2, WIDTH),
        "emb.ln.w": 1 + some(WIDTH),
        "emb.ln.b": some(WIDTH),
    }
    for layer in range(LAYERS):
        for name in ("q", "k", "v", "ao"):
            out |= {f"l{layer}.{name}.w": some(WIDTH, WIDTH), f"l{layer}.{name}.b": some(WIDTH)}
        out |= {f"l{layer}.fi.w": some(INNER, WIDTH), f"l{layer}.fi.b": some(INNER)}
        out |= {f"l{layer}.fo.w": some(WIDTH, INNER), f"l{layer}.fo.b": some(WIDTH)}
        for name in ("aln", "oln"):
            out |= {f"l{layer}.{name}.w": 1 + some(WIDTH), f"l{layer}.{name}.b": some(WIDTH)}
    return out


def packed(weights: dict[str, NDArray[np.float32]]) -> bytes:
    """The file's bytes."""
    quantised = {name for name, weight in weights.items() if weight.ndim == 2} - {"emb.pos", "emb.type"}
    rows = weights["emb.word"].shape[0]
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7ifi", WIDTH, LAYERS, HEADS, INNER, rows, POSITIONS, 2, 1e-12, 32)
    texts = [piece.encode() for piece in PIECES]
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, texts)))
    head += np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes()
    head += np.zeros(len(PIECES), "<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0x3000, 1, 0x20)
    bodies = {name: pack(weight) if name in quantised else weight.tobytes() for name, weight in weights.items()}
    directory = sum(2 + len(name) + 21 for name in bodies) + 4
    at, entries = len(head) + directory, struct.pack("<i", len(bodies))
    for name, body in bodies.items():
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", name in quantised, weights[name].size, at, len(body))
        at += len(body)
    return head + entries + b"".join(bodies.values())


@pytest.fixture(scope="session")
def small_e5(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The 4-bit file and the whole tokenizer.json."""
    folder = tmp_path_factory.mktemp("small-e5")
    (folder / "weights.bin").write_bytes(packed(tensors()))
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer()), encoding="utf-8")
    return folder / "weights.bin", folder / "tokenizer.json"


@pytest.fixture(scope="session")
def e5_tensors() -> dict[str, NDArray[np.float32]]:
    """What the 4-bit file holds, before it was quantised."""
    return tensors()


@pytest.fixture
def whole_tokenizer() -> dict[str, Any]:
    return tokenizer()
