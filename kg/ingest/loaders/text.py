"""Plain text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.ingest.chunking import chunk
from kg.ingest.composer import clean, stem
from kg.ingest.loaders.reading import read_text
from kg.ingest.parsed import Parsed


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a plain text as it stands; its chunks are its paragraphs."""
    text = clean(read_text(path))
    yield Parsed(text=text, title=stem(name), chunks=chunk(text), media_type="text/plain")
