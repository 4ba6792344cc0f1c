"""What became of a data set: the documents that it gives now, so that what it gave once and gives no longer can go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.ingest.parsed import Part, Unread
from kg.ingest.source import Source
from kg.types import Document

_IN_PARTS = frozenset(("application/rdf", "text/x-triples", "application/graphml+xml"))
"""Files that are cut into documents by number: one that has become shorter gives fewer."""


class Whole:
    """All documents of one data set, or of one graph's file, gathered as they come."""

    def __init__(self) -> None:
        self.in_parts = False  # whether it is a file that is cut into documents by number
        self._kept: set[str] = set()
        self._failed: list[str] = []
        self._source: Source | None = None

    def add(self, document: Document, part: Part) -> None:
        """Note a document."""
        self._kept.add(document.external_id)
        self.in_parts = self.in_parts or document.media_type in _IN_PARTS
        if isinstance(part, Unread):
            self._failed.append(document.external_id.removesuffix("#unread"))

    def ended(self, source: Source) -> Whole:
        """Say that these are all documents of a source."""
        self._source = source
        return self

    @property
    def sources(self) -> Sequence[str]:
        """What the documents may have come out of: the data set, or its files, read by themselves before."""
        if self._source is None:
            return ()
        return (self._source.name, *(self._source.tables.files if self._source.tables is not None else ()))

    def gone(self, stored: Iterable[tuple[str, str]]) -> list[str]:
        """Of stored documents of these sources, by id and external id, the ids of those that are given no longer.

        Documents of files that were not read now stay while the files are there; what could not be read now stays too.
        """
        if self._source is None:
            return []
        files = frozenset(self._source.tables.files if self._source.tables is not None else ())
        found: list[str] = []
        for identity, name in stored:
            file = name.partition("#")[0]
            spared = any(name == one or name.startswith((f"{one}#", f"{one}/")) for one in self._failed)
            here = not files or file in files or not Path(file).exists()
            if here and not spared and name not in self._kept:
                found.append(identity)
        return found
