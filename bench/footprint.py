"""What extraction takes: seconds from a fresh process to its first reading, and its peak resident memory.

    python -m bench.footprint [--passages N] [--starts N]

Each figure comes from a process of its own that does nothing but read (rules, names, relations, coreference, as
ingestion does), in batches of 64 documents: N passages of 2WikiMultihopQA, and then one document of them all. Memory is
the kernel's high-water mark (VmHWM). Prints a table and writes JSON (bench/out/footprint.json). Linux only.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.performance_ingest import CORPUS, ROOT

BATCH, THREADS = 64, 2
JOINT = "\n\n"


def child(what: str, corpus: Path, passages: int) -> dict[str, Any]:
    """Read in a process of its own.

    Args:
        what: "start": one passage; "passages": a document each; "document": all of them one document.
        corpus: Passages with `text`.
        passages: How many.

    Returns:
        What it printed, and `seconds` from its start to its first reading.
    """
    command = [sys.executable, "-m", "bench.footprint", "--child", what, "--passages", str(passages)]
    began = time.perf_counter()
    with subprocess.Popen([*command, "--corpus", str(corpus)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        seconds = time.perf_counter() - began
        last = process.stdout.readline()
    if process.returncode:
        raise SystemExit(f"reading failed with {process.returncode}")
    found: dict[str, Any] = json.loads(last)
    return found | {"seconds": seconds}


def read(what: str, corpus: Path, passages: int) -> None:
    """Read, and tell of the first reading and of the peak memory, a line each."""
    from kg.types import Chunk, Page
    from nlp.plugins import default_extractor

    texts = [row["text"] for row in json.loads(corpus.read_text(encoding="utf-8"))[:passages]]
    extractor = default_extractor(threads=THREADS)
    extractor.read([Page(texts[0], (Chunk(0, len(texts[0])),))])
    print("read", flush=True)
    pages = [] if what == "start" else [Page(text, (Chunk(0, len(text)),)) for text in texts]
    if what == "document":
        chunks, position = [], 0
        for text in texts:
            chunks.append(Chunk(position, position + len(text)))
            position += len(text) + len(JOINT)
        pages = [Page(JOINT.join(texts), tuple(chunks))]
    mentions = 0
    for start in range(0, len(pages), BATCH):
        mentions += sum(len(one.spans) for one in extractor.read(pages[start : start + BATCH]))
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(json.dumps({"peak_mib": round(peak / 1024), "mentions": mentions}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Start and memory of extraction.")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--passages", type=int, default=1500)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--child", choices=("start", "passages", "document"), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "footprint.json")
    options = parser.parse_args()
    if options.child:
        read(options.child, options.corpus, options.passages)
        return
    starts = [child("start", options.corpus, 1) for _ in range(options.starts)]
    seconds = [each["seconds"] for each in starts]
    report = {
        "threads": THREADS,
        "start_seconds": {"median": statistics.median(seconds), "least": min(seconds), "most": max(seconds)},
        "start_peak_mib": max(each["peak_mib"] for each in starts),
        "passages": options.passages,
        "passages_peak_mib": child("passages", options.corpus, options.passages)["peak_mib"],
        "document_peak_mib": child("document", options.corpus, options.passages)["peak_mib"],
    }
    start = report["start_seconds"]
    print(f"start to first reading: {start['median']:.2f} s ({start['least']:.2f} to {start['most']:.2f})")
    print(f"peak memory: {report['start_peak_mib']} MiB after the first reading,")
    print(f"  {report['passages_peak_mib']} MiB for {options.passages} documents,")
    print(f"  {report['document_peak_mib']} MiB for all of them as one document")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
