"""Org mode files, as Emacs writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kg.ingest.about import About
from kg.ingest.cells import Cell
from kg.ingest.composer import HEADING_LEVELS, Composer, first_of, one_line, stem
from kg.ingest.dates import iso_date
from kg.ingest.loaders.authors import author_names
from kg.ingest.loaders.reading import read_text
from kg.ingest.parsed import Parsed
from kg.ingest.tables import write_table

_HEADING = re.compile(r"(\*+)\s+(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)\s+)?(?:\[#\w\]\s+)?(.*?)(?:\s+:[\w@:]+:)?\s*$")
_KEYWORD = re.compile(r"#\+(\w+):\s*(.*)$")
_BEGIN = re.compile(r"(?i)#\+begin_(\w+)")
_DRAWER = re.compile(r"(?i)\s*:(properties|logbook|[\w-]+):\s*$")
_ITEM = re.compile(r"\s*(?:[-+]|\d+[.)]|\s\*)\s+(?:\[[ X-]\]\s+)?(.*)$")
_LINK = re.compile(r"\[\[([^\]]+)\](?:\[([^\]]+)\])?\]")
_MARKUP = re.compile(r"(?<![\w*/_=~+])([*/_=~+])(\S(?:[^\n]*?\S)?)\1(?![\w*/_=~+])")
_PLANNING = re.compile(r"\s*(SCHEDULED|DEADLINE|CLOSED|CLOCK):")
_RULE = re.compile(r"\|[-+]+\|?\s*$")
_VERBATIM = frozenset({"src", "example", "export", "verse"})


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read an Org file: headings, paragraphs, lists, tables, blocks; title, author and date where it names them."""
    composer = Composer()
    keywords = _Reader(composer).read(read_text(path).split("\n"))
    about = About(author_names(keywords.get("author")), iso_date(keywords.get("date", "").strip("<>[] ")[:10]))
    title = first_of(keywords.get("title"), composer.first_heading, stem(name))
    yield composer.parsed(title, "text/org", date=about.created, about=about)


class _Reader:
    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._lines: list[str] = []
        self._list = False
        self._rows: list[list[Cell]] = []
        self._ruled = False  # a rule follows the first row of the table: it names the columns

    def read(self, lines: list[str]) -> dict[str, str]:
        """Write all lines.

        Returns:
            The keywords at the head of the file ("title", "author", ...).
        """
        keywords: dict[str, str] = {}
        rest = iter(lines)
        for line in rest:
            plain = line.strip()
            if heading := _HEADING.match(line):
                self._flush()
                self._composer.heading(_shown(heading[2]), min(len(heading[1]), HEADING_LEVELS))
            elif block := _BEGIN.match(plain):
                self._flush()
                self._block(block[1].lower(), rest)
            elif keyword := _KEYWORD.match(plain):
                key = keyword[1].lower()
                if key == "title":
                    self._composer.heading(_shown(keyword[2]), 1 if key in keywords else 0)
                elif key == "caption":
                    self._composer.paragraph(_shown(keyword[2]))
                keywords.setdefault(key, keyword[2])
            elif _DRAWER.match(line):
                for inner in rest:
                    if inner.strip().lower() == ":end:":
                        break
            elif plain.startswith("|"):
                self._row(plain)
            elif not plain:
                self._flush()
            elif not plain.startswith("# ") and plain != "#" and not _PLANNING.match(line):
                self._line(line)
        self._flush()
        return keywords

    def _line(self, line: str) -> None:
        if self._rows:
            self._flush()
        item = _ITEM.match(line)
        if item is not None:
            if not self._list:
                self._flush()
            self._list = True
            self._lines.append(_shown(item[1]))
        elif self._list and line.startswith(" ") and self._lines:
            self._lines[-1] += " " + _shown(line.strip())
        else:
            if self._list:
                self._flush()
            self._lines.append(_shown(line.strip()))

    def _row(self, line: str) -> None:
        if self._lines:
            self._flush()
        if _RULE.match(line):
            self._ruled = self._ruled or len(self._rows) == 1
        else:
            self._rows.append([Cell(one_line(_shown(cell))) for cell in line.strip("|").split("|")])

    def _block(self, kind: str, rest: Iterator[str]) -> None:
        inside: list[str] = []
        for line in rest:
            if line.strip().lower() == f"#+end_{kind}":
                break
            inside.append(line)
        if kind in _VERBATIM:
            self._composer.verbatim("\n".join(inside))
        elif kind != "comment":
            self._composer.paragraph(_shown("\n".join(inside)))

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        rows, self._rows = self._rows, []
        self._composer.paragraph(("\n" if self._list else " ").join(lines))
        if rows:
            head = rows[0] if self._ruled else None
            write_table(self._composer, "", rows[1:] if self._ruled else rows, head=head)
        self._list = self._ruled = False


def _shown(text: str) -> str:
    """The text that marks and links show."""
    return _MARKUP.sub(r"\2", _LINK.sub(lambda match: match[2] or match[1], text))
