"""Composes a document's text part by part and remembers what each part is, so that structure survives as offsets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from kg.errors import DocumentError
from kg.ingest.about import About
from kg.ingest.chunking import Block, chunk
from kg.ingest.parsed import Parsed, Record, TableSchema
from kg.types import ChunkKind, DocumentStatus

_CONTROLS = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r\f\x85"}
_DIRTY = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_SURROGATES = dict.fromkeys(range(55296, 57344), "�")
_UNCLEAN = _CONTROLS | _SURROGATES
_SPACES = re.compile(r"[^\S\n]+")
_LINE_SPACE = re.compile(r" ?\n ?")

HEADING_LEVELS = 9


def clean(text: str) -> str:
    """Replace what no database takes, one for one: controls by a space, lone surrogates by U+FFFD. Offsets stay."""
    return text.translate(_UNCLEAN) if _DIRTY.search(text) else text


def one_line(text: str) -> str:
    """Collapse all white space to single spaces."""
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:  # nearly every cell of a table
        return text
    return " ".join(clean(text).split())


class Composer:
    """Writes a document's text in reading order.

    Parts are set apart by a blank line, rows of a table and lines of a list by a line end.
    """

    def __init__(self) -> None:
        self.page: int | None = None  # the page that what follows stands on
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._headings: list[tuple[int, str]] = []
        self._path = ""
        self._records: list[Record] = []
        self._tables: Counter[str] = Counter()

    def heading(self, text: str, level: int) -> None:
        """Write a heading; what follows stands under it and under those above it (level 0 is the title)."""
        line = one_line(text)
        if not line:
            return
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        start, end = self._write(line, "\n\n")
        above = " > ".join(text for _, text in self._headings)
        self._blocks.append(Block(start, end, ChunkKind.HEADING, above, self.page))
        self._headings.append((level, line))
        self._path = " > ".join(text for _, text in self._headings)

    def paragraph(self, text: str, under: str = "") -> tuple[int, int]:
        """Write a paragraph; its own line ends stay.

        Args:
            text: The paragraph.
            under: What it stands under besides the headings (the row whose text it is).

        Returns:
            Where it stands; an empty place where it is blank.
        """
        lines = _LINE_SPACE.sub("\n", _SPACES.sub(" ", clean(text))).strip()
        if not lines:
            return self._length, self._length
        start, end = self._write(lines, "\n\n")
        path = " > ".join(filter(None, (self._path, under)))
        self._blocks.append(Block(start, end, ChunkKind.PROSE, path, self.page))
        return start, end

    def verbatim(self, text: str) -> None:
        """Write text whose white space means something (code, a whole plain text)."""
        lines = clean(text).strip("\n")
        if lines.strip():
            start, end = self._write(lines, "\n\n")
            self._blocks.append(Block(start, end, ChunkKind.PROSE, self._path, self.page))

    def header(self, text: str) -> None:
        """Write the headers of a mail."""
        start, end = self._write(clean(text).strip(), "\n\n")
        self._blocks.append(Block(start, end, ChunkKind.HEADER, self._path, self.page))

    def row(self, text: str) -> tuple[int, int]:
        """Write a table row, which must be one line and not blank.

        Returns:
            Where it stands.
        """
        follows = bool(self._blocks) and self._blocks[-1].kind is ChunkKind.ROW
        start, end = self._write(text, "\n" if follows else "\n\n")
        self._blocks.append(Block(start, end, ChunkKind.ROW, self._path, self.page))
        return start, end

    def table_number(self, name: str) -> int:
        """Count a table that is about to be written: 1 for the first of its name."""
        self._tables[name] += 1
        return self._tables[name]

    def record(self, record: Record) -> None:
        """Remember what a row just written says."""
        self._records.append(record)

    @property
    def empty(self) -> bool:
        """Whether nothing was written."""
        return not self._blocks

    @property
    def first_heading(self) -> str | None:
        """The first heading."""
        return next((self._text[b.start : b.end] for b in self._blocks if b.kind is ChunkKind.HEADING), None)

    def parsed(
        self,
        title: str,
        media_type: str,
        *,
        date: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        external_id: str | None = None,
        about: About | None = None,
        schema: tuple[TableSchema, ...] = (),
    ) -> Parsed:
        """Finish the document.

        Raises:
            DocumentError: nothing was written (NO_TEXT).
        """
        if self.empty:
            raise DocumentError(DocumentStatus.NO_TEXT, "The file has content, but no text could be read from it.")
        text = self._text
        return Parsed(
            text=text,
            title=one_line(title),
            chunks=chunk(text, self._blocks),
            media_type=media_type,
            date=date,
            metadata={} if metadata is None else metadata,
            records=tuple(self._records),
            external_id=external_id,
            about=about,
            schema=schema,
        )

    @property
    def _text(self) -> str:
        return "".join(self._parts)

    def _write(self, text: str, gap: str) -> tuple[int, int]:
        if self._parts:
            self._parts.append(gap)
            self._length += len(gap)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start, self._length


def stem(name: str) -> str:
    """A file's name without its suffix, for want of a better title."""
    plain = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    front, dot, _ = plain.rpartition(".")
    return front if dot and front else plain


def first_of(*titles: str | None) -> str:
    """The first title that is not blank."""
    return next((title for title in titles if title and title.strip()), "")
