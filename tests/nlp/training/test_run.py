from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp.data.example import Example
from nlp.training.recipe import load as load_recipe
from tests.nlp.training.opinions import opinions, recipe

pytestmark = pytest.mark.train

FILES = {
    "README.md",
    "classifier.onnx",
    "config.json",
    "curve.svg",
    "errors.md",
    "loregraph.json",
    "metrics.json",
    "model.safetensors",
    "recipe.toml",
    "tokenizer.json",
    "tokenizer_config.json",
}


def test_a_tiny_model_learns_and_leaves_a_whole_folder(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.runtime.predictor import load
    from nlp.training.run import train

    data, out = opinions(50), tmp_path / "model"
    report = train("classify", data, data[:20], data[:30], out, recipe(tiny_encoder), licence="CC0", say=lambda _: None)
    assert report.test is not None
    assert report.test.accuracy == 1.0, "50 texts could not be learned by heart"
    assert {path.name for path in out.iterdir()} == FILES
    measured = json.loads((out / "metrics.json").read_text())
    assert len(measured["epochs"]) == 6
    assert measured["epochs"][-1]["losses"]["labels"] < measured["epochs"][0]["losses"]["labels"]
    assert measured["before"]["accuracy"] < 0.9 < measured["after"]["accuracy"]
    assert "<svg" in (out / "curve.svg").read_text()
    assert "CC0" in (out / "README.md").read_text()
    assert load_recipe(out / "recipe.toml").training.epochs == 6
    found = load(out).predict([Example("new", "the film was awful")])
    assert [label.name for label in found[0].labels or ()] == ["neg"]
