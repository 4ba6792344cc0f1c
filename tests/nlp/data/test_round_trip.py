from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from nlp.data import formats
from nlp.data.example import Answer, Entity, Example, Label, Relation

SUFFIX = {
    "label-studio": ".json",
    "doccano": ".jsonl",
    "jsonl": ".jsonl",
    "spacy": ".spacy",
    "csv": ".csv",
    "tsv": ".tsv",
}


def plain(examples: list[Example]) -> list[Example]:
    """What a table can carry."""
    return [
        replace(e, entities=(), relations=(), clusters=(), annotated=None, pair=e.pair or None, labels=e.labels or ())
        for e in examples
    ]


@pytest.mark.parametrize("format", ["jsonl", "spacy"])
def test_a_thousand_documents_keep_everything(format: str, rich: list[Example], tmp_path: Path) -> None:
    file = tmp_path / f"all{SUFFIX[format]}"
    formats.write(rich, file, format)
    assert formats.read(file) == rich


@pytest.mark.parametrize("format", ["label-studio", "doccano"])
def test_a_thousand_documents_keep_entities_relations_and_labels(
    format: str, documents: list[Example], tmp_path: Path
) -> None:
    file = tmp_path / f"all{SUFFIX[format]}"
    formats.write(documents, file, format)
    assert formats.read(file) == documents


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_a_thousand_documents_keep_what_a_table_holds(format: str, rich: list[Example], tmp_path: Path) -> None:
    file = tmp_path / f"all{SUFFIX[format]}"
    formats.write(plain(rich), file, format)
    assert formats.read(file) == plain(rich)


def test_a_thousand_documents_keep_their_marked_words_in_columns(documents: list[Example], tmp_path: Path) -> None:
    kept = []
    for example in documents:
        chosen: list[Entity] = []
        for entity in example.entities:
            apart = all(entity.end <= other.start or entity.start >= other.end for other in chosen)
            if apart and any(not letter.isspace() for letter in example.text[entity.start : entity.end]):
                chosen.append(entity)
        kept.append(replace(example, entities=tuple(sorted(chosen, key=lambda e: e.start)), relations=(), labels=None))
    file = tmp_path / "all.conll"
    formats.write(kept, file, "conll")
    again = formats.read(file)
    assert len(again) == len(kept)

    def solid(text: str) -> str:
        return "".join(text.split())

    for old, new in zip(kept, again, strict=True):
        assert solid(new.text) == solid(old.text)
        assert [(e.label, solid(new.text[e.start : e.end])) for e in new.entities] == [
            (e.label, solid(old.text[e.start : e.end])) for e in old.entities
        ]
        before = [len(solid(example.text[: e.start])) for example in (old, new) for e in example.entities]
        assert before[: len(old.entities)] == before[len(old.entities) :]
    for index in range(0, 1000, 3):  # documents stay together and apart
        assert again[index].document == again[min(index + 1, 999)].document != again[(index + 3) % 1000].document


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=8)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    text = draw(texts)
    entities = []
    for number in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text) - 1))
        entities.append(Entity(f"e{number}", start, draw(st.integers(start + 1, len(text))), draw(names)))
    ids = st.sampled_from([entity.id for entity in entities]) if entities else st.nothing()
    relation = st.builds(Relation, ids, ids, names)
    relations = draw(st.lists(relation, max_size=3, unique=True)) if entities else []
    labels = draw(st.none() | st.lists(names.map(Label), unique=True, max_size=3).map(tuple))
    return Example("x", text, tuple(entities), tuple(relations), labels)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(example=examples(), format=st.sampled_from(["jsonl", "spacy", "label-studio", "doccano"]))
def test_any_text_with_any_spans_comes_back(example: Example, format: str, tmp_path: Path) -> None:
    file = tmp_path / f"one{SUFFIX[format]}"
    formats.write([example], file, format)
    again = formats.read(file, format)
    if format == "spacy":  # its labels are a set
        key = sorted(label.name for label in example.labels or ())
        assert sorted(label.name for label in again[0].labels or ()) == key
        again = [replace(again[0], labels=example.labels)]
    assert again == [example]


@pytest.mark.parametrize(
    ("example", "format", "what"),
    [
        (Example("1", "ab", (Entity("1", 0, 1, "X"),)), "csv", "entities"),
        (Example("1", "ab", labels=(Label("x"),)), "conll", "labels"),
        (Example("1", "ab", question="?", answers=(Answer(0, 1),)), "doccano", "question"),
        (Example("1", "ab", (Entity("1", 0, 2, "X"), Entity("2", 1, 2, "X"))), "conll", "overlaps"),
        (Example("1", " \n", (Entity("1", 0, 1, "X"),)), "conll", "without a token"),
        (Example("1", "ab", (Entity("1", 0, 3, "X"),)), "jsonl", "past the end"),
        (Example("1", "ab", question="?", answers=(Answer(0, 1), Answer(1, 2))), "csv", "one answer"),
    ],
)
def test_what_a_format_cannot_carry_is_refused_and_no_file_is_left(
    example: Example, format: str, what: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=what):
        formats.write([example], tmp_path / "out", format)
    assert list(tmp_path.iterdir()) == []
