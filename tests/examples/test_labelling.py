from __future__ import annotations

from pathlib import Path

from nlp.data import formats
from nlp.data.report import report

FOLDER = Path(__file__).parents[2] / "examples/labelling"


def test_the_labelled_sentences_can_be_read_and_share_nothing() -> None:
    train, test = formats.read(FOLDER / "machines.jsonl"), formats.read(FOLDER / "machines-test.jsonl")
    assert (len(train), len(test)) == (50, 40)
    found = report(train, (), test)
    assert set(found.sets["train"].entities) == set(found.sets["test"].entities) == {"Machine", "Part", "Fault"}
    assert [(one.equal, one.near) for one in found.overlaps] == [(0, 0)]
    for example in (*train, *test):
        for entity in example.entities:
            surface = example.text[entity.start : entity.end]
            assert surface == surface.strip(" .,;:")
