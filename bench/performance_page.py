"""The report of `bench.performance` as a page for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def page(report: dict[str, Any]) -> str:
    """Write a report as Markdown."""
    parts = ["# Performance", _machine(report), _reading(report["reading"])]
    if "ingest" in report:
        parts.append(_ingest(report["ingest"]))
    parts.append(_asking(report["ask"]))
    return "\n\n".join(parts) + "\n"


def _machine(report: dict[str, Any]) -> str:
    m = report["machine"]
    return (
        f"Measured on {m['date']} by `{report['command'].strip()}` on {m['cores']} cores ({m['processor']}), "
        f"{m['memory_gib']} GiB, {m['system']}, Python {m['python']}, onnxruntime {m['onnxruntime']}, "
        f"arcadedb {m['arcadedb']}; load average {m['load_at_start']} at the start. One run; no GPU. "
        "This page is written by the command; do not edit it."
    )


def _reading(rows: dict[str, dict[str, Any]]) -> str:
    words = next(iter(rows.values()))["words"]
    table = _table(
        ("reader", "words/s", "words per processor second", "found"),
        (
            (
                name,
                f"{row['words_per_second']:,}",
                f"{row['words_per_processor_second']:,}" if row["words_per_processor_second"] else "",
                ", ".join(f"{number:,} {what}" for what, number in row["found"].items()),
            )
            for name, row in rows.items()
        ),
    )
    return f"## Reading\n\nThe same {words:,} words in one run, one reader after the other.\n\n{table}"


def _ingest(run: dict[str, Any]) -> str:
    graph = ", ".join(f"{number:,} {what}" for what, number in run["graph"].items())
    stages = _table(
        ("stage", "seconds", "share"),
        (
            (name, f"{seconds:.1f}", f"{100 * seconds / run['seconds']:.0f}%")
            for name, seconds in run["seconds_by_stage"].items()
        ),
    )
    return (
        f"## From folder to graph\n\n**{run['documents']:,} documents in {run['seconds']:.0f} s: "
        f"{run['documents_per_second']:.1f} documents/s** ({run['processor_seconds']:.0f} s of processor time), to "
        f"{graph}. Peak resident memory {run['peak_mib']:,} MiB. "
        "Documents are parsed, read and written side by side, so the stages' seconds add up to more than the clock."
        f"\n\n{stages}"
    )


def _asking(run: dict[str, Any]) -> str:
    rows = [
        (name, f"{value['p50_ms']:.1f}", f"{value['p95_ms']:.1f}") for name, value in run.items() if _is_times(value)
    ]
    rest = [
        (name, f"{value:,}")
        for name, value in run.items()
        if name.endswith((", s", ", MiB")) and isinstance(value, int | float)
    ]
    return (
        f"## Questions\n\n{run['questions']} questions of one relation, made from names in that graph; "
        f"{run['answered']} were answered; {run['queries_per_question']} queries a question.\n\n"
        + _table(("where", "p50 ms", "p95 ms"), rows)
        + "\n\n"
        + _table(("", ""), rest)
    )


def _is_times(value: Any) -> bool:
    return isinstance(value, dict) and "p50_ms" in value


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])
