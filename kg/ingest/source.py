"""A source of a job: where its documents come from, what they are called, and who may read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kg.errors import LoregraphError
from kg.ingest.parsed import Part, Unread
from kg.types import Document, Readers

if TYPE_CHECKING:
    from kg.tables.load import DataSource


class Parse(Protocol):
    """Reads one file or one data set into its documents, in a process of its own; raises `DocumentError`."""

    def __call__(
        self,
        path: Path,
        *,
        name: str | None = None,
        format_name: str | None = None,
        tables: DataSource | None = None,
    ) -> Iterator[Part]:
        """Read the file at a path, which people call by a name, by a loader where the caller names one; or a data set.

        `tables` is the data set, where the source is one.
        """
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and what the job says of its documents.

    Attributes:
        path: The file.
        name: What its documents are called where they have no id of their own: its path, or what the caller said.
        readers: Who may read what does not say so itself.
        uri: Where a person finds it.
        title: Title that the caller gave.
        file_name: What its file is called, with a suffix, where that is not its path.
        format_name: The loader that reads it, where its content and name are not to decide.
        tables: The data set that it is, where it is no file: a folder's tables, a database.
    """

    path: Path
    name: str
    readers: Readers
    uri: str
    title: str = ""
    file_name: str | None = None
    format_name: str | None = None
    tables: DataSource | None = None

    @classmethod
    def of(cls, path: str, options: Mapping[str, Any]) -> Source:
        """Make the source of a job's item."""
        found = options.get("tables", {}).get(path)
        if found is not None:
            from kg.tables.load import DataSource

            uri = path if "://" in path else Path(path).as_uri()
            return cls(Path(path), path, Readers.of(options.get("groups")), uri, tables=DataSource.of(found))
        named = options.get("names", {}).get(path, {})
        name = str(named.get("external_id") or path)
        uri = str(named.get("uri") or (Path(path).as_uri() if "external_id" not in named else name))
        return cls(
            Path(path),
            name,
            Readers.of(options.get("groups")),
            uri,
            str(named.get("title") or ""),
            _called(named.get("external_id"), named.get("file_name")),
            options.get("format"),
        )

    def document(self, part: Part) -> tuple[Document, Part]:
        """Give a part its identity."""
        if isinstance(part, Unread):
            return self.unread(part)
        document = Document(
            external_id=part.external_id or self.name,
            uri=self._uri(part.external_id),
            title=self.title or part.title,
            text=part.text,
            readers=part.readers if part.readers is not None else self.readers,
            media_type=part.media_type,
            date=part.date,
            metadata=part.metadata,
        )
        return document, part

    def unread(self, part: Unread) -> tuple[Document, Part]:
        """Give a document that could not be read its identity, so that it is listed with the reason."""
        title = part.title or self.title or Path(self.name).name
        name = part.external_id or self.name
        return Document(name, self._uri(part.external_id), title, "", self.readers, "application/octet-stream"), part

    def _uri(self, external_id: str | None) -> str:
        if self.tables is not None and external_id and Path(external_id).is_absolute():
            file, _, fragment = external_id.partition("#")
            return Path(file).as_uri() + (f"#{fragment}" if fragment else "")
        if not external_id or external_id == self.name:
            return self.uri
        called = self.file_name or self.name
        inside = external_id.removeprefix(f"{called}!/") if external_id.startswith(f"{called}!/") else ""
        return f"{self.uri}#{inside or external_id.rpartition('#')[2]}"


def _called(external_id: str | None, file_name: str | None) -> str | None:
    """What a file is called whose documents have ids of the caller's: both, so that no two such files have one name."""
    if external_id and file_name and file_name != external_id:
        return f"{external_id}/{file_name}"
    return file_name or external_id


def documents_of(source: Source, parse: Parse, *, ahead: int) -> Iterator[Part | LoregraphError]:
    """Yield a source's documents; the error that ended it, if one did, comes last.

    The first `ahead` documents are parsed before this returns.
    """
    stream = _guarded(source, parse)
    first = list(islice(stream, ahead))

    def chained() -> Iterator[Part | LoregraphError]:
        yield from first
        yield from stream

    return chained()


def _guarded(source: Source, parse: Parse) -> Iterator[Part | LoregraphError]:
    try:
        if source.tables is None:
            yield from parse(source.path, name=source.file_name, format_name=source.format_name)
        else:
            yield from parse(source.path, tables=source.tables)
    except LoregraphError as error:
        yield error
