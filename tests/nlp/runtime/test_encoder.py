"""The sentence encoder that ships."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.pretrained import default_encoder_folder
from nlp.runtime.encoder import OnnxEncoder

TEXTS = [
    "Who founded the company?",
    "The firm was started by two engineers.",
    "It rained all day in the mountains.",
    "",
    "word " * 1000,
    "上海的一家公司 🙂",
]


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(default_encoder_folder())


def test_unit_vectors(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_vector_does_not_depend_on_company_or_threads(encoder: OnnxEncoder) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    serial = OnnxEncoder(default_encoder_folder(), threads=1).encode(list(reversed(TEXTS)))[::-1]
    assert np.array_equal(together, alone)
    assert np.array_equal(together, serial)


def test_nearness_is_meaning(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


def test_nothing(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)
