"""The readers as a component of a spaCy pipeline, with the real model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.errors import InputError, NotFoundError
from nlp.pretrained import default_reader_folder
from nlp.registry.registry import Registry

TEXT = "Contoso Corporation was founded by Ada Lovelace in 1975. Satya Nadella is the CEO of Contoso Corporation."


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Language]:
    nlp = spacy.blank("en")
    nlp.add_pipe("loregraph", config={"model": str(default_reader_folder())})
    yield nlp
    Doc.remove_extension("relations")  # they belong to the process, and other tests have their own
    Span.remove_extension("score")


def test_entities_relations_and_scores(pipeline: Language) -> None:
    doc = pipeline(TEXT)
    found = {(entity.text, entity.label_) for entity in doc.ents}
    assert found == {
        ("Contoso Corporation", "Organization"), ("Ada Lovelace", "Person"), ("Satya Nadella", "Person"),
    }  # fmt: skip
    assert all(0.5 < entity._.score <= 1 for entity in doc.ents)
    said = {(head.text, predicate, tail.text) for head, predicate, tail, _ in doc._.relations}
    assert ("Contoso Corporation", "FOUNDED_BY", "Ada Lovelace") in said
    assert ("Contoso Corporation", "CEO", "Satya Nadella") in said


def test_it_survives_bytes_and_disk(pipeline: Language, tmp_path: Path) -> None:
    doc = pipeline(TEXT)
    again = Doc(pipeline.vocab).from_bytes(doc.to_bytes())
    assert [str(part) for part in again._.relations] == [str(part) for part in doc._.relations]
    assert [entity._.score for entity in again.ents] == [entity._.score for entity in doc.ents]
    pipeline.to_disk(tmp_path / "saved")
    loaded = spacy.load(tmp_path / "saved")
    assert [entity.text for entity in loaded(TEXT).ents] == [entity.text for entity in doc.ents]


def test_it_fills_what_others_left(pipeline: Language) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PIONEER", "pattern": "Ada Lovelace"}])
    nlp.add_pipe("loregraph", config={"model": str(default_reader_folder()), "overwrite": False, "values": True})
    labels = {entity.text: entity.label_ for entity in nlp(TEXT).ents}
    assert labels["Ada Lovelace"] == "PIONEER"
    assert labels["1975"] == "Date"
    assert labels["Satya Nadella"] == "Person"


def test_a_version_of_a_registry(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "data" / "models")
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PERSON", "pattern": "Satya Nadella"}])
    nlp.to_disk(tmp_path / "own")
    registry.promote(registry.add(f"spacy:{tmp_path / 'own'}", who="ann"), who="ann")
    blank = spacy.blank("en")
    blank.add_pipe("loregraph", config={"model": "extractor/current", "data_dir": str(tmp_path / "data")})
    assert [(entity.text, entity.label_) for entity in blank(TEXT).ents] == [("Satya Nadella", "Person")]


def test_an_extension_of_the_users_own_is_filled(pipeline: Language) -> None:
    Doc.set_extension("relations", default=None, force=True)
    assert ("FOUNDED_BY", "Ada Lovelace") in {
        (predicate, tail.text) for _, predicate, tail, _ in pipeline(TEXT)._.relations
    }


def test_what_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        spacy.blank("en").add_pipe("loregraph", config={"model": str(tmp_path / "nothing")})
    (tmp_path / "loregraph.json").write_text('{"format": 1, "task": "classify", "schema": {}}')
    with pytest.raises(InputError, match="classify"):
        spacy.blank("en").add_pipe("loregraph", config={"model": str(tmp_path)})
