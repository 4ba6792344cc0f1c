"""Comma-separated values and their kin, of any size: any delimiter, a head or none, any encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from kg.errors import DocumentError
from kg.ingest.cells import SAMPLE, Cell
from kg.ingest.columns import column_names, first_row_names
from kg.ingest.composer import one_line, stem
from kg.ingest.loaders.csv import declared_delimiter, delimiter_of
from kg.ingest.loaders.encoding import open_text
from kg.tables.source import SourceColumn, SourceTable
from kg.types import DocumentStatus

_HEAD = 1 << 18  # characters by which the delimiter is chosen


def read(path: Path) -> Iterator[SourceTable]:
    """Read the one table of a file; without a head its columns are numbered.

    Raises:
        DocumentError: it is blank, in no known encoding, or a quote is never closed.
    """
    with open_text(path) as text:
        head = text.read(_HEAD)
        if not head.strip("\0 \t\r\n\f\v\x1a\ufeff"):
            raise DocumentError(DocumentStatus.BLANK, "The file holds nothing but white space.")
        declared, begin = declared_delimiter(head)
        tabs = path.suffix.lower() in (".tsv", ".tab") and "\t" in head
        delimiter = declared or ("\t" if tabs else delimiter_of(_lines(begin)))
        rows = _rows(text, begin, delimiter)
        sample = list(islice(rows, SAMPLE))
        width = max((len(row) for row in sample), default=0)
        cells = [[Cell(one_line(cell)) for cell in row] for row in sample]
        named = first_row_names(cells) or (len(cells) == 1 and width > 1)
        names = column_names(cells[0] if named else [], width)
        body = sample[1:] if named else sample
        yield SourceTable(stem(path.name), tuple(map(SourceColumn, names)), chain(body, rows))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rows(text: TextIO, begin: str, delimiter: str) -> Iterator[list[str]]:
    """The rows that are not blank."""
    csv.field_size_limit(1 << 30)
    begin += text.readline()  # up to a line's end: the rest is read line by line
    lines = chain(io.StringIO(begin, newline=""), text)
    try:
        for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
            if any(row):
                yield row
    except csv.Error as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The table is broken: {error}.") from error
