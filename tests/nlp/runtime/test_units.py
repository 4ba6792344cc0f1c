from __future__ import annotations

from nlp.runtime.pieces import Pieces
from nlp.runtime.units import bounds, locate, units


def pieces(text: str, *cuts: str) -> Pieces:
    """Pieces of a text as given, `|` within a word."""
    starts, ends, words, position = [], [], [], 0
    for word, cut in enumerate(cuts):
        for part in cut.split("|"):
            start = text.index(part, position)
            position = start + len(part)
            starts.append(start)
            ends.append(position)
            words.append(word)
    return Pieces(text, list(range(len(starts))), starts, ends, words, [0] * len(starts))


def read(made: Pieces, spaced: bool) -> list[str]:
    return [made.text[a:b] for a, b in zip(*bounds(made, units(made, spaced)), strict=True)]


def test_words_are_whole_and_marks_stand_alone() -> None:
    made = pieces("AL-AIN beat Ajax.", "AL", "-", "AI|N", "be|at", "Aj|ax", ".")
    assert read(made, spaced=False) == ["AL", "-", "AIN", "beat", "Ajax", "."]


def test_what_annotators_cut_at_spaces_is_whole_but_for_marks_at_its_edges() -> None:
    made = pieces("(AL-AIN), U.S. said.", "(", "AL", "-", "AI|N", ")", ",", "U", ".", "S", ".", "said", ".")
    assert read(made, spaced=True) == ["(", "AL-AIN", "),", "U.S.", "said", "."]


def test_scripts_without_spaces_are_read_by_character_and_combining_marks_belong_to_their_letter() -> None:
    made = pieces("高勇MBA加", "高", "勇", "MB|A", "加")
    assert read(made, spaced=False) == ["高", "勇", "MBA", "加"]
    made = pieces("cafe\u0301 ok", "caf|e|\u0301", "ok")
    assert read(made, spaced=False) == ["cafe\u0301", "ok"]


def test_a_piece_of_white_space_belongs_to_nothing() -> None:
    made = Pieces(" a b", [1, 2, 3], [0, 1, 2], [1, 2, 4], [0, 0, 1], [0, 0, 0])
    assert read(made, spaced=False) == ["a", "b"]


def test_character_spans_are_found_as_the_units_that_they_touch() -> None:
    starts, ends = [0, 3, 8], [2, 7, 9]
    assert locate(starts, ends, 0, 2) == (0, 0)
    assert locate(starts, ends, 1, 5) == (0, 1)
    assert locate(starts, ends, 3, 9) == (1, 2)
    assert locate(starts, ends, 2, 3) is None
