"""Tables of scores for model cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def numbers(scores: Mapping[str, float]) -> str:
    """Return precision, recall and F1 as cells."""
    return " | ".join(f"{scores[key]:.3f}" for key in ("precision", "recall", "f1"))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown; empty where there are no rows."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines])


def cell(text: str) -> str:
    """Return a text so that it stays one cell."""
    return " ".join(text.split()).replace("|", "\\|")
