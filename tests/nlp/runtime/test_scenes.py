from __future__ import annotations

import numpy as np

from nlp.runtime.scenes import Scene, feeds
from nlp.runtime.span_arrays import span_feeds, span_pieces


def running_maxima(values: np.ndarray, levels: int) -> np.ndarray:
    """What the heads compute: maxima over 1, 2, 4, ... values, flattened."""
    found, level = [values], values
    for power in range(levels - 1):
        step = 1 << power
        level = np.maximum(level, np.concatenate([level[..., step:], level[..., :step]], axis=-1))
        found.append(level)
    return np.stack(found).reshape(-1)


def test_what_is_between_a_pair_is_read_off_two_maxima() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(2, 40)).astype(np.float32)
    one = Scene(
        np.arange(40), [[(0, 1)], [(20, 22)], [(39, 39)]], np.ones((3, 1), np.float32), [(0, 1), (2, 0), (1, 2)]
    )
    two = Scene(np.arange(9), [[(3, 3)], [(4, 5)]], np.ones((2, 1), np.float32), [(0, 1)])
    arrays = feeds([one, two])
    maxima = running_maxima(values, 8)
    between = np.maximum(maxima[arrays["left"]], maxima[arrays["right"]])
    assert between[0].tolist() == [values[0, 2:20].max(), values[0, 2:39].max(), values[0, 23:39].max()]
    assert arrays["apart"][0, :, 0].tolist() == [1, 1, 1]
    assert arrays["apart"][1, 0, 0] == 0  # neighbours: nothing is between them
    assert arrays["apart"][0, :, 2].tolist() == [1, -1, 1]  # which of the two comes first
    assert arrays["pieces"].shape == (2, 40)
    assert arrays["mask"].sum(axis=1).tolist() == [40, 9]


def test_a_pair_is_as_far_apart_as_its_closest_mentions() -> None:
    scene = Scene(
        np.arange(30), [[(0, 0), (20, 21)], [(10, 10), (24, 24)]], np.ones((2, 1), np.float32), [(0, 1), (1, 0)]
    )
    arrays = feeds([scene])
    assert np.isclose(arrays["apart"][0, 0, 1], np.log1p(2))
    assert np.isclose(arrays["apart"][0, 1, 1], -np.log1p(2))
    assert arrays["present"].sum(axis=2).tolist() == [[2, 2]]
    assert arrays["first"][0].tolist() == [[0, 20], [10, 24]]


def test_the_inside_of_a_span_is_read_off_two_maxima() -> None:
    values = np.random.default_rng(2).normal(size=50).astype(np.float32)
    spans = np.array([[0, 0], [3, 9], [10, 41], [48, 49]], np.int64)
    arrays = span_feeds(spans, np.array([1, 2, 40, 2]), 50)
    maxima = running_maxima(values, 6)
    inside = np.maximum(maxima[arrays["left"]], maxima[arrays["right"]])
    assert inside.tolist() == [values[a : b + 1].max() for a, b in spans]
    assert arrays["width"].tolist() == [0, 1, 15, 1]


def test_spans_of_units_are_spans_of_pieces() -> None:
    spans = np.array([[0, 0], [0, 2], [1, 2]], np.int64)
    assert span_pieces([0, 2, 3], 6, spans).tolist() == [[0, 1], [0, 5], [2, 5]]
