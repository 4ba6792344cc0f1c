"""Readers of data sets, one file a kind of source: each gives the source's tables as rows of texts."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from kg.tables.source import Source

BY_SUFFIX = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".tab": "delimited",
    ".json": "objects",
    ".jsonl": "objects",
    ".ndjson": "objects",
    ".parquet": "parquet",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
}


def read_file(path: Path) -> Iterator[Source]:
    """Read the tables of one file, and what stands in it outside of them.

    Raises:
        DocumentError: it cannot be read.
    """
    reader = import_module(f"kg.tables.readers.{BY_SUFFIX[path.suffix.lower()]}")
    yield from reader.read(path)
