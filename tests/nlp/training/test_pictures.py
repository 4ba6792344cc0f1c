from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.train


def test_equal_runs_give_equal_pictures(tmp_path: Path) -> None:
    from nlp.training.pictures import learning_curve

    history = [
        {"epoch": 1, "losses": {"tags": 1.0, "pairs": 0.5}, "metric": 0.25},
        {"epoch": 2, "losses": {"tags": 0.5, "pairs": 0.4}, "metric": 0.75},
        {"epoch": 3, "losses": {"tags": 0.4, "pairs": 0.3}, "metric": 0.5},
    ]
    one, two = tmp_path / "one.svg", tmp_path / "two.svg"
    for file in (one, two):
        learning_curve(history, "f1", file)
    assert one.read_bytes() == two.read_bytes()
    ElementTree.parse(one)
    for said in ("training loss", "development f1", "tags", "pairs", "0.7500"):
        assert said in one.read_text()


def test_a_run_without_epochs_has_a_picture_too(tmp_path: Path) -> None:
    from nlp.training.pictures import learning_curve

    learning_curve([], "f1", tmp_path / "none.svg")
    ElementTree.parse(tmp_path / "none.svg")
