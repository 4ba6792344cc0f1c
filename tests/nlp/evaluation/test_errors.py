from __future__ import annotations

from dataclasses import replace

from nlp.data.example import Answer, Entity, Example, Label, Relation
from nlp.evaluation.errors import report

TEXT = "Anna Smith founded Acme Corp in Berlin."


def test_labels_come_with_a_matrix_and_the_texts() -> None:
    gold = [Example(str(n), f"text *{n}*", labels=(Label(name),)) for n, name in enumerate("aabb")]
    found = [replace(e, labels=(Label(name),)) for e, name in zip(gold, "abbb", strict=True)]
    text = report(gold, found, "Errors")
    assert "| **a** | 1 | 1 |\n| **b** |  | 2 |" in text
    assert "| a taken for b | 1 |" in text
    assert "- 1: text \\*1\\*" in text


def test_entities_are_missed_invented_cut_otherwise_and_taken_for_others() -> None:
    gold = Example(
        "x", TEXT, entities=(Entity("1", 0, 10, "PER"), Entity("2", 19, 28, "ORG"), Entity("3", 32, 38, "LOC"))
    )
    found = replace(gold, entities=(Entity("1", 0, 4, "PER"), Entity("2", 19, 28, "LOC"), Entity("3", 11, 18, "PER")))
    text = report([gold], [found], "Errors")
    for line in (
        '- x: **Anna Smith** founded Acme Corp in Berlin. — found: "Anna"',
        "| PER with other boundaries | 1 |",
        "| ORG taken for LOC | 1 |",
        "| LOC missed | 1 |",
        "| PER invented | 1 |",
    ):
        assert line in text, line


def test_relations_are_missed_invented_turned_and_taken_for_others() -> None:
    entities = (Entity("1", 0, 10, "PER"), Entity("2", 19, 28, "ORG"), Entity("3", 32, 38, "LOC"))
    gold = Example(
        "x", TEXT, entities, (Relation("1", "2", "FOUNDED"), Relation("2", "3", "IN"), Relation("1", "3", "AT"))
    )
    found = replace(
        gold, relations=(Relation("2", "1", "FOUNDED"), Relation("2", "3", "OWNS"), Relation("3", "1", "BY"))
    )
    text = report([gold], [found], "Errors")
    for line in (
        "| FOUNDED turned round | 1 |",
        "| IN taken for OWNS | 1 |",
        "| AT missed | 1 |",
        "| BY invented | 1 |",
    ):
        assert line in text, line
    assert '"Anna Smith" FOUNDED "Acme Corp" — Anna Smith founded Acme Corp in Berlin.' in text


def test_what_is_not_annotated_is_no_error() -> None:
    gold = Example("x", TEXT, entities=(Entity("1", 0, 10, "PER"),), annotated=frozenset({"PER"}))
    found = replace(gold, entities=(*gold.entities, Entity("2", 19, 28, "ORG")), annotated=None)
    assert "No errors." in report([gold], [found], "Errors")


def test_answers_and_texts_are_set_beside_what_was_right() -> None:
    asked = Example("q", TEXT, question="Who?", answers=(Answer(0, 10),))
    text = report([asked], [replace(asked, answers=(Answer(32, 38),))], "Errors")
    assert '- q: Who? — said: "Berlin", right: "Anna Smith"' in text
    text = report([replace(asked, answers=())], [asked], "Errors")
    assert "answered though the text does not say" in text
    written = Example("t", TEXT, target="Anna founded Acme.")
    text = report([written], [replace(written, target="Acme.")], "Errors")
    assert '- t: "Acme." — expected: "Anna founded Acme."' in text
