from __future__ import annotations

import numpy as np

from kg.matching.vectors import cosines, grams, nearest, tfidf


def test_rare_words_weigh_more() -> None:
    vectors = tfidf(["the drill", "the lamp"], ["the drill", "the chair", "the sofa"], str.split)
    both = cosines(vectors, np.array([0, 0, 1]), np.array([0, 1, 2]))
    assert both[0] > 0.99
    assert both[1] < 0.5


def test_texts_without_a_term_have_cosine_0() -> None:
    assert cosines(tfidf(["", ""], [""], str.split), np.array([0]), np.array([0])).tolist() == [0.0]
    assert grams("ab") == [" ab", "ab "]
    assert grams("") == []


def test_neighbours_come_best_first_with_ranks_and_margins() -> None:
    left = np.eye(3)[:2]
    right = np.array([[0.5, 0, 0], [1.0, 0, 0], [0, 0, 1.0]])
    found = nearest(left, right, 2)
    assert found.others.tolist() == [[1, 0], [-1, -1]]
    mine, other, scores = np.array([0, 0]), np.array([0, 1]), np.array([0.5, 1.0])
    assert found.rank(mine, scores).tolist() == [1, 0]
    assert found.margin(mine, other, scores).tolist() == [-0.5, 0.5]
    assert found.pairs(2)[1].tolist() == [1, 0]


def test_a_record_is_not_its_own_neighbour() -> None:
    rows = np.array([[1.0, 0], [0.9, 0.1], [0, 1.0]])
    assert nearest(rows, rows, 1, same=True).others[:, 0].tolist() == [1, 0, 1]
