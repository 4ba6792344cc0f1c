"""Rich Text Format, read by striprtf."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.about import About
from kg.ingest.cells import Cell
from kg.ingest.composer import Composer, first_of, one_line, stem
from kg.ingest.dates import iso_date
from kg.ingest.loaders.authors import author_names
from kg.ingest.loaders.reading import read_bytes
from kg.ingest.parsed import Parsed
from kg.ingest.tables import write_table
from kg.types import DocumentStatus

_INFO = re.compile(r"\{\\(title|author|operator)\s+([^{}]{1,400})\}")
_TIME = re.compile(r"\{\\(creatim|revtim)\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
_HEAD = 1 << 16
_NONE = "\x00"


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read an RTF file: paragraphs, and tables row by row.

    Raises:
        DocumentError: it is cut short (CORRUPT) or shows no text (NO_TEXT).
    """
    source = read_bytes(path).decode("latin-1")  # all beyond ASCII is escaped, or bytes of the code page it names
    if source.rstrip("\0 \t\r\n")[-1:] != "}":
        raise DocumentError(DocumentStatus.CORRUPT, "The file is cut short: its last bracket is missing.")
    composer = Composer()
    write_rtf(composer, source)
    if composer.empty:
        raise DocumentError(DocumentStatus.NO_TEXT, "The document shows no text.")
    info = {key: plain_text("{\\rtf1 " + value + "}") for key, value in _INFO.findall(source[:_HEAD])}
    times = {key: iso_date(f"{y}-{int(m):02}-{int(d):02}") for key, y, m, d in _TIME.findall(source[:_HEAD])}
    about = About(author_names(info.get("author")), times.get("creatim"), times.get("revtim"))
    title = first_of(one_line(info.get("title", "")), stem(name))
    yield composer.parsed(title, "application/rtf", date=about.modified or about.created, about=about)


def write_rtf(composer: Composer, source: str) -> None:
    """Write what an RTF text shows."""
    rows: list[list[Cell]] = []
    for line in plain_text(source).split("\n"):
        cells = line.split(_NONE)
        if len(cells) > 1:
            rows.append([Cell(one_line(cell)) for cell in (cells[:-1] if not cells[-1].strip() else cells)])
            continue
        if rows:
            write_table(composer, "", rows)
            rows = []
        composer.paragraph(line)
    if rows:
        write_table(composer, "", rows)


def plain_text(source: str) -> str:
    """The text of an RTF text; cells of tables end with NUL, rows with a line end."""
    from striprtf.striprtf import rtf_to_text

    # striprtf ends cells with "|", which a text may hold too: a character that no RTF holds is put in its place.
    marked = _CELL.sub(lambda match: "\\u57344? " if match[1] == "cell" else match[0], source)
    text: str = rtf_to_text(marked, errors="replace")  # type: ignore[no-untyped-call]
    return text.replace("\ue000", _NONE).replace("\r", "\n")


_CELL = re.compile(r"\\(cell)(?![a-z])")
