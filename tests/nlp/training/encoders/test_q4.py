"""The packed 4-bit file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kg.errors import InputError
from nlp.training.encoders.q4 import Q4File, bert_weights, unpack


def test_a_block_is_a_scale_and_low_nibbles_first() -> None:
    block = np.float16(0.5).tobytes() + bytes([0x80 | number for number in range(16)])
    (row,) = unpack(block, 1, 32)
    assert row[:16].tolist() == [0.5 * (number - 8) for number in range(16)]
    assert row[16:].tolist() == [0.0] * 16


def test_all_of_the_file(small_e5: tuple[Path, Path], e5_tensors: dict[str, NDArray[np.float32]]) -> None:
    file = Q4File(small_e5[0])
    assert (file.sizes.width, file.sizes.layers, file.sizes.inner) == (32, 2, 64)
    assert file.pieces[14] == "北"
    ids = [5, 3, 14]
    weights = bert_weights(file, ids)
    assert len(weights) == 5 + 2 * 16
    words = weights["embeddings.word_embeddings.weight"]
    assert words.shape == (3, 32)
    step = np.abs(e5_tensors["emb.word"]).max() / 8  # no 4-bit weight is further off than a step
    assert np.abs(words - e5_tensors["emb.word"][ids]).max() <= step
    dense = weights["encoder.layer.1.output.dense.weight"]
    assert dense.shape == (32, 64)
    assert np.corrcoef(dense.ravel(), e5_tensors["l1.fo.w"].ravel())[0, 1] > 0.98
    norm = weights["encoder.layer.0.attention.output.LayerNorm.weight"]
    assert (norm == e5_tensors["l0.aln.w"]).all()


@pytest.mark.parametrize("cut", [0, 3, 20, 60, 500, 3000])
def test_a_cut_file_is_refused(small_e5: tuple[Path, Path], tmp_path: Path, cut: int) -> None:
    file = tmp_path / "cut.bin"
    file.write_bytes(small_e5[0].read_bytes()[:cut])
    with pytest.raises(InputError, match=r"cut\.bin"):
        bert_weights(Q4File(file), [0])


def test_another_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(b"GGUF" + bytes(4000))
    with pytest.raises(InputError, match="not a packed E5 model"):
        Q4File(file)
