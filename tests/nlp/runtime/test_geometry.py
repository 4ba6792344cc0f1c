"""The index arrays point where they say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.types import SpanKind
from nlp.runtime.candidates import Candidate
from nlp.runtime.geometry import LEVELS, Passage, Placed, pair_arrays, same_features, same_pairs


def maxima(states: np.ndarray) -> np.ndarray:
    """Running maxima as the network makes them: over 1, 2, 4, ... pieces from each on."""
    levels = [states]
    for power in range(LEVELS - 1):
        step = 1 << power
        levels.append(np.maximum(levels[-1], np.concatenate([levels[-1][:, step:], levels[-1][:, :step]], axis=1)))
    return np.stack(levels).reshape(-1)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_two_stretches_cover_exactly_what_is_between(data: st.DataObject) -> None:
    passages = []
    for _ in range(data.draw(st.integers(1, 3))):
        length = data.draw(st.integers(3, 250))
        cuts = sorted(data.draw(st.sets(st.integers(0, length - 1), min_size=2, max_size=6)))
        spans = [Candidate(a, a, 0, 1.0, SpanKind.NAME) for a in cuts]
        pairs = [(i, j) for i in range(len(spans)) for j in range(len(spans)) if i != j]
        passages.append(Passage(0, length, spans, pairs))
    arrays = pair_arrays(passages)
    states = np.random.default_rng(0).normal(size=arrays.mask.shape)
    flat = maxima(states)
    for row, passage in enumerate(passages):
        for number, (i, j) in enumerate(passage.pairs):
            low, high = sorted((passage.spans[i].first, passage.spans[j].first))
            between = states[row, low + 1 : high]
            assert arrays.apart[row, number, 0] == (len(between) > 0)
            if len(between):
                got = max(flat[arrays.left[row, number]], flat[arrays.right[row, number]])
                assert got == between.max()


def test_distance_has_the_sign_of_the_order() -> None:
    spans = [Candidate(0, 0, 0, 1.0, SpanKind.NAME), Candidate(5, 6, 0, 1.0, SpanKind.NAME)]
    arrays = pair_arrays([Passage(3, 9, spans, [(0, 1), (1, 0)])])
    assert arrays.apart[0, 0, 1] == -arrays.apart[0, 1, 1] > 0
    assert arrays.pieces[0].tolist() == list(range(3, 12))


def test_coreference_features_see_names() -> None:
    def placed(surface: str, kind: SpanKind, at: int) -> Placed:
        return Placed(Candidate(at, at, 0, 1.0, kind), surface, at // 10, at, at)

    spans = [
        placed("Ada Lovelace", SpanKind.NAME, 0),
        placed("Lovelace", SpanKind.NAME, 9),
        placed("she", SpanKind.PRONOUN, 14),
    ]
    pairs = same_pairs(spans, 10)
    features = dict(zip(pairs, same_features(spans, pairs).tolist(), strict=True))
    assert pairs == [(1, 0), (2, 0), (2, 1)]
    assert features[(1, 0)][:4] == [0.0, 1.0, 0.0, 1.0]
    assert features[(2, 0)][4] == 1.0
