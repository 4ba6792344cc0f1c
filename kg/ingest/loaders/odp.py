"""OpenDocument presentations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.composer import Composer, first_of, one_line, stem
from kg.ingest.loaders.archive import Archive
from kg.ingest.loaders.ooxml import attribute, local
from kg.ingest.loaders.opendocument import Writer, body, properties, text_of
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus

if TYPE_CHECKING:
    from lxml import etree


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a presentation: a page a slide, its title a heading, then its text, tables and notes.

    Raises:
        DocumentError: it is damaged, protected, expands to too much, or shows no text.
    """
    with Archive(path) as archive:
        title, date, about = properties(archive)
        composer = Composer()
        slides = [node for node in body(archive, "presentation") if local(node) == "page"]
        for number, slide in enumerate(slides, 1):
            composer.page = number
            _write(composer, archive, slide)
    if composer.empty:
        raise DocumentError(DocumentStatus.NO_TEXT, f"None of its {len(slides)} slides shows text.")
    shown = first_of(title, composer.first_heading, stem(name))
    media_type = "application/vnd.oasis.opendocument.presentation"
    yield composer.parsed(shown, media_type, date=date, metadata={"slides": len(slides)}, about=about)


def _write(composer: Composer, archive: Archive, slide: etree._Element) -> None:
    notes = [node for node in slide if local(node) == "notes"]
    titles = [node for node in slide if attribute(node, "class") in ("title", "subtitle")]
    for frame in titles[:1]:
        composer.heading(one_line(" ".join(text_of(node) for node in frame.iter() if local(node) in ("p", "h"))), 1)
    for node in slide:
        if node not in notes and node not in titles[:1]:
            Writer(composer, archive).blocks([node])
    for node in notes:
        for frame in node:
            if attribute(frame, "class") == "notes":
                Writer(composer, archive).blocks([frame])
