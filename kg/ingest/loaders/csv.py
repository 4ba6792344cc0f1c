"""Comma-separated values, and their kin: semicolons, tabs, bars."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.cells import Cell
from kg.ingest.composer import Composer, one_line, stem
from kg.ingest.loaders.reading import read_text
from kg.ingest.parsed import Parsed
from kg.ingest.tables import write_table
from kg.types import DocumentStatus

_DELIMITERS = ",;\t|，"
_SAMPLE_LINES = 60


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a table; its rows are records, its name is the file's.

    Raises:
        DocumentError: a quote is never closed or the like (CORRUPT).
    """
    text = read_text(path)
    declared, text = _declared(text)
    delimiter = declared or ("\t" if name.lower().endswith((".tsv", ".tab")) and "\t" in text else _delimiter(text))
    composer = Composer()
    csv.field_size_limit(1 << 30)
    try:
        rows = [
            [Cell(one_line(cell)) for cell in row]
            for row in csv.reader(text.split("\n"), delimiter=delimiter, skipinitialspace=True, strict=False)
        ]
    except csv.Error as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The table is broken: {error}.") from error
    write_table(composer, stem(name), _trimmed(rows), records=True)
    yield composer.parsed(stem(name), "text/csv")


def _declared(text: str) -> tuple[str | None, str]:
    """Excel's first line `sep=;`."""
    first, _, rest = text.partition("\n")
    if first[:4].lower() == "sep=" and len(first) == 5:
        return first[4], rest
    return None, text


def _delimiter(text: str) -> str:
    """Choose the sign that cuts the first lines into most columns while giving most of them equally many."""
    lines = text.split("\n")[:_SAMPLE_LINES]
    best, best_score = ",", 0.0
    for sign in _DELIMITERS:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        if not widths:
            continue
        usual = max(set(widths), key=widths.count)
        score = widths.count(usual) / len(widths) * min(usual - 1, 8) ** 0.5
        if score > best_score:
            best, best_score = sign, score
    return best


def _trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Drop the empty columns at the right that a delimiter at each line's end makes."""
    width = max((index + 1 for row in rows for index, cell in enumerate(row) if cell.text), default=0)
    return [row[:width] for row in rows]
