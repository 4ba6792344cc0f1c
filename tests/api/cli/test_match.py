from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest

from api.cli.main import main
from kg.matching import Pairs, Table
from tests.kg.matching.made_up import pairs, part, products

COUNT = 60


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Run `loregraph match`; return exit code, standard output, standard error."""
    monkeypatch.setattr(sys, "argv", ["loregraph", "match", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


def write_table(path: Path, table: Table) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", *table.columns])
        rows.writerows(zip(table.ids, *table.columns.values(), strict=True))


def write_pairs(path: Path, left: Table, right: Table, some: Pairs) -> None:
    assert some.labels is not None
    lines = [
        f"{left.ids[a]},{right.ids[b]},{int(label)}"
        for a, b, label in zip(some.left, some.right, some.labels, strict=True)
    ]
    path.write_text("\n".join(["ltable_id,rtable_id,label", *lines]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("match")
    left, right = products(COUNT)
    write_table(made / "left.csv", left)
    write_table(made / "right.csv", right)
    whole = pairs(COUNT)
    for name, ends in (("train", (0, 160)), ("valid", (160, 200)), ("score", (200, 300))):
        write_pairs(made / f"{name}.csv", left, right, part(whole, *ends))
    return made


def test_training_scoring_explaining_and_writing_in_one_go(monkeypatch, capsys, folder) -> None:
    files = [folder / "left.csv", folder / "right.csv"]
    learn = ["--train", folder / "train.csv", "--valid", folder / "valid.csv"]
    code, out, err = run(monkeypatch, capsys, *files, *learn, "--score", folder / "score.csv", "--json")
    assert code == 0, err
    found = json.loads(out)
    assert set(found) == {"precision", "recall", "f1"}
    assert found["f1"] >= 0.9
    assert "learning from 200 labelled pairs" in err
    links = folder / "links.csv"
    asked = ["--explain", "a3", "b3", "--out", links, "--no-meaning"]
    code, out, err = run(monkeypatch, capsys, *files, *learn, *asked, "--json")
    assert code == 0, err
    why = json.loads(out)["explanation"]
    assert (why["left"], why["right"], why["match"]) == ("a3", "b3", True)
    assert {"feature", "value", "log_odds"} == set(why["contributions"][0])
    with links.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert set(rows[0]) == {"left", "right", "probability", "match"}
    assert len(rows) == json.loads(out)["compared"]
    assert sum(int(row["match"]) for row in rows) == json.loads(out)["matches"]
    assert all(0 <= float(row["probability"]) <= 1 for row in rows)


def test_without_labels_matches_are_printed(monkeypatch, capsys, folder) -> None:
    files = [folder / "left.csv", folder / "right.csv", "--no-meaning"]
    code, out, err = run(monkeypatch, capsys, *files, "--explain", "a3", "b4")
    assert code == 0, err
    assert "no match: probability 0.0" in out
    assert "adds to the log odds" in out
    code, out, err = run(monkeypatch, capsys, *files, "--json")
    assert code == 0, err
    found = json.loads(out)
    right = sum(one["left"][1:] == one["right"][1:] for one in found["links"])
    assert right >= 0.85 * COUNT
    for same in ([], [folder / "left.csv"]):
        code, out, err = run(monkeypatch, capsys, folder / "left.csv", *same, "--no-meaning")
        assert code == 0, err
        assert "comparing 60 records with each other" in err
        assert "matches among" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["{}/left.csv", "{}/none.csv"], "none.csv: The file cannot be opened"),
        (["{}/train.csv"], "an id column (`id`) is missing"),
        (
            ["{}/left.csv", "{}/right.csv", "--id-column", "sku"],
            "the column 'sku' is missing; there are id, title, price",
        ),
        (["{}/left.csv", "--out", "{}/nowhere/links.csv"], "there is no folder to write it into"),
        (["{}/left.csv", "{}/right.csv", "--valid", "{}/valid.csv"], "--valid goes with --train"),
        (["{}/right.csv", "{}/left.csv", "--score", "{}/score.csv"], "score.csv:2: right.csv: there is no record with"),
        (["{}/left.csv", "{}/right.csv", "--explain", "a1", "z9"], "right.csv: there is no record with the id 'z9'"),
    ],
)
def test_bad_input_is_one_line_and_a_code(monkeypatch, capsys, folder, words, says) -> None:
    code, out, err = run(monkeypatch, capsys, *(word.format(folder) for word in words))
    assert (code, out) == (2, "")
    assert err.startswith("loregraph: ")
    assert says in err
    assert err.count("\n") == 1
