"""What is known of a span's labels where sets annotate different things."""

from __future__ import annotations

import random

import pytest

pytestmark = pytest.mark.train

PARENTS = {"politician": "person", "writer": "person", "city": "place"}


def row(*golds: tuple[int, int, str], annotated: frozenset[str] | None = None):  # type: ignore[no-untyped-def]
    from nlp.runtime.pieces import Pieces
    from nlp.runtime.views import Passage
    from nlp.tasks.tagged import Tagged

    text = "a b c"
    pieces = Pieces(text, [5, 6, 7], [0, 2, 4], [1, 3, 5], [0, 1, 2], [1, 1, 1])
    return Tagged(Passage(0, 0, pieces, [0, 1, 2], [0, 2, 4], [1, 3, 5]), golds, annotated, 0)


def known(made, labels: list[str]) -> dict[int, list[int]]:  # type: ignore[no-untyped-def]
    from nlp.runtime.choose import enumerate_spans
    from nlp.tasks.asked import targets

    return dict(enumerate(targets(made, enumerate_spans(3, 1), labels, PARENTS).tolist()))


def test_a_narrower_label_counts_alone_where_both_are_asked_for() -> None:
    made = row((0, 1, "politician"), (2, 3, "person"))
    assert known(made, ["person", "politician"]) == {0: [0, 0, 1], 1: [0, 1, 0], 2: [1, 0, 0]}
    assert known(made, ["person"]) == {0: [0, 1], 1: [0, 1], 2: [1, 0]}
    assert known(made, ["city"]) == {0: [1, 0], 1: [1, 0], 2: [1, 0]}


def test_what_is_not_annotated_is_unknown_but_where_a_broader_label_excludes_it() -> None:
    people = row((0, 1, "person"), (2, 3, "place"), annotated=frozenset({"person", "place"}))
    # A person may be a writer; a place and a plain word are none.
    assert known(people, ["writer"]) == {0: [1, 2], 1: [1, 0], 2: [1, 0]}
    fine = row((0, 1, "politician"), annotated=frozenset({"politician"}))
    # A politician is a person; of other spans nothing is known.
    assert known(fine, ["person"]) == {0: [0, 1], 1: [1, 2], 2: [1, 2]}


def test_what_occurs_is_asked_for_first_and_a_share_is_left_out() -> None:
    from nlp.tasks.asked import choose_labels

    rows = [row((0, 1, "politician"), annotated=frozenset({"politician", "person", "place"}))]
    everything = ["politician", "writer", "city", "person", "place", "colour"]
    chosen = choose_labels(rows, everything, PARENTS, 2, 0.0, random.Random(1))
    assert set(chosen) == {"politician", "person"}
    chosen = choose_labels(rows, everything, PARENTS, 9, 0.0, random.Random(1))
    assert set(chosen) == {"politician", "writer", "city", "person", "place"}  # of colours it knows nothing
    counts = [len(choose_labels(rows, everything, PARENTS, 9, 0.5, random.Random(n))) for n in range(40)]
    assert 1.5 < sum(counts) / 40 < 3.5
    assert min(counts) >= 1
