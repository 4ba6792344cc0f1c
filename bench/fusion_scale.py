"""Time and memory of fusing a growing number of local entities, in processes of their own, and how both grow.

    python -m bench.fusion_scale [SIZE ...]      10,000, 100,000 and 1,000,000 local entities
    python -m bench.fusion_scale --one SIZE      one size, as JSON

Names are put together from word lists and mentioned as often as Zipf's law says (`bench/fusion_made_up.py`). Contexts
are left out: each takes another 1.5 KB, and a dot product a comparison.
Seconds are the processor's. The slope is that of log time over log size: 1 is linear. Prints a table, writes JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.fusion_made_up import made_up
from bench.fusion_passages import functional
from kg.fusion import block_keys, resolve

ROOT = Path(__file__).resolve().parents[1]
SIZES = (10_000, 100_000, 1_000_000)


def one(size: int) -> dict[str, Any]:
    """Fuse made-up local entities in this process."""
    locals_ = made_up(size, context=False)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    keys = sum(len(block_keys(local)) for local in locals_)
    keyed = time.process_time()
    resolution = resolve(locals_, functional=functional())
    resolved = time.process_time()
    return {
        "locals": size,
        "keys each": round(keys / size, 2),
        "keys s": round(keyed - start, 2),
        "resolve s": round(resolved - keyed, 2),
        "microseconds each": round(1e6 * (resolved - keyed) / size, 1),
        "entities": len(resolution.entities),
        "questions": len(resolution.questions),
        "MB before": before // 1024,
        "MB at most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--one", type=int)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(arguments.one)))
        return
    rows: list[dict[str, Any]] = []
    for size in arguments.sizes:
        command = [sys.executable, "-m", "bench.fusion_scale", "--one", str(size)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        if len(rows) == 1:
            print("".join(f"{name:>19}" for name in rows[0]))
        print("".join(f"{value:>19,}" for value in rows[-1].values()), flush=True)
    result: dict[str, Any] = {"rows": rows}
    if len(rows) > 1:
        first, last = rows[0], rows[-1]
        result["slope"] = round(
            math.log(last["resolve s"] / first["resolve s"]) / math.log(last["locals"] / first["locals"]), 3
        )
        print(f"slope of time over size: {result['slope']}")
    arguments.json.mkdir(parents=True, exist_ok=True)
    (arguments.json / "fusion-scale.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
