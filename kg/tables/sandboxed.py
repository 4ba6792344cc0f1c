"""Reads data sets without trusting them: files in a worker process, one that kills it left out the next time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from kg.errors import DocumentError
from kg.ingest.parsed import Part, Unread
from kg.ingest.sandbox import Limits, Sandbox, shared
from kg.tables.load import READING, DataSource, read_documents, read_mapping
from kg.types import DocumentStatus

PATIENCE = 10.0
"""So many times as long as one file may a data set take until its first document is there: its tables are compared."""
_DEADLY = (DocumentStatus.CRASHED, DocumentStatus.TIMEOUT, DocumentStatus.TOO_LARGE)
_LOCAL = ("sqlite", "duckdb")


def parts_of(source: DataSource, task: Literal["read", "map"] = "read", *, limits: Limits = Limits()) -> Iterator[Part]:
    """Read the documents of a data set, or its mapping.

    Args:
        source: The data set.
        task: "read" for its documents, "map" for its mapping, as the text of one document.
        limits: What reading one file may take.

    Yields:
        Documents; an `Unread` for each file or table that could not be read.

    Raises:
        DocumentError: nothing of it can be read, or its mapping does not fit it.
        InputError: there is no such database.
        SettingsError: its driver is not installed.
        UnavailableError: it does not answer.
    """
    if not source.files and source.address.partition(":")[0].partition("+")[0] not in _LOCAL:
        read = read_mapping if task == "map" else read_documents
        with tempfile.TemporaryDirectory(prefix="loregraph-") as scratch:
            yield from read(source, Path(scratch))
        return
    sandbox = patient(limits)
    left = source
    while True:
        with tempfile.TemporaryDirectory(prefix="loregraph-") as scratch:
            request = {"tables": left.to_json(), "task": task, "scratch": scratch}
            try:
                yield from sandbox.run(request)
                return
            except DocumentError as error:
                deadly = _reading(Path(scratch))
                if error.status not in _DEADLY or deadly not in left.files or len(left.files) == 1:
                    raise
                yield Unread(f"{deadly}#unread", error.status, error.reason, Path(deadly).name)
                left = replace(left, files=tuple(file for file in left.files if file != deadly))


def patient(limits: Limits) -> Sandbox:
    """The sandbox that reads data sets where one file may take so much."""
    return shared(replace(limits, seconds=PATIENCE * limits.seconds))


def _reading(scratch: Path) -> str:
    try:
        return (scratch / READING).read_text("utf-8")
    except OSError:
        return ""
