"""Comma-separated values, and their kin: semicolons, tabs, bars."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.cells import Cell, Row
from kg.ingest.composer import Composer, one_line, stem
from kg.ingest.loaders.reading import read_text
from kg.ingest.parsed import Parsed
from kg.ingest.tables import PART, lay_out, survey, write_lines, write_rows
from kg.types import DocumentStatus

_DELIMITERS = ",;\t|，"
_SAMPLE_LINES = 60


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a table; its rows are records, its name is the file's. A long one is several documents: "file", "file#2" ...

    Raises:
        DocumentError: a quote is never closed or the like (CORRUPT).
    """
    text, delimiter = _open(path, name)
    try:
        yield from _documents(lambda: _rows(text, delimiter), stem(name), name)
    except csv.Error as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The table is broken: {error}.") from error


def read_rows(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """Read the rows of a file as they stand, the one with the column names too; blank ones are left out.

    Yields:
        The number of the line that a row ends in, and its cells, white space collapsed.

    Raises:
        DocumentError: it is blank, in no known encoding, or a quote is never closed.
    """
    text, delimiter = _open(path, name)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
        for row in reader:
            cells = [one_line(cell) for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The table is broken: {error}.") from error


def _open(path: Path, name: str) -> tuple[str, str]:
    """The text of a file and the sign between its cells."""
    csv.field_size_limit(1 << 30)
    declared, text = declared_delimiter(read_text(path))
    tabs = name.lower().endswith((".tsv", ".tab")) and "\t" in text
    return text, declared or ("\t" if tabs else delimiter_of(text))


def _documents(rows: Callable[[], Iterator[Row]], table: str, name: str) -> Iterator[Parsed]:
    found = survey(rows())
    layout = lay_out(table, found)
    body = islice(rows(), 0 if found.head is None else 1, None)
    first = 1
    for part in count(1):
        block = list(islice(body, PART))
        if not block and part > 1:
            return
        composer = Composer()
        if layout is None:
            write_lines(composer, block)
        else:
            first = write_rows(composer, layout.table, map(layout.cells, block), first=first)
        title, identity = (table, None) if part == 1 else (f"{table} ({part})", f"{name}#{part}")
        yield composer.parsed(title, "text/csv", external_id=identity)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """The rows that are not blank, without the empty cells at their right."""
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True):
        cells = [Cell(one_line(text)) for text in row]
        while cells and not cells[-1].text:
            cells.pop()
        if cells:
            yield cells


def declared_delimiter(text: str) -> tuple[str | None, str]:
    """Excel's first line `sep=;`."""
    first, _, rest = text.partition("\n")
    if first[:4].lower() == "sep=" and len(first) == 5:
        return first[4], rest
    return None, text


def delimiter_of(text: str) -> str:
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
