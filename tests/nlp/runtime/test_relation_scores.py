from __future__ import annotations

import numpy as np
import pytest

from nlp.runtime.relation_scores import links, mirrored, probabilities

LOGITS = np.array([[0.0, 2.0, -2.0], [3.0, 2.0, 1.0]], np.float32)


def test_each_loss_has_its_probabilities() -> None:
    sigmoid = 1 / (1 + np.exp(-LOGITS[:, 1:]))
    assert probabilities(LOGITS, "sigmoid") == pytest.approx(sigmoid)
    against_none = 1 / (1 + np.exp(-(LOGITS[:, 1:] - LOGITS[:, :1])))
    assert probabilities(LOGITS, "adaptive") == pytest.approx(against_none)
    shares = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    assert probabilities(LOGITS, "softmax") == pytest.approx(shares[:, 1:])


def test_relations_without_direction_agree_and_are_given_once() -> None:
    pairs = [(0, 1), (1, 0)]
    scores = mirrored(np.array([[0.9, 0.8], [0.3, 0.1]], np.float32), pairs, [0])
    assert scores[:, 0].tolist() == pytest.approx([0.6, 0.6])
    assert scores[:, 1].tolist() == pytest.approx([0.8, 0.1])
    assert [link[:3] for link in links(scores, pairs, [0], 0.5, single=False)] == [(0, 1, 0), (0, 1, 1)]
    assert [link[:3] for link in links(scores, pairs, [0], 0.5, single=True)] == [(0, 1, 1)]
