from __future__ import annotations

from nlp.runtime.gazetteer import Gazetteer


def test_the_longest_known_name_counts_and_only_where_it_is_let() -> None:
    text = "New York Times in New York"
    starts, ends = [0, 4, 9, 15, 18, 22], [3, 8, 14, 17, 21, 26]
    names = Gazetteer({"New York": [1], "New York Times": [0], "in": [0, 1]}, 2)
    found = names.match(text, starts, ends)
    assert found.shape == (6, 4)
    assert found[:, 0].tolist() == [1, 0, 0, 1, 0, 0]
    assert found[:, 1].tolist() == [0, 1, 1, 0, 0, 0]
    assert found[:, 2].tolist() == [0, 0, 0, 1, 1, 0]
    assert found[:, 3].tolist() == [0, 0, 0, 0, 0, 1]
    unknown = names.match(text, starts, ends, lambda name, label: name != "New York Times")
    assert unknown[:3].tolist() == [[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
