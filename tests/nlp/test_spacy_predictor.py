"""A user's spaCy pipeline, scored like a model of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from kg.errors import SettingsError
from nlp.data.example import Entity, Example, Label, Relation
from nlp.spacy_predictor import Predictor

TEXT = "Pump P-7 feeds tank T-1. 🚰 泵"


def pipeline() -> spacy.language.Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(
        [{"label": "PUMP", "pattern": "P-7"}, {"label": "TANK", "pattern": "T-1"}]
    )
    return nlp


def test_entities_with_their_offsets() -> None:
    (found,) = Predictor(pipeline()).predict([Example("1", TEXT, (Entity("x", 0, 4, "OLD"),))])
    assert found.entities == (Entity("e1", 5, 8, "PUMP"), Entity("e2", 20, 23, "TANK"))
    assert found.labels is None


def test_labels_are_mapped_and_left_out() -> None:
    (found,) = Predictor(pipeline(), {"PUMP": "Machine", "TANK": ""}).predict([Example("1", TEXT)])
    assert [(e.label, TEXT[e.start : e.end]) for e in found.entities] == [("Machine", "P-7")]


def test_relations_and_categories() -> None:
    nlp = pipeline()

    @spacy.language.Language.component("test_feeds")
    def feeds(doc: Doc) -> Doc:
        doc.spans["relations/FEEDS"] = [doc.ents[0], doc.ents[1]]
        doc.spans["relations/FEEDS"].attrs["scores"] = [0.75]
        doc.cats = {"fault": 0.9, "order": 0.1}
        return doc

    nlp.add_pipe("test_feeds")
    (found,) = Predictor(nlp, {"FEEDS": "SUPPLIES"}).predict([Example("1", TEXT)])
    assert found.relations == (Relation("e1", "e2", "SUPPLIES", 0.75),)
    assert found.labels == (Label("fault", 0.9),)


def test_a_folder_and_what_is_none(tmp_path: Path) -> None:
    pipeline().to_disk(tmp_path / "own")
    assert len(Predictor(tmp_path / "own").predict([Example("1", TEXT)])[0].entities) == 2
    with pytest.raises(SettingsError):
        Predictor("no_such_pipeline")
