"""Reads a data set into documents: in the worker process where it is files, here where it is a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.errors import DocumentError, InputError
from kg.ingest.parsed import Parsed, Part, Unread
from kg.ontology import Ontology
from kg.tables.apply import documents
from kg.tables.dataset import DataSet
from kg.tables.infer import infer
from kg.tables.mapping import Corrections, Mapping
from kg.tables.readers import read_file
from kg.tables.source import Source, SourceTable
from kg.types import Chunk, DocumentStatus

READING = "reading"
"""The file in the scratch folder that names the file being read: what a dead worker died of."""
MAPPING = "application/yaml"
"""Media type of the document that is nothing but the mapping of a data set."""


@dataclass(frozen=True, slots=True)
class DataSource:
    """A data set: files of one folder, or a database.

    Attributes:
        name: What it is called, and what keys of its tables are unique in.
        files: Its files; none where the name is a database's.
        mapping: YAML that says what its tables mean, or corrects what is inferred of them.
        url: How to reach a database whose name does not say so (it names nobody, and no password).
    """

    name: str
    files: tuple[str, ...] = ()
    mapping: str = ""
    url: str = ""

    @property
    def address(self) -> str:
        """The URL of a database."""
        from kg.tables.readers.database import database_in

        return self.url or database_in(Path(self.name)) or self.name

    def to_json(self) -> dict[str, Any]:
        """As it travels to a worker process and stands in a job: without the URL, which may hold a password."""
        return {"name": self.name, "files": list(self.files), "mapping": self.mapping}

    @classmethod
    def of(cls, found: Map[str, Any]) -> DataSource:
        """Read what `to_json` wrote."""
        return cls(str(found["name"]), tuple(map(str, found.get("files", ()))), str(found.get("mapping", "")))


def read_documents(source: DataSource, scratch: Path, *, alive: Callable[[], None] = lambda: None) -> Iterator[Part]:
    """Read a data set into documents.

    Args:
        source: The data set.
        scratch: An empty folder for what does not fit in memory.
        alive: Called now and then.

    Yields:
        What stands in its files outside of tables, what could not be read, and the rows of its tables.

    Raises:
        DocumentError: the mapping does not fit it (FAILED).
    """
    with DataSet(source.name, scratch) as data:
        yield from _spooled(source, data, alive)
        yield from documents(data, _mapping(source, data), alive)


def read_mapping(source: DataSource, scratch: Path, *, alive: Callable[[], None] = lambda: None) -> Iterator[Part]:
    """Read what the tables of a data set mean: one document, whose text is YAML, after what could not be read."""
    with DataSet(source.name, scratch) as data:
        for part in _spooled(source, data, alive):
            if isinstance(part, Unread):
                yield part
        if not data.tables:
            raise DocumentError(DocumentStatus.NO_TEXT, f"{source.name} holds no table with rows.")
        text = _mapping(source, data).to_yaml()
        yield Parsed(text, source.name, (Chunk(0, len(text)),), MAPPING, external_id=source.name)


def _mapping(source: DataSource, data: DataSet) -> Mapping:
    inferred = infer(data, Ontology.load())
    try:
        return Corrections.parse(source.mapping).apply(inferred) if source.mapping else inferred
    except InputError as error:
        raise DocumentError(DocumentStatus.FAILED, f"{error}.") from error


def _spooled(source: DataSource, data: DataSet, alive: Callable[[], None]) -> Iterator[Part]:
    """Take the tables in; what is none is yielded."""
    if not source.files:
        from kg.tables.readers.database import read

        yield from _taken(read(source.address, source.name), "", data, alive)
        return
    for file in source.files:
        (data.folder / READING).write_text(file, encoding="utf-8", errors="surrogatepass")
        try:
            yield from _taken(read_file(Path(file)), file, data, alive)
        except DocumentError as error:
            yield Unread(f"{file}#unread", error.status, error.reason, Path(file).name)
        except OSError as error:
            yield Unread(
                f"{file}#unread", DocumentStatus.FAILED, f"The file cannot be read: {error.strerror}.", Path(file).name
            )
    (data.folder / READING).unlink(missing_ok=True)


def _taken(found: Iterator[Source], file: str, data: DataSet, alive: Callable[[], None]) -> Iterator[Part]:
    for one in found:
        alive()
        if isinstance(one, SourceTable):
            data.add(one, file, alive)
        elif isinstance(one, Parsed):
            yield replace(one, external_id=one.external_id or f"{file}#text")
        else:
            yield one
