from __future__ import annotations

from pathlib import Path

import pytest

import nlp
from kg.errors import InputError
from kg.ontology import Ontology
from nlp.data.example import Example
from nlp.runtime.encoder import OnnxEncoder
from nlp.runtime.tasks.zero_shot import ZeroShotClassifier, ontology_descriptions, read_descriptions

TOPICS = {"sport": ["football, tennis and other sports"], "food": ["cooking and food"], "space": ["space and planets"]}
TEXTS = [
    Example("a", "The tennis player won the match in three sets."),
    Example("b", "Stir the onions until they are golden, then add the rice."),
    Example("c", "The probe will reach Jupiter in six years."),
    Example("d", "See paragraph 12 b of the contract."),
]


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(Path(nlp.__file__).parent / "pretrained" / "encoder", 1)


def first(examples: list[Example]) -> list[str]:
    return [example.labels[0].name if example.labels else "" for example in examples]


def test_texts_get_the_label_that_is_most_like_them(encoder: OnnxEncoder) -> None:
    found = ZeroShotClassifier(encoder, TOPICS).predict(TEXTS)
    assert first(found)[:3] == ["sport", "food", "space"]
    assert all(0.34 < example.labels[0].score <= 1.0 for example in found[:3] if example.labels)


def test_below_the_floor_there_is_no_label(encoder: OnnxEncoder) -> None:
    classifier = ZeroShotClassifier(encoder, TOPICS)
    best = classifier.cosines([example.text for example in TEXTS]).max(axis=1)
    assert best[3] < best[:3].min()
    floor = float(best[3] + best[:3].min()) / 2
    assert first(ZeroShotClassifier(encoder, TOPICS, floor=floor).predict(TEXTS)) == ["sport", "food", "space", ""]


def test_several_labels_come_best_first(encoder: OnnxEncoder) -> None:
    (found,) = ZeroShotClassifier(encoder, TOPICS, several=True).predict(TEXTS[:1])
    scores = [label.score for label in found.labels or ()]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1.0, abs=1e-5)


def test_an_ontology_describes_its_types() -> None:
    described = ontology_descriptions(Ontology.load())
    assert all(texts and all(texts) for texts in described.values())
    assert any("person" in text.lower() for text in described["Person"])


def test_descriptions_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "labels.yaml"
    file.write_text("refund: money back\nloss: [a lost card, a stolen card]\n", encoding="utf-8")
    assert read_descriptions(file) == {"refund": ("money back",), "loss": ("a lost card", "a stolen card")}


@pytest.mark.parametrize("text", ["- a\n- b\n", "a: 3\n", "a: []\n", "a: ['']\n", "", "a: [b"])
def test_a_file_of_something_else_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "labels.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"labels\.yaml"):
        read_descriptions(file)


def test_labels_without_words_are_refused(encoder: OnnxEncoder) -> None:
    with pytest.raises(InputError, match="at least one label"):
        ZeroShotClassifier(encoder, {})
    with pytest.raises(InputError, match="'a' has no description"):
        ZeroShotClassifier(encoder, {"a": []})
    with pytest.raises(InputError, match=r"no \{\}"):
        ZeroShotClassifier(encoder, TOPICS, templates=["about"])
