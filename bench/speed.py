"""Words a second of reading everything, against a spaCy pipeline that finds names alone, several times in turn.

    python -m bench.speed [--passages N] [--rounds N]

In every round each reader reads the same passages; the ratio is that of a round, so that a machine that is slower for a
while is slower for both. Prints medians and spread, and writes JSON (bench/out/speed.json).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
from pathlib import Path
from typing import Any

from bench.performance_ingest import CORPUS, ROOT
from bench.performance_reading import OURS, THEIRS, THREADS, readers, timed


def main() -> None:
    parser = argparse.ArgumentParser(description="Reading against spaCy's names alone.")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--passages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "speed.json")
    options = parser.parse_args()
    texts = [row["text"] for row in json.loads(options.corpus.read_text(encoding="utf-8"))[: options.passages]]
    runs = readers(texts)
    rounds = [
        {name: timed(texts, run)["words_per_second"] for name, run in runs.items()} for _ in range(options.rounds)
    ]
    ratios = [each[OURS] / each[THEIRS] for each in rounds]
    report: dict[str, Any] = {
        "words": sum(len(text.split()) for text in texts),
        "threads": THREADS,
        "load_at_end": round(os.getloadavg()[0], 2),
        "words_per_second": {name: spread([float(each[name]) for each in rounds]) for name in runs},
        "ratio": spread(ratios),
    }
    for name, row in report["words_per_second"].items():
        print(f"{name:<52}{row['median']:>9,.0f} words/s ({row['least']:,.0f} to {row['most']:,.0f})")
    ratio = report["ratio"]
    print(f"ratio, {THREADS} threads to {THREADS} processes: {ratio['median']:.2f}", end=" ")
    print(f"({ratio['least']:.2f} to {ratio['most']:.2f} in {options.rounds} rounds)")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def spread(values: list[float]) -> dict[str, float]:
    """Return median, least and most."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


if __name__ == "__main__":
    main()
