from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from api.cli import train as commands
from api.cli.main import main
from kg.errors import SettingsError
from nlp.data.formats import write
from tests.nlp.conftest import tiny_encoder  # noqa: F401
from tests.nlp.training.opinions import opinions, recipe


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Run the command line; return exit code, standard output, standard error."""
    monkeypatch.setattr(sys, "argv", ["loregraph", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


def test_a_missing_extra_is_named_with_its_command() -> None:
    with pytest.raises(SettingsError, match=r'training needs torch, peft: pip install "loregraph\[train\]"'):
        commands._require_torch(lambda name: None if name in ("torch", "peft") else name)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["train", "--task", "classify"], 2, "needs --task, --train and --out"),
        (["tune", "--task", "classify"], 2, "needs --task, --train, --search and --study"),
        (["evaluate", "/nowhere", "--data", "x.jsonl"], 4, "no model folder at /nowhere"),
        (["evaluate", "model", "/nowhere", "--data", "x.jsonl"], 4, "no model folder at /nowhere"),
    ],
)
def test_wrong_use_is_one_line_and_a_code(monkeypatch, capsys, words, code, says) -> None:
    left, out, err = run(monkeypatch, capsys, *words)
    assert (left, out) == (code, "")
    assert err.startswith("loregraph: ")
    assert says in err
    assert err.count("\n") == 1


@pytest.fixture
def files(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    encoder = request.getfixturevalue("tiny_encoder")
    data = opinions()
    for name, part in (("train", data), ("dev", data[:20]), ("test", data[20:40])):
        write(part, tmp_path / f"{name}.jsonl", "jsonl")
    from nlp.training.recipe_text import dump

    (tmp_path / "recipe.toml").write_text(dump(recipe(encoder)))
    (tmp_path / "search.toml").write_text("[optimiser]\nhead_rate = { choices = [1e-2, 2e-2] }\n")
    return tmp_path


@pytest.mark.train
def test_train_ends_with_one_line_and_evaluate_agrees(monkeypatch, capsys, files) -> None:
    made = ("--train", files / "train.jsonl", "--dev", files / "dev.jsonl", "--test", files / "test.jsonl")
    words = ("--out", files / "model", "--recipe", files / "recipe.toml", "--set", "training.epochs=5", "--json")
    code, out, err = run(monkeypatch, capsys, "train", "--task", "classify", *made, *words)
    assert code == 0, err
    result = json.loads(out)
    assert out.count("\n") == 1
    assert set(result) == {"task", "dev", "test", "minutes", "model"}
    assert {"precision", "recall", "f1", "macro_f1", "accuracy"} <= set(result["test"])
    assert result["test"]["accuracy"] == 1.0
    assert "epochs of 50 samples: about" in err
    assert "documents" in err, "the data report comes first"
    code, out, err = run(monkeypatch, capsys, "train", "--task", "classify", *made, *words)
    assert (code, out) == (2, "")
    assert "is not empty" in err
    told = ("evaluate", files / "model", "--data", files / "test.jsonl", "--errors", files / "errors.md", "--json")
    code, out, err = run(monkeypatch, capsys, *told)
    assert code == 0, err
    scores = json.loads(out)
    assert {**scores["extra"], **{k: scores[k] for k in ("f1", "accuracy")}}.items() <= result["test"].items()
    assert (files / "errors.md").read_text().startswith("# Errors of")


@pytest.mark.train
def test_tune_leaves_a_recipe_that_trains(monkeypatch, capsys, files) -> None:
    made = ("--task", "classify", "--train", files / "train.jsonl", "--dev", files / "dev.jsonl")
    words = ("--search", files / "search.toml", "--study", files / "study", "--trials", 2, "--json")
    base = ("--recipe", files / "recipe.toml", "--set", "training.epochs=1")
    code, out, err = run(monkeypatch, capsys, "tune", *made, *words, *base)
    assert code == 0, err
    found = json.loads(out)
    assert found["trials"] == 2
    assert found["settings"]["optimiser.head_rate"] in (0.01, 0.02)
    code, out, err = run(
        monkeypatch, capsys, "train", *made, "--out", files / "model", "--recipe", found["recipe"], "--json"
    )
    assert code == 0, err
    assert json.loads(out)["test"] is None


@pytest.mark.train
@pytest.mark.parametrize("task", ["classify", "entities", "relations", "joint", "pairs", "answer", "coreference"])
def test_a_described_recipe_is_a_recipe(monkeypatch, capsys, task) -> None:
    from nlp.training.recipe import parse

    code, out, err = run(monkeypatch, capsys, "train", "--describe-recipe", task)
    assert code == 0, err
    described = parse(out, task)
    unsaid = [line.removeprefix("# ") for line in out.partition("as by default")[2].splitlines()[1:]]
    said = described.model_dump(exclude_unset=True)
    for section in ("encoder", "method", "optimiser", "training"):
        keys = set(getattr(described, section).model_dump(exclude_none=True))
        assert keys <= set(said.get(section, {})) | {
            line.split(" = ")[0].removeprefix(section + ".") for line in unsaid
        }
