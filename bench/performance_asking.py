"""Times of questions: in process, over HTTP, and of the bare Cypher that they ran; start to first answer; memory."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from bench.performance_ingest import ROOT
from bench.question_wordings import FORWARD, INVERSE
from kg.types import Viewer

ALL = Viewer.all()


def questions(service: Any, count: int) -> list[str]:
    """Make questions about names that the graph holds: of one relation each, most with an answer."""
    chance = random.Random(0)
    asked: list[str] = []
    for turned, wordings in ((False, FORWARD), (True, INVERSE)):
        for relation, phrases in wordings.items():
            end = "b" if turned else "a"
            query = f"MATCH (a:Entity)-[r:{relation}]->(b) WHERE r.id IS NOT NULL RETURN DISTINCT {end}.name, {end}.id"
            names = sorted({row[0] for row in service.graph.query(query).rows if row[0]})
            asked += [chance.choice(phrases).format(x=name) for name in chance.sample(names, min(count, len(names)))]
    return chance.sample(asked, min(count, len(asked)))


def in_process(service: Any, asked: list[str]) -> dict[str, Any]:
    """Ask in this process, then run the very queries of each question again by themselves."""
    graph, asker = service.graph, service.asker
    ran: list[list[tuple[Any, ...]]] = []
    inner = graph.query

    def recorded(cypher: str, parameters: Any = None, **options: Any) -> Any:
        ran[-1].append((cypher, parameters))
        return inner(cypher, parameters, **options)

    asker.warm(ALL)
    asker.ask(asked[0], ALL)
    graph.query = recorded
    answered = 0
    taken = []
    for question in asked:
        ran.append([])
        began = time.perf_counter()
        answer = asker.ask(question, ALL)
        taken.append(time.perf_counter() - began)
        answered += not answer.abstained
    del graph.query
    bare = list(times(ran, lambda queries: [inner(cypher, parameters) for cypher, parameters in queries]))
    return {
        "questions": len(asked),
        "answered": answered,
        "queries_per_question": round(sum(map(len, ran)) / len(ran), 2),
        "in process": quantiles(taken),
        "the bare Cypher of these questions": quantiles(bare),
    }


def serving(data_dir: Path, asked: list[str]) -> dict[str, Any]:
    """Start a service on an existing data directory, and ask it.

    Returns:
        Seconds from starting the process to the first answer, times over HTTP on one kept connection, peak memory.
    """
    began = time.perf_counter()
    command = [sys.executable, "-m", "api.cli.main", "serve", "--port", "0", "--data-dir", str(data_dir), "--json"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:

            def ask(question: str) -> None:
                client.post("/v1/ask", json={"question": question}).raise_for_status()

            ask(asked[0])
            first = time.perf_counter() - began
            idle = memory(process.pid)
            taken = list(times(asked, ask))
        return {
            "start to first answer, s": round(first, 2),
            "over HTTP": quantiles(taken),
            "memory after the first answer, MiB": idle,
            "peak memory, MiB": memory(process.pid),
        }
    finally:
        process.terminate()
        process.wait(60)


def command_line(data_dir: Path, question: str) -> float:
    """Seconds that `loregraph ask` takes where no service runs: a fresh process from its start to its end."""
    command = [sys.executable, "-m", "api.cli.main", "ask", question, "--data-dir", str(data_dir), "--json"]
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return round(time.perf_counter() - began, 2)


def memory(pid: int) -> int | None:
    """Peak resident memory of a process in MiB, where the system tells."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return round(int(lines["VmHWM"].split()[0]) / 1024)


def times(items: Iterable[Any], run: Callable[[Any], object]) -> Iterable[float]:
    """Seconds for each."""
    for item in items:
        began = time.perf_counter()
        run(item)
        yield time.perf_counter() - began


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Median and 95th percentile in milliseconds."""
    return {name: round(1000 * float(np.percentile(seconds, q)), 1) for name, q in (("p50_ms", 50), ("p95_ms", 95))}
