"""Speed and memory of the whole: reading, ingestion, questions, start.

    python -m bench performance [--passages N] [--read N] [--questions N] [--write docs/performance.md]

Prints tables and writes JSON to bench/out/performance.json. The corpus is the 6,119 passages of 2WikiMultihopQA as
HippoRAG took them; a passage is a document.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.performance_asking import command_line, in_process, questions, serving
from bench.performance_ingest import CORPUS, ROOT, measured, write_folder
from bench.performance_page import page
from bench.performance_reading import reading


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--passages", type=int, help="how many to ingest; all by default")
    parser.add_argument("--read", type=int, default=1500, help="how many to read beside spaCy")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--files", action="store_true", help="one text file a passage, not one file for all")
    parser.add_argument("--data-dir", type=Path, help="an ingested corpus to ask, instead of ingesting one")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "performance.json")
    parser.add_argument("--write", type=Path, help="write the tables as a page, too")
    options = parser.parse_args()
    report: dict[str, Any] = {"machine": machine(), "command": "python -m bench performance " + " ".join(sys.argv[1:])}
    with tempfile.TemporaryDirectory() as temporary:
        data_dir = options.data_dir or Path(temporary) / "data"
        if options.data_dir is None:
            source = Path(temporary) / "passages"
            write_folder(options.corpus, source, options.passages, one_file=not options.files)
            report["ingest"] = measured(source, data_dir)
        report["ask"] = asking(data_dir, options.questions)
    report["reading"] = reading(options.corpus, options.read)
    print(page(report))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.write:
        options.write.write_text(page(report), encoding="utf-8")


def asking(data_dir: Path, count: int) -> dict[str, Any]:
    """Ask the same questions in process and over HTTP, and once from the command line."""
    from api.service import Service
    from api.settings import Settings

    service = Service.open(Settings(data_dir=data_dir))
    asked = questions(service, count)
    report = in_process(service, asked)
    service.close()
    report |= serving(data_dir, asked)
    report["a fresh `loregraph ask`, s"] = command_line(data_dir, asked[0])
    return report


def machine() -> dict[str, Any]:
    """What it ran on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "load_at_start": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "onnxruntime": version("onnxruntime"),
        "spacy": version("spacy"),
        "arcadedb": version("arcadedb"),
    }


if __name__ == "__main__":
    main()
