"""Finds the data sets among the files that are to be read: the tables of one folder belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from kg.graphs.neo4j import Address, is_graph
from kg.tables.load import DataSource
from kg.tables.readers import BY_SUFFIX
from kg.tables.readers.database import database_in, shown

_HEAD = 1 << 16
_ROWS = re.compile(rb"^(\xef\xbb\xbf)?\s*\[\s*\{")
_OBJECT = re.compile(rb"^(\xef\xbb\xbf)?\s*\{")
_ARRAYS = re.compile(rb'"[^"\n]{1,100}"\s*:\s*\[\s*\{')
_TEXT = re.compile(rb'"text"\s*:\s*"')


def data_sets(files: Iterable[Path], databases: Iterable[str] = ()) -> tuple[list[DataSource], list[Path]]:
    """Sort files into data sets and the rest.

    Args:
        files: Files, by absolute paths.
        databases: URLs of databases.

    Returns:
        A data set for each database, for each folder that holds tables, and for each file that is a database; and all
        other files; each in the order of the files.
    """
    folders: dict[Path, list[str]] = {}
    found: dict[str, DataSource] = {}
    rest: list[Path] = []
    for url in databases:
        name = Address.of(url).name if is_graph(url) else shown(url)
        found[name] = DataSource(name, url=url)
    for file in files:
        if database_in(file) is not None:
            found[str(file)] = DataSource(str(file))
        elif holds_tables(file):
            folders.setdefault(file.parent, []).append(str(file))
        else:
            rest.append(file)
    for folder, names in folders.items():
        found[str(folder)] = DataSource(str(folder), tuple(sorted(names)))
    return list(found.values()), rest


def holds_tables(file: Path) -> bool:
    """Whether a file is one of tables; JSON is one where its beginning shows rows and no documents."""
    suffix = file.suffix.lower()
    if suffix not in BY_SUFFIX:
        return False
    head = _head(file)
    if suffix in (".json", ".jsonl", ".ndjson"):
        if _TEXT.search(head):
            return False
        if suffix != ".json":
            return bool(_OBJECT.match(head))
        return bool(_ROWS.match(head)) or bool(_OBJECT.match(head) and _ARRAYS.search(head))
    if suffix == ".parquet":
        return head.startswith(b"PAR1")
    if suffix in (".xlsx", ".xlsm"):
        return head.startswith(b"PK\x03\x04")
    return bool(head.strip()) and not head.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0"))


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_HEAD)
    except OSError:
        return b""
