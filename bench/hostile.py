"""What becomes of files that mean harm: RELIABILITY's R6, and S8 as far as reading goes.

python -m bench hostile            all of them, some minutes
python -m bench hostile --fast     those that take no time, as the tests do
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.hostile_files import CANARY, Case, cases
from kg.errors import DocumentError
from kg.ingest.parsed import Unread
from kg.ingest.sandbox import Sandbox
from kg.types import DocumentStatus

ROOT = Path(__file__).parents[1]
SECONDS = 60.0
STARTING = 15.0  # a process that a file ended is started anew before the next is read, on a busy machine for long
GROWTH = 200 << 20  # bytes that the process that has files read may grow by

_PASSWD = re.compile(r"root:[^:\n]*:0:0:")


@dataclass
class Outcome:
    """What became of one file."""

    case: Case
    statuses: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0  # until the next status, at most
    grown: int = 0  # bytes that this process grew by


def outside_of(folder: Path) -> Path:
    """Write the file that nothing may read."""
    path = folder / "outside" / "canary.txt"
    path.parent.mkdir()
    path.write_text(f"{CANARY}\n")
    return path


def judge(case: Case, sandbox: Sandbox, folder: Path) -> Outcome:
    """Have a file read and see whether what had to happen did.

    Args:
        case: The file and what must become of it.
        sandbox: Reads it.
        folder: Where it is written, and taken away again.
    """
    outcome = Outcome(case)
    path = folder / case.name
    path.write_bytes(case.content())
    found: list[tuple[DocumentStatus, str, str]] = []
    held = _resident()
    began = time.perf_counter()
    try:
        for part in sandbox.parse(path):
            if isinstance(part, Unread):
                found.append((part.status, "", part.reason))
            else:
                found.append((DocumentStatus.READY, part.text, ""))
            outcome.seconds = max(outcome.seconds, time.perf_counter() - began)
            began = time.perf_counter()
    except DocumentError as error:
        found.append((error.status, "", error.reason))
    finally:
        path.unlink()
    outcome.seconds = max(outcome.seconds, time.perf_counter() - began)
    outcome.grown = _resident() - held
    outcome.statuses.update(status.value for status, _, _ in found)
    say = outcome.problems.append
    if not found:
        say("nothing was said of it")
    for status, text, reason in found:
        if status not in case.statuses:
            say(f"{status.value} {reason}".strip())
        if status is DocumentStatus.READY and not text.strip():
            say("ready without text")
        if status is not DocumentStatus.READY and not reason:
            say(f"{status.value} without a reason")
        if CANARY in text or CANARY in reason or _PASSWD.search(text):
            say("a file outside was read")
    if case.text is not None and not any(case.text in text for _, text, _ in found):
        say(f"{case.text!r} is not in it")
    if outcome.grown > GROWTH:
        say(f"the reading process's owner grew by {outcome.grown >> 20} MB")
    if outcome.seconds > SECONDS + STARTING:
        say(f"{outcome.seconds:.0f} s")
    if left := [name for name in os.listdir(folder) if name != "outside"]:
        say(f"left behind: {left}")
    return outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fast", action="store_true", help="leave out what takes seconds")
    parser.add_argument("--only", default="", help="names that hold this")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "hostile.json")
    options = parser.parse_args()
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as name, Sandbox() as sandbox:
        folder = Path(name)
        chosen = [case for case in cases(outside_of(folder)) if options.only in case.name]
        chosen = [case for case in chosen if not (options.fast and case.slow)]
        grown = 0
        for case in chosen:
            outcome = judge(case, sandbox, folder)
            grown = max(grown, outcome.grown)
            outcomes.append(outcome)
            for problem in outcome.problems:
                print(f"{case.group}/{case.name}: {problem[:200]}", flush=True)
    print(f"\n{'group':<12}{'files':>6}{'as they must':>14}{'slowest, s':>12}  statuses of documents")
    groups = list(dict.fromkeys(outcome.case.group for outcome in outcomes))
    for group in groups:
        of = [outcome for outcome in outcomes if outcome.case.group == group]
        statuses = sum((outcome.statuses for outcome in of), Counter[str]())
        good, slowest = sum(not outcome.problems for outcome in of), max(outcome.seconds for outcome in of)
        shown = ", ".join(f"{count} {status}" for status, count in statuses.most_common())
        print(f"{group:<12}{len(of):>6}{good:>14}{slowest:>12.1f}  {shown}")
    bad = sum(bool(outcome.problems) for outcome in outcomes)
    print(
        f"\n{len(outcomes)} files, {bad} not as they must; the reading process's owner grew by {grown >> 20} MB at most"
    )
    report = {
        "files": len(outcomes), "bad": bad, "grown_mb": grown >> 20,
        "cases": {
            outcome.case.name: {
                "group": outcome.case.group, "statuses": dict(outcome.statuses),
                "seconds": round(outcome.seconds, 2), "problems": outcome.problems,
            }
            for outcome in outcomes
        },
    }  # fmt: skip
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
