"""Which records are the same: pair F1 beside splink and a plain comparison of names.

    python -m bench.resolution [--on test|valid] [--sets NAME ...] [--seeds N] [--peer PYTHON | --install-peer]

DBLP-ACM, Abt-Buy, Amazon-Google and Fodors-Zagats are the standard splits of DeepMatcher: a model is fitted on train
and valid and scored on test, several seeds each; with --on valid it is fitted on train and scored on valid, which is
what settings are chosen by. Without labels, and for splink, the model sees the tables alone; splink's threshold, which
has none of its own, is the best on the labels that ours is fitted to. "known links" says what is lost where the links
among the labelled pairs are not used to rule rivals out. febrl4 and fake1000 have no splits: nothing is fitted to
labels there, every pair of the tables counts, and splink is given the threshold that is best in hindsight.

splink runs in an interpreter of its own (--install-peer makes one in build/peers). Prints a table and writes JSON
(bench/out/resolution.json).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.resolution_data import MAGELLAN, PEOPLE, ROOT, Labelled, People, labelled, people
from kg.fusion.normalise import normalise_name
from kg.matching import Matcher, Pairs, Table
from kg.matching.columns import Kind, align
from kg.matching.scoring import Scores, best_threshold, score
from nlp.runtime.encoder import OnnxEncoder

OUT = ROOT / "bench" / "out" / "resolution.json"
PEER = ROOT / "build" / "peers" / "splink"
SPLINK = "splink==5.0.0"
WITHOUT = {"Fodors-Zagats": "class"}
"""Columns that give the answer away: `class` numbers the matches. A second row leaves them out."""

RULES: Mapping[str, Mapping[str, Any]] = {
    "febrl4": {
        "rules": [
            ["given_name", "surname"],
            ["soc_sec_id"],
            ["date_of_birth"],
            ["postcode", "street_number"],
            ["substr(surname, 1, 4)"],
        ],
        "sure": [["soc_sec_id"], ["given_name", "surname", "date_of_birth"]],
        "train": [["date_of_birth"], ["postcode"]],
    },
    "fake1000": {
        "rules": [["first_name"], ["surname"], ["dob"], ["email"], ["substr(dob, 1, 7)"], ["substr(surname, 1, 3)"]],
        "sure": [["first_name", "surname", "dob"], ["email"]],
        "train": [["first_name", "surname"], ["dob"], ["email"]],
    },
    "DBLP-ACM": {"sure": [["title", "year"]], "train": [["title"], ["year", "authors"]]},
    "Abt-Buy": {"sure": [["name"]], "train": [["name"], ["price"]]},
    "Amazon-Google": {"sure": [["title"]], "train": [["title"], ["price"]]},
    "Fodors-Zagats": {"sure": [["name", "city"]], "train": [["name"], ["city"]]},
}
"""Blocking for splink: pairs to score (besides those that share a rare word), sure matches, and EM's two looks."""

Found = Mapping[tuple[int, int], float]


def cpu() -> float:
    """Seconds of one core so far, of child processes too."""
    return sum(os.times()[:4])


def encoder() -> OnnxEncoder:
    return OnnxEncoder(ROOT / "nlp" / "pretrained" / "encoder", threads=1)


def of_labelled(name: str, on: str, seeds: int, peer: Path | None) -> Iterator[dict[str, Any]]:
    """Rows for one of Magellan's sets."""
    for without in ("", WITHOUT[name]) if name in WITHOUT else ("",):
        data = labelled(name, without=without)
        fitted = data.splits["train"] if on == "valid" else data.splits["train"].joined(data.splits["valid"])
        what = f"{name} without {without}" if without else name
        yield from _ours(what, data, fitted, data.splits[on], seeds)
        if without:
            continue
        yield row(what, "equal names", [_plain_on(data, data.splits[on])])
        if peer is not None:
            began = cpu()
            found = run_splink(peer, name, data.left, data.right, by_word=True)
            border = best_threshold(_of(found, fitted), fitted.labels)
            called = _of(found, data.splits[on]) >= max(border, 1e-6)
            yield row(what, "splink", [score(called, data.splits[on].labels)], cpu() - began)


def _ours(what: str, data: Labelled, fitted: Pairs, tested: Pairs, seeds: int) -> Iterator[dict[str, Any]]:
    began = cpu()
    matcher = Matcher(data.left, data.right, encoder=encoder())
    blocked = cpu() - began
    untrained = matcher.fit_without_labels().score(tested)
    yield row(what, "loregraph, no labels", [untrained], cpu() - began)
    scores, times = [], []
    for seed in range(seeds):
        began, wall = cpu(), time.perf_counter()
        scores.append(matcher.fit(fitted, seed=seed).score(tested))
        times.append(cpu() - began + blocked)
        note(f"{what}: seed {seed}: {scores[-1].f1:.4f}, {time.perf_counter() - wall:.0f} s")
    yield row(what, "loregraph, trained", scores, statistics.mean(times))


def of_people(name: str, peer: Path | None) -> Iterator[dict[str, Any]]:
    """Rows for one of the sets of people."""
    data = people(name)
    began = cpu()
    matcher = Matcher(data.left, None if data.right is data.left else data.right)
    at = (data.left.positions, data.right.positions)
    called = {(at[0][one.left], at[1][one.right]) for one in matcher.links() if one.match}
    yield row(name, "loregraph, no labels", [_against(called, data)], cpu() - began)
    yield row(name, "equal names", [_against(_equal_names(data), data)])
    if peer is not None:
        began = cpu()
        found = run_splink(peer, name, data.left, data.right, by_word=False)
        borders = np.unique(np.quantile(list(found.values()), np.linspace(0, 1, 400)))
        tried = [_against({pair for pair, p in found.items() if p >= border}, data) for border in borders]
        yield row(name, "splink", [max(tried, key=lambda one: one.f1)], cpu() - began)


def _against(called: set[tuple[int, int]], data: People) -> Scores:
    both = len(called & data.truth)
    precision, recall = both / max(len(called), 1), both / len(data.truth)
    return Scores(precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0)


def _key(table: Table, columns: Sequence[str]) -> list[str]:
    return [
        " ".join(normalise_name(cell) for cell in row) for row in zip(*(table.columns[c] for c in columns), strict=True)
    ]


def _naming(table: Table) -> list[str]:
    """The columns of a record's name: given and family name, or the first column."""
    both = [name for name in table.columns if name in ("given_name", "first_name", "surname")]
    return both or [next(iter(table.columns))]


def _equal_names(data: People) -> set[tuple[int, int]]:
    there: dict[str, list[int]] = {}
    for at, key in enumerate(_key(data.right, _naming(data.right))):
        there.setdefault(key, []).append(at)
    same = data.left is data.right
    pairs = {
        (a, b)
        for a, key in enumerate(_key(data.left, _naming(data.left)))
        for b in there.get(key, ())
        if key.strip() and (a < b or not same)
    }
    return pairs


def _plain_on(data: Labelled, pairs: Pairs) -> Scores:
    left, right = _key(data.left, _naming(data.left)), _key(data.right, _naming(data.right))
    return score(np.array([left[a] == right[b] for a, b in zip(pairs.left, pairs.right, strict=True)]), pairs.labels)


def _of(found: Found, pairs: Pairs) -> Any:
    return np.array([found.get(ends, 0.0) for ends in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)])


def run_splink(peer: Path, name: str, left: Table, right: Table, *, by_word: bool) -> Found:
    """Have splink link two tables, or one with itself."""
    columns = {column.left: _splink_kind(column.kind) for column in align(left, right)}
    same = left is right
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{which}.csv" for which in ("left", "right")[: 1 if same else 2]]
        rare = _rare_words(left, right)
        for file, table in zip(files, (left, right), strict=False):
            with file.open("w", encoding="utf-8", newline="") as lines:
                rows = csv.writer(lines)
                rows.writerow(["id", *columns, "words"])
                for at in range(len(table)):
                    cells = [table.columns[column][at] for column in columns]
                    rows.writerow([at, *cells, " ".join(sorted(set(" ".join(cells).lower().split()) & rare))])
        task = {"files": list(map(str, files)), "columns": columns, "rules": [], "by_word": by_word, **RULES[name]}
        task["out"] = str(Path(folder) / "found.csv")
        (Path(folder) / "task.json").write_text(json.dumps(task), encoding="utf-8")
        script = ROOT / "bench" / "resolution_splink.py"
        subprocess.run([peer, script, Path(folder) / "task.json"], check=True, stdout=sys.stderr)
        found: dict[tuple[int, int], float] = {}
        with Path(task["out"]).open(encoding="utf-8", newline="") as lines:
            for one in csv.DictReader(lines):
                a, b = int(one["id_l"]), int(one["id_r"])
                found[(min(a, b), max(a, b)) if same else (a, b)] = float(one["match_probability"])
        return found


def _splink_kind(kind: Kind) -> str:
    return {Kind.NAME: "name", Kind.TEXT: "text"}.get(kind, "code")


def _rare_words(left: Table, right: Table, most: int = 40) -> set[str]:
    counts: dict[str, int] = {}
    for table in (left, right):
        for cells in zip(*table.columns.values(), strict=True):
            for word in set(" ".join(cells).lower().split()):
                counts[word] = counts.get(word, 0) + 1
    return {word for word, count in counts.items() if 1 < count <= most}


def row(data: str, system: str, scores: Sequence[Scores], seconds: float | None = None) -> dict[str, Any]:
    """One line of the table, printed as soon as it is there; the mean over seeds, and their spread."""
    f1 = [one.f1 for one in scores]
    made = {
        "data": data,
        "system": system,
        "precision": statistics.mean(one.precision for one in scores),
        "recall": statistics.mean(one.recall for one in scores),
        "f1": statistics.mean(f1),
        "by_seed": f1,
        "cpu_seconds": seconds,
    }
    spread = f"  ({min(f1):.4f} to {max(f1):.4f})" if len(f1) > 1 else ""
    took = f"{seconds:8.0f}" if seconds is not None else " " * 8
    figures = "".join(f"{made[key]:10.4f}" for key in ("precision", "recall", "f1"))
    print(f"{data:30}{system:24}{figures}{took}{spread}", flush=True)
    return made


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def install_peer() -> Path:
    """Make an environment of its own for splink."""
    python = PEER / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", PEER], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", SPLINK], check=True)
    return python


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", choices=["test", "valid"], default="test")
    parser.add_argument("--sets", nargs="+", choices=[*MAGELLAN, *PEOPLE], default=[*MAGELLAN, *PEOPLE])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path, default=OUT)
    parser.add_argument("--peer", type=Path, help="an interpreter that has splink")
    parser.add_argument("--install-peer", action="store_true")
    arguments = parser.parse_args()
    if not (ROOT.parent / "shared" / "data" / "resolution").is_dir():
        print("the data sets are not there: nothing is measured")
        return
    peer = install_peer() if arguments.install_peer else arguments.peer
    if peer is None and (PEER / "bin" / "python").exists():
        peer = PEER / "bin" / "python"
    if peer is None:
        note("splink is left out: --install-peer gets it")
    print(f"{'':54}{'precision':>10}{'recall':>10}{'F1':>10}{'CPU s':>8}")
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    for name in arguments.sets:
        made = of_people(name, peer) if name in PEOPLE else of_labelled(name, arguments.on, arguments.seeds, peer)
        for one in made:
            rows.append(one)
            arguments.json.write_text(json.dumps({"on": arguments.on, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    print(f"written to {arguments.json}")


if __name__ == "__main__":
    main()
