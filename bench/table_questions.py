"""Questions over databases, compared with SQL: Northwind, Chinook (SQLite and PostgreSQL), a supply chain (CSV files).

    python -m bench.table_questions [--set NAME] [--data-dir DIR]

Each set is taken in by one `loregraph ingest` without a mapping and asked 25 questions
(bench/data/table_questions/*.jsonl), a fifth of them or more in Chinese. An answer is right where its values are SQL's
as a set (numbers within rounding, dates in any form; SQL's further columns are other names of the same thing), wrong
where it gives others, and neither where the asker abstains. Chinook in PostgreSQL is the same data under other names of
tables and columns, asked the same questions; it is left out where PostgreSQL's programs are not found. Prints a table
and every question that was not right, and writes JSON (bench/out/table_questions.json).
"""

from __future__ import annotations

import argparse
import csv
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import postgres
from bench.knowledgenet import ROOT
from bench.northwind import write
from kg.types import Answer, Viewer
from kg.values import parse_date

ENTERPRISE = ROOT.parent / "shared" / "data" / "enterprise"
QUESTIONS = ROOT / "bench" / "data" / "table_questions"
SETS = ("northwind", "chinook", "chinook-postgresql", "supplychain")
VERDICTS = ("right", "wrong", "abstained")


@dataclass(frozen=True)
class Asked:
    """A question, SQL's rows, and what the asker said."""

    id: str
    question: str
    language: str
    kind: str
    gold: tuple[tuple[Any, ...], ...]
    answer: Answer
    milliseconds: float

    @property
    def verdict(self) -> str:
        """Right, wrong or abstained."""
        if self.answer.abstained:
            return "abstained"
        return "right" if right([row[0] for row in self.answer.rows], self.gold) else "wrong"


def right(values: Sequence[str], gold: Sequence[Sequence[Any]]) -> bool:
    """Whether values are those of SQL's rows, each at least once and no others."""
    rows = [row for row in gold if row[0] is not None]
    covered = all(any(_among(value, row) for value in values) for row in rows)
    return bool(rows) and covered and all(any(_among(value, row) for row in rows) for value in values)


def _among(value: str, row: Sequence[Any]) -> bool:
    return any(_same(value, cell) for cell in row if cell is not None)


def _same(value: str, cell: Any) -> bool:
    if isinstance(cell, int | float):
        try:
            return abs(float(value) - cell) <= 0.005 + 1e-6 * abs(cell)
        except ValueError:
            return False
    if _plain(value) == _plain(cell):
        return True
    found, wanted = parse_date(value), parse_date(cell)
    return found is not None and wanted is not None and found.text[:10] == wanted.text[:10]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def source_of(name: str, folder: Path) -> tuple[str, sqlite3.Connection]:
    """What is given to `ingest`, and a connection on which the questions' SQL runs."""
    if name == "northwind":
        path = folder / "northwind.sqlite"
        if not path.exists():
            write(ENTERPRISE / "northwind" / "northwind.sql", path)
        return f"sqlite:///{path}", sqlite3.connect(path)
    if name.startswith("chinook"):
        path = ENTERPRISE / "chinook" / "Chinook_Sqlite.sqlite"
        return f"sqlite:///{path}", sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = ENTERPRISE / "kag_supplychain_riskmining" / "supplychain"
    return str(tables), _tables_of(sorted(tables.glob("*.csv")))


def _tables_of(files: Sequence[Path]) -> sqlite3.Connection:
    """CSV files as tables by their names, whole numbers as integers."""
    connection = sqlite3.connect(":memory:")
    for file in files:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            header, *rows = list(csv.reader(lines))
        whole = [bool(rows) and all(row[place].isdecimal() for row in rows) for place in range(len(header))]
        columns = ", ".join(
            f'"{name}" {"INTEGER" if number else "TEXT"}' for name, number in zip(header, whole, strict=True)
        )
        connection.execute(f'CREATE TABLE "{file.stem}" ({columns})')
        connection.executemany(f'INSERT INTO "{file.stem}" VALUES ({", ".join("?" * len(header))})', rows)
    return connection


def ask_all(name: str, folder: Path) -> list[Asked]:
    """Take one set in, if it is not there yet, and ask its questions."""
    from api.service import Service
    from api.settings import Settings

    source, database = source_of(name, folder)
    data = folder / name
    if not (data / "graph").exists():
        if name == "chinook-postgresql":
            with postgres.server() as load:
                _ingest(load("chinook", ENTERPRISE / "chinook" / "Chinook_PostgreSql.sql"), data)
        else:
            _ingest(source, data)
    service = Service.open(Settings(data_dir=data))
    asker, viewer = service.asker, Viewer.all()
    asker.warm(viewer)
    asked = []
    for line in (QUESTIONS / f"{name.partition('-')[0]}.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        began = time.perf_counter()
        answer = asker.ask(one["question"], viewer)
        took = (time.perf_counter() - began) * 1000
        gold = tuple(database.execute(one["sql"]).fetchall())
        asked.append(Asked(one["id"], one["question"], one["language"], one["kind"], gold, answer, took))
    service.close()
    return asked


def _ingest(source: str, data: Path) -> None:
    command = "from api.cli.main import main; main()"
    run = subprocess.run([sys.executable, "-c", command, "ingest", source, "--data-dir", str(data)], check=False)
    if run.returncode:
        sys.exit(f"{data.name}: ingest ended with {run.returncode}")


def show(asked: Asked) -> None:
    """Print a question that was not answered rightly."""
    shown = [row[0] for row in asked.answer.rows[:8]]
    gold = [row[0] for row in asked.gold[:8]]
    print(f"{asked.verdict:<10}{asked.id} {asked.question}")
    print(f"          SQL {gold}; said {shown or asked.answer.text}")
    meant = asked.answer.trace.get("form") or asked.answer.trace.get("reason")
    print(f"          {meant} ({asked.answer.confidence}); {asked.answer.trace.get('forms', [])[:3]}")


def counted(results: Sequence[Asked]) -> dict[str, dict[str, int]]:
    """Verdicts of all, by kind and by language."""
    groups: dict[str, Counter[str]] = {}
    for asked in results:
        for group in ("all", asked.kind, asked.language):
            groups.setdefault(group, Counter())[asked.verdict] += 1
    return {group: {verdict: counts[verdict] for verdict in VERDICTS} for group, counts in groups.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Questions over databases, compared with SQL.")
    parser.add_argument("--set", choices=SETS, action="append", dest="sets", help="only this one; may be repeated")
    parser.add_argument("--data-dir", type=Path, help="kept between runs; a temporary one by default")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "table_questions.json")
    options = parser.parse_args()
    if not ENTERPRISE.is_dir():
        print("skipped: the public data sets are not here")
        return
    names = [name for name in options.sets or SETS if name != "chinook-postgresql" or postgres.installed()]
    found: dict[str, Any] = json.loads(options.out.read_text()) if options.out.exists() and options.sets else {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.data_dir or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            results = ask_all(name, folder.resolve())
            for asked in results:
                if asked.verdict != "right":
                    show(asked)
            times = sorted(asked.milliseconds for asked in results)
            found[name] = {
                "verdicts": counted(results),
                "p50_ms": round(times[len(times) // 2], 1),
                "p95_ms": round(times[int(len(times) * 0.95)], 1),
                "questions": [
                    {
                        "id": asked.id,
                        "verdict": asked.verdict,
                        "said": asked.answer.text,
                        "form": asked.answer.trace.get("form"),
                        "query": asked.answer.query,
                        "confidence": asked.answer.confidence,
                    }
                    for asked in results
                ],
            }
    print(f"{'':<24}{'questions':>10}" + "".join(f"{verdict:>11}" for verdict in VERDICTS))
    for name in names:
        for group, verdicts in found[name]["verdicts"].items():
            counts = "".join(f"{verdicts[verdict]:>11}" for verdict in VERDICTS)
            print(f"{name if group == 'all' else '  ' + group:<24}{sum(verdicts.values()):>10}{counts}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
