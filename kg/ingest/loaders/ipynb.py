"""Jupyter notebooks: their texts, their code, and what the code printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import DocumentError
from kg.ingest.about import About
from kg.ingest.composer import Composer, first_of, stem
from kg.ingest.loaders.authors import author_names
from kg.ingest.loaders.html import write_html
from kg.ingest.loaders.markdown import write_markdown
from kg.ingest.loaders.reading import read_text
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus

_LONGEST_OUTPUT = 20_000


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a notebook.

    Raises:
        DocumentError: it is no notebook (CORRUPT) or has no filled cell (BLANK).
    """
    try:
        found = json.loads(read_text(path))
        cells = found["cells"] if "cells" in found else [c for sheet in found["worksheets"] for c in sheet["cells"]]
        metadata = found.get("metadata") or {}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The file is no notebook, or cut short: {error}.") from error
    composer = Composer()
    for cell in cells if isinstance(cells, list) else []:
        if isinstance(cell, dict):
            _write(composer, cell)
    if composer.empty:
        raise DocumentError(DocumentStatus.BLANK, "The notebook has no filled cell.")
    authors = [str(one.get("name") or "") for one in metadata.get("authors") or () if isinstance(one, dict)]
    title = metadata.get("title") if isinstance(metadata.get("title"), str) else ""
    shown = first_of(title, composer.first_heading, stem(name))
    yield composer.parsed(shown, "application/x-ipynb+json", about=About(author_names(*authors)))


def _write(composer: Composer, cell: dict[str, Any]) -> None:
    source = _text(cell.get("source") or cell.get("input"))
    kind = cell.get("cell_type")
    if kind == "markdown":
        write_markdown(composer, source)
    elif kind == "heading":
        composer.heading(source, int(cell.get("level") or 1))
    else:
        composer.verbatim(source)
    for output in cell.get("outputs") or ():
        if isinstance(output, dict):
            _write_output(composer, output)


def _write_output(composer: Composer, output: dict[str, Any]) -> None:
    data = output.get("data") if isinstance(output.get("data"), dict) else {}
    html = _text(data.get("text/html")) if data else ""
    if "<table" in html:  # a data frame: its rows, not its columns of spaces
        write_html(composer, html)
    elif data and "text/markdown" in data:
        write_markdown(composer, _text(data["text/markdown"]))
    else:
        text = (
            _text(output.get("text")) or (_text(data.get("text/plain")) if data else "") or _text(output.get("evalue"))
        )
        if not text.startswith("<") or " at 0x" not in text:  # what objects show that have nothing to show
            composer.verbatim(text[:_LONGEST_OUTPUT])


def _text(found: object) -> str:
    return "".join(str(line) for line in found) if isinstance(found, list) else found if isinstance(found, str) else ""
