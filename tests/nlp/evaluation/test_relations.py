from __future__ import annotations

from dataclasses import replace

import pytest

from nlp.data.example import Entity, Example, Relation
from nlp.evaluation.relations import Counting, best_threshold, names, score

TEXT = "Anna works at Acme in Berlin"
ANNA, ACME, BERLIN = Entity("a", 0, 4, "PER"), Entity("b", 14, 18, "ORG"), Entity("c", 22, 28, "LOC")
GOLD = Example("1", TEXT, (ANNA, ACME, BERLIN), (Relation("a", "b", "works"), Relation("b", "c", "in")))


def test_what_is_annotated_is_right() -> None:
    scores = score([GOLD], [GOLD])
    assert (scores.precision, scores.recall, scores.f1, scores.macro_f1, scores.accuracy) == (1, 1, 1, 1, 1)
    assert scores.support == 2
    assert "entity_f1" not in scores.extra


def test_types_count_strictly_and_not_by_boundaries() -> None:
    wrong = replace(GOLD, entities=(replace(ANNA, label="ORG"), ACME, BERLIN))
    scores = score([GOLD], [wrong])
    assert (scores.precision, scores.recall) == (0.5, 0.5)
    assert scores.by_label["works"]["f1"] == 0
    assert scores.extra["boundary_f1"] == 1
    assert scores.extra["entity_f1"] == pytest.approx(2 / 3)


def test_boundaries_and_direction_count() -> None:
    moved = replace(GOLD, entities=(replace(ANNA, end=5), ACME, BERLIN))
    turned = replace(GOLD, relations=(Relation("b", "a", "works"), Relation("b", "c", "in")))
    assert score([GOLD], [moved]).f1 == 0.5
    assert score([GOLD], [turned]).f1 == 0.5
    assert score([GOLD], [turned], Counting(symmetric=frozenset({"works"}))).f1 == 1


def test_labels_that_are_not_annotated_do_not_count() -> None:
    gold = replace(GOLD, relations=(Relation("a", "b", "works"),), annotated=frozenset({"works"}))
    assert score([gold], [GOLD]).precision == 1


def test_a_relation_between_things_counts_once() -> None:
    text = "Anna Berg works at Acme . Berg likes Acme"
    entities = (
        Entity("a", 0, 9, "PER"),
        Entity("b", 19, 23, "ORG"),
        Entity("c", 26, 30, "PER"),
        Entity("d", 37, 41, "ORG"),
    )
    gold = Example("1", text, entities, (Relation("a", "b", "works"),), clusters=(("a", "c"), ("b", "d")))
    found = replace(gold, relations=(Relation("c", "b", "works"), Relation("a", "d", "works")))
    assert (score([gold], [found]).f1, score([gold], [found]).support) == (1, 1)
    known = Counting(known=names(gold))
    assert ("Berg", "Acme", "works") in known.known
    assert score([gold], [found], known).extra["ign_f1"] == 0
    assert score([gold], [found], Counting(known=frozenset({("Berg", "Acme", "hates")}))).extra["ign_f1"] == 1


def pairs(*labels: str) -> list[Example]:
    return [
        Example(str(n), "ab", (Entity("a", 0, 1, "X"), Entity("b", 1, 2, "X")), (Relation("a", "b", label),))
        for n, label in enumerate(labels)
    ]


def test_pairs_that_were_asked_about() -> None:
    counting = Counting(negative="none", asked=True)
    gold = pairs("in", "in", "has", "none", "none")
    found = pairs("in", "has", "has", "none", "in")
    # Unasked: the other direction is neither right nor wrong.
    found[0] = replace(found[0], relations=(*found[0].relations, Relation("b", "a", "has")))
    scores = score(gold, found, counting)
    assert (scores.precision, scores.recall) == (0.5, 2 / 3)
    assert scores.accuracy == 0.6
    assert scores.extra["top_f1"] == pytest.approx(2 * 0.5 * (2 / 3) / (0.5 + 2 / 3))
    in_, has, none = 0.5, 2 / 3, 2 / 3
    assert scores.macro_f1 == pytest.approx((in_ + has) / 2)
    assert scores.extra["macro_f1_with_negative"] == pytest.approx((in_ + has + none) / 3)


def test_any_of_several_labels_is_right() -> None:
    counting = Counting(negative="none", asked=True)
    (gold,), (found,) = pairs("in"), pairs("has")
    gold = replace(gold, relations=(*gold.relations, Relation("a", "b", "has")))
    scores = score([gold], [found], counting)
    assert (scores.accuracy, scores.extra["top_f1"], scores.recall) == (1, 1, 0.5)


def test_the_area_under_precision_and_recall() -> None:
    counting = Counting(negative="none", asked=True)
    gold, found = pairs("in", "none", "in"), pairs("in", "in", "in")
    found = [
        replace(e, relations=(replace(e.relations[0], score=s),)) for e, s in zip(found, (0.9, 0.8, 0.7), strict=True)
    ]
    # Points (recall, precision): (1/2, 1), (1/2, 1/2), (1, 2/3).
    assert score(gold, found, counting).extra["auc"] == pytest.approx(0.5 * (1 / 2 + 2 / 3) / 2)


def test_the_threshold_lies_where_f1_is_best() -> None:
    gold = [replace(GOLD, relations=(Relation("a", "b", "works"), Relation("b", "c", "in")))]
    found = [
        replace(
            GOLD,
            relations=(
                Relation("a", "b", "works", 0.9), Relation("b", "c", "in", 0.6), Relation("a", "c", "in", 0.2),
            ),
        )
    ]  # fmt: skip
    assert best_threshold(gold, found) == pytest.approx(0.4)
    assert best_threshold([replace(GOLD, relations=())], [replace(GOLD, relations=())]) == 0.5


def test_confidence_is_measured() -> None:
    sure = replace(GOLD, relations=(Relation("a", "c", "in", 0.95),))
    assert score([GOLD], [sure]).extra["ece"] == pytest.approx(0.95)
