"""A source of a job: where its documents come from, what they are called, and who may read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from kg.errors import LoregraphError
from kg.ingest.parsed import Part, Unread
from kg.types import Document, Readers


class Parse(Protocol):
    """Reads one file into its documents, in a process of its own; raises `DocumentError`."""

    def __call__(self, path: Path, *, name: str | None = None) -> Iterator[Part]:
        """Read the file at a path, which people call by a name."""
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
    """

    path: Path
    name: str
    readers: Readers
    uri: str
    title: str = ""
    file_name: str | None = None

    @classmethod
    def of(cls, path: str, options: Mapping[str, Any]) -> Source:
        """Make the source of a job's item."""
        named = options.get("names", {}).get(path, {})
        name = str(named.get("external_id") or path)
        uri = str(named.get("uri") or (Path(path).as_uri() if "external_id" not in named else name))
        return cls(
            Path(path),
            name,
            Readers.of(options.get("groups")),
            uri,
            str(named.get("title") or ""),
            named.get("file_name") or named.get("external_id"),
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
        return f"{self.uri}#{external_id.rpartition('#')[2]}" if external_id and external_id != self.name else self.uri


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
        yield from parse(source.path, name=source.file_name)
    except LoregraphError as error:
        yield error
