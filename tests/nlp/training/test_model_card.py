"""The card of a trained model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nlp.data.example import Answer, Entity, Example, Label
from nlp.evaluation.scores import Scores
from nlp.training.model_card import Card, part, render, write
from nlp.training.parity import Parity
from nlp.training.recipe import EncoderSection, Recipe

BY_LABEL = {
    "PER": {"precision": 0.9, "recall": 0.8, "f1": 0.847, "support": 120},
    "A|B": {"precision": 0.4, "recall": 0.4, "f1": 0.4, "support": 5},
}
PARITY = Parity("f1", {"f1": 0.85}, {"f1": 0.848}, 50, 0.004, (), {"nothing": 0.002})


def scores(f1: float, ece: float) -> Scores:
    return Scores(0.9, 0.8, f1, 0.62, 0.7, 125, BY_LABEL, {"ece": ece})


def card() -> Card:
    entity = Entity("e", 0, 3, "PER")
    train = [Example("1", "Ann x", entities=(entity,), document="d"), Example("2", "Ann y", document="d")]
    return Card(
        task="entities",
        recipe=Recipe(encoder=EncoderSection(source="minilm")),
        parts=[
            part("train", Path("/home/ann/secret/train.jsonl"), train, "CC BY 4.0"),
            part("dev", "dev.jsonl", train[:1]),
        ],
        dev=scores(0.848, 0.03),
        test=None,
        torch=scores(0.85, 0.03),
        uncalibrated=scores(0.84, 0.11),
        parity=PARITY,
        sizes={"entities": 23_000_000},
        minutes=12.34,
        machine="one CPU thread",
        commands=["loregraph train --task entities"],
        packages={"torch": "2.13.0"},
    )


def test_everything_that_was_measured_is_said() -> None:
    text = render("people", card())
    for said in (
        *("# people", "`entities`", "`minilm`", "23.0 MB", "| train | train.jsonl | 2 | 1 | 1 | CC BY 4.0 |"),
        *("| dev | dev.jsonl | 1 | 1 | 1 | not stated |", "| development, as it ships | 0.900 | 0.800 | 0.848 | 0.620"),
        *("no test set", "| PER | 0.900 | 0.800 | 0.847 | 120 |", "A\\|B", "were set: 0.110", "as it ships: 0.030"),
        *(
            "| f1 | 0.8500 | 0.8480 | -0.0020 |",
            "Fewer than 100",
            "(F1 under .5): A|B",
            "12.3 minutes on one CPU thread",
        ),
        *("loregraph train --task entities", "torch 2.13.0", "encoder_rate = 0.0001"),
    ):
        assert said in text, said
    assert "secret" not in text


def test_a_test_set_comes_first() -> None:
    text = render("people", replace(card(), test=scores(0.801, 0.05)))
    assert text.index("| test, as it ships") < text.index("| development, as it ships")
    assert "Test data, as it ships." in text
    assert "no test set" not in text


def test_what_stayed_in_32_bits_is_said() -> None:
    text = render("people", replace(card(), parity=replace(PARITY, kept=("heads",), allowed=0.02)))
    assert "heads stay in 32 bits" in text
    assert "one instance" in text
    assert "Not quantised" in render("people", replace(card(), parity=replace(PARITY, kept=("everything",))))


def test_paths_of_encoders_are_not_told() -> None:
    recipe = Recipe(encoder=EncoderSection(source="/home/ann/secret/base"))
    text = render("people", replace(card(), recipe=recipe))
    assert "secret" not in text


def test_a_task_without_labels_or_calibration() -> None:
    bare = Scores(0.5, 0.5, 0.5, 0.5, 0.5, 10, {}, {"rouge_l": 0.3})
    text = render("writer", replace(card(), task="generate", dev=bare, torch=bare, uncalibrated=None))
    assert "## Calibration" not in text
    assert "## By label" not in text
    assert "rouge l: 0.300" in text
    assert "10 instances only" in text


def test_annotations_of_every_kind_are_counted() -> None:
    examples = [
        Example("1", "x", labels=(Label("pos"),)),
        Example("2", "x", question="q", answers=(Answer(0, 1),)),
        Example("3", "x", question="q"),
    ]
    assert part("train", "f", examples).counts == {"pos": 1, "answerable": 1, "unanswerable": 1}


def test_the_command_names_what_is_a_file() -> None:
    one = card()
    held = replace(one.parts[1], source="10% of the training documents, held out")
    text = render("people", replace(one, commands=(), parts=[one.parts[0], held]))
    assert "loregraph train --task entities --train train.jsonl --recipe recipe.toml --out FOLDER" in text


def test_it_is_written(tmp_path: Path) -> None:
    write(tmp_path, card())
    assert (tmp_path / "README.md").read_text(encoding="utf-8").startswith(f"# {tmp_path.name}\n")
