"""Fitting the question encoder to a small graph, by the command, and what serves afterwards."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random

import pytest

from api.cli.main import main
from api.question_encoder import QuestionEncoders
from api.settings import Settings

pytestmark = pytest.mark.train


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["loregraph", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, object]]]:
    """A graph whose relations do not say what they mean, and questions about it."""
    folder, rng = tmp_path_factory.mktemp("graph"), Random(1)
    lines, asked = [], []
    for number in range(40):
        probe, site, keeper = f"Probe {number}", f"Site {rng.randrange(12)}", f"Keeper {rng.randrange(12)}"
        lines += [f"{probe}|kx_a|{site}", f"{probe}|kx_b|{keeper}"]
        asked += [
            {"question": f"Where does {probe} stand?", "answers": [site]},
            {"question": f"Who looks after {probe}?", "answers": [keeper]},
        ]
    (folder / "graph.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder, asked


def test_questions_and_answers_teach_a_graph(
    graph: tuple[Path, list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, asked = graph
    data = folder / "data"
    for name, part in (("train", asked[:60]), ("dev", asked[60:])):
        lines = "".join(json.dumps(line) + "\n" for line in part)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    run(monkeypatch, capsys, "ingest", folder / "graph.txt", "--format", "triples", "--data-dir", data)
    before = QuestionEncoders(Settings.load(data_dir=data)).version()
    code, out, err = run(
        monkeypatch, capsys, "train", "questions", "--train", folder / "train.jsonl", "--dev", folder / "dev.jsonl",
        "--data-dir", data, "--json",
    )  # fmt: skip
    assert code == 0, err
    found = json.loads(out.splitlines()[-1])
    assert found["reached"] == found["questions"] == 60
    assert found["after"] >= max(found["before"], 0.9)
    assert found["serves"]
    encoders = QuestionEncoders(Settings.load(data_dir=data))
    assert encoders.version().id == found["model"] != before.id
    assert encoders.current().encode(["where does xx stand?"]).shape == (1, 384)
    code, out, err = run(
        monkeypatch, capsys, "evaluate", "questions", folder / "dev.jsonl", "--data-dir", data, "--json"
    )
    assert code == 0, err
    assert json.loads(out)["set"] >= 0.8


def test_questions_that_no_walk_answers_teach_nothing(
    graph: tuple[Path, list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, asked = graph
    wrong = "".join(json.dumps({**line, "answers": ["nothing of the kind"]}) + "\n" for line in asked)
    (folder / "wrong.jsonl").write_text(wrong, encoding="utf-8")
    data = folder / "data"
    code, _, err = run(
        monkeypatch, capsys, "train", "questions", "--train", folder / "wrong.jsonl", "--dev", folder / "wrong.jsonl",
        "--data-dir", data,
    )  # fmt: skip
    assert code == 2
    assert "0 of 80 questions are answered by a walk" in err
