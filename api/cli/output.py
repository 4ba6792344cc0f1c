"""Printing for people: tables that line up in any script, wrapped text, highlighted matches."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any


def say(text: str = "") -> None:
    """Print a line of the result."""
    print(text)


def say_json(value: Any) -> None:
    """Print a result for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], limit: int = 60) -> None:
    """Print rows in columns; cells longer than `limit` are cut in the middle."""
    cells = [[_cut(_flat(cell), limit) for cell in row] for row in rows]
    widths = [max([_width(name), *(_width(row[n]) for row in cells)]) for n, name in enumerate(head)]
    for row in [list(head), ["-" * width for width in widths], *cells]:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        say("  ".join(padded).rstrip())


def paragraph(text: str, indent: str = "") -> None:
    """Print text, wrapped to the terminal where there is one."""
    text = _flat(text)
    if not sys.stdout.isatty():
        say(indent + text)
        return
    width = max(40, min(100, shutil.get_terminal_size().columns))
    say(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False))


def marked(text: str, matches: Sequence[Sequence[int]]) -> str:
    """Set the matches of a snippet off: bold in a terminal, between asterisks elsewhere."""
    on, off = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("*", "*")
    text = _flat(text)  # a document's own control characters never reach the terminal
    for start, end in sorted(map(tuple, matches), reverse=True):
        text = f"{text[:start]}{on}{text[start:end]}{off}{text[end:]}"
    return text


def _flat(cell: Any) -> str:
    text = "" if cell is None else cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
    return "".join(char if char.isprintable() else " " for char in text)


def _width(text: str) -> int:
    """Columns that a terminal gives a text: two for a wide character, none for a mark."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2 - 1]}…{text[-(limit - limit // 2) :]}"
