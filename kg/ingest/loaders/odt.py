"""OpenDocument texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.composer import Composer, first_of, stem
from kg.ingest.loaders.archive import Archive
from kg.ingest.loaders.opendocument import Writer, body, properties
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a text: headings, paragraphs, lists, tables, notes and frames.

    Raises:
        DocumentError: it is damaged, protected, expands to too much, or shows no text.
    """
    with Archive(path) as archive:
        title, date, about = properties(archive)
        composer = Composer()
        Writer(composer, archive).blocks(body(archive, "text"))
    if composer.empty:
        raise DocumentError(DocumentStatus.NO_TEXT, "The document shows no text.")
    shown = first_of(title, composer.first_heading, stem(name))
    yield composer.parsed(shown, "application/vnd.oasis.opendocument.text", date=date, about=about)
