"""Tables at size: a CSV file of a million rows read in bounded memory, and how an ingestion's time grows with its rows.

    python -m bench tables [--rows N] [--steps 1000,3000,10000,30000] [--work DIR]

Rows are made up: orders with an id, a customer, a date, an amount, a status and a remark, and a tenth as many
customers. First N orders (and their customers) are profiled, mapped and written as documents by the process that parses
(no models, no graph): seconds to the first document and in all, its peak memory and that of the process that asks for
it; then one order is changed and all is read again: the documents that differ. Then data sets of each step's size are
ingested whole, into a new data directory each: seconds, processor seconds, and the slope of processor seconds over rows
on logarithmic scales (1 is linear). `--rows 0` or `--steps ""` leaves one of the two out. Prints tables and writes JSON
(bench/out/tables.json).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.performance_ingest import ROOT, measured

STATES = ("open", "paid", "shipped", "returned", "cancelled")
CITIES = ("Graz", "Linz", "Wien", "Oslo", "Bergen", "Leeds", "Bath", "Porto", "Lyon", "Nantes")
NAMES = ("Alder", "Birch", "Cedar", "Dahlia", "Elm", "Fir", "Gorse", "Hazel", "Iris", "Juniper")
KINDS = ("Trading", "Foods", "Logistics", "Tools", "Textiles")


def write(folder: Path, rows: int, changed: bool = False) -> None:
    """Write a data set.

    Args:
        folder: Where to.
        rows: Number of orders.
        changed: Whether one order is another than it was.
    """
    made = random.Random(7)
    folder.mkdir(parents=True, exist_ok=True)
    customers = max(1, rows // 10)
    with (folder / "customers.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("customer_id", "company_name", "city", "since"))
        for n in range(customers):
            name = f"{NAMES[n % 10]} {NAMES[n // 10 % 10]} {KINDS[n % 5]} {n}"
            out.writerow((f"C{n:06}", name, made.choice(CITIES), 1990 + n % 30))
    with (folder / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("order_id", "customer_id", "order_date", "amount_eur", "status", "remark"))
        for n in range(rows):
            day = date(2015, 1, 1) + timedelta(days=made.randrange(3_000))
            amount = f"{made.randrange(100, 900_000) / 100:.2f}"
            remark = f"lot {made.randrange(10_000)}" if n % 3 else ""
            state = made.choice(STATES)
            if changed and n == rows // 2:
                state = "lost"
            out.writerow((n + 1, f"C{made.randrange(customers):06}", day.isoformat(), amount, state, remark))


def child(folder: Path) -> None:
    """Read a data set and tell of it in one line of JSON; for a process of its own."""
    from kg.ingest.parsed import Parsed
    from kg.ingest.sandbox import Limits
    from kg.tables.found import data_sets
    from kg.tables.sandboxed import parts_of, patient

    (source,), _ = data_sets(sorted(folder.iterdir()))
    began = time.perf_counter()
    first, documents, rows, characters = 0.0, 0, 0, 0
    hashes = {}
    for part in parts_of(source):
        assert isinstance(part, Parsed), part
        first = first or time.perf_counter() - began
        documents, rows, characters = documents + 1, rows + len(part.records), characters + len(part.text)
        hashes[part.external_id] = hashlib.sha256(part.text.encode()).hexdigest()
    patient(Limits()).close()  # its process ends and is counted
    seconds = time.perf_counter() - began
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        json.dumps(
            {
                "documents": documents,
                "rows": rows,
                "characters": characters,
                "seconds_to_first": round(first, 1),
                "seconds": round(seconds, 1),
                "parser_processor_seconds": round(children.ru_utime + children.ru_stime, 1),
                "parser_peak_mib": round(children.ru_maxrss / 1024),
                "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "hashes": hashes,
            }
        )
    )


def read(folder: Path) -> dict[str, Any]:
    """Read a data set in a process of its own; what it told."""
    command = [sys.executable, "-m", "bench.tables", "--child", str(folder)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def slope(rows: list[int], seconds: list[float]) -> float:
    """The exponent with which seconds grow with rows: least squares on logarithmic scales."""
    x, y = [math.log(value) for value in rows], [math.log(value) for value in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    top = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return top / sum((a - mean_x) ** 2 for a in x)


def main() -> None:
    parser = argparse.ArgumentParser(description="Tables at size.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--steps", default="1000,3000,10000,30000")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "tables.json")
    options = parser.parse_args()
    if options.child:
        child(options.child)
        return
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        work = Path(name)
        if options.rows:
            report["read"] = _large(work / "large", options.rows)
        if options.steps:
            report["ingested"] = _steps(work, [int(step) for step in options.steps.split(",")])
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _large(folder: Path, rows: int) -> dict[str, Any]:
    write(folder, rows)
    size = sum(file.stat().st_size for file in folder.iterdir())
    found = read(folder)
    before = found.pop("hashes")
    write(folder, rows, changed=True)
    after = read(folder)["hashes"]
    found |= {
        "orders": rows,
        "megabytes": round(size / 1e6, 1),
        "documents_that_differ_after_one_change": sum(after.get(key) != value for key, value in before.items()),
    }
    for key, value in found.items():
        print(f"{key.replace('_', ' '):<40} {value}", flush=True)
    return found


def _steps(work: Path, steps: list[int]) -> dict[str, Any]:
    print(f"\n{'orders':>8} {'documents':>10} {'seconds':>9} {'processor':>10} {'ms a row':>9} {'peak MiB':>9}")
    runs = []
    for rows in steps:
        folder = work / f"step{rows}"
        write(folder, rows)
        found = measured(folder, work / f"data{rows}")
        runs.append({"orders": rows, **found})
        each = 1000 * found["processor_seconds"] / rows
        print(
            f"{rows:>8} {found['documents']:>10} {found['seconds']:>9} {found['processor_seconds']:>10} {each:>9.1f}"
            f" {found['peak_mib']:>9}",
            flush=True,
        )
    found = {"runs": runs}
    if len(steps) > 1:
        found["slope"] = round(slope(steps, [run["processor_seconds"] for run in runs]), 3)
        print(f"slope of processor seconds over rows: {found['slope']}")
    return found


if __name__ == "__main__":
    main()
