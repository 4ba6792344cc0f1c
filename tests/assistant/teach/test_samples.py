"""Synthetic questions: what they are made of, and that they say what they should."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from random import Random

import pytest

from assistant.ask.chance import Chance
from assistant.ask.nouns import NAME, SECOND
from assistant.teach.calibration import keep
from assistant.teach.grammar import FRAMES, plural, question
from assistant.teach.samples import draw, synthetic
from assistant.teach.vocabulary import VALUES, vocabulary


def test_every_relation_can_be_said() -> None:
    words = vocabulary()
    rng = Random(1)
    for relation in words.relations:
        assert relation.nouns
        for inverse in (False, True):
            if inverse and relation.literal:
                continue
            asked = question(((relation, inverse),), words, rng)
            assert asked.split().count(NAME) + asked.split().count(f"{NAME}?") == 1, asked
            assert "{" not in asked


def test_walks_are_chained_by_their_types() -> None:
    words, rng = vocabulary(), Random(2)
    for _ in range(300):
        walk = draw(words, rng, 3)
        if walk is None:
            continue
        for (before, back), (after, inverse) in itertools.pairwise(walk):
            reached = before.subject if back else before.object
            assert reached not in VALUES
            assert (after, inverse) in words.leading(reached) or (after is before and inverse)


def test_samples_are_the_same_again_and_tell_apart() -> None:
    first, second = list(synthetic(200, 3)), list(synthetic(200, 3))
    assert first == second
    assert first != list(synthetic(200, 4))
    for sample in first:
        assert not set(sample.means) & set(sample.rivals)
        assert NAME in sample.question
        assert (SECOND in sample.question) == (SECOND in sample.means[0])
    assert {len(sample.means[0].split(" of ")) for sample in first} > {1, 2}


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("city", "cities"),
        ("person", "people"),
        ("head of state", "heads of state"),
        ("man", "men"),
        ("branch", "branches"),
        ("staff", "staff"),
    ],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


def test_frames_hold_one_phrase() -> None:
    for frames in FRAMES.values():
        assert all(("{np}" in frame) != ("{nps}" in frame) for frame in frames)


def test_a_curve_is_kept_beside_the_encoder(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"name": "x"}', encoding="utf-8")
    keep(Chance(-1.0, 2.0, 3.0), tmp_path)
    assert json.loads((tmp_path / "config.json").read_text(encoding="utf-8")) == {
        "name": "x",
        "chance": [-1.0, 2.0, 3.0],
    }
