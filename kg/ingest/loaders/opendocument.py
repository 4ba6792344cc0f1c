"""OpenDocument files, as LibreOffice writes them, read from their XML: what texts, sheets and slides have in common."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.about import About
from kg.ingest.cells import EMPTY, Cell, cell_of
from kg.ingest.composer import HEADING_LEVELS, Composer, one_line
from kg.ingest.dates import iso_date
from kg.ingest.loaders.archive import Archive
from kg.ingest.loaders.authors import author_names
from kg.ingest.loaders.ooxml import attribute, local
from kg.ingest.tables import write_table
from kg.types import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

_UNSEEN = frozenset({"annotation-end", "tracked-changes", "deletion", "bookmark", "sequence-decls", "forms", "style"})
_WIDEST = 1_000  # cells that one repeated cell may stand for
_MOST_ROWS = 100_000  # filled rows that one repeated row may stand for


def properties(archive: Archive) -> tuple[str | None, str | None, About]:
    """Read a file's title, the day it was last changed or made, and what it says of itself."""
    found: dict[str, str] = {}
    if "meta.xml" in archive.names:
        try:
            for node in archive.xml("meta.xml").iter():
                found.setdefault(local(node), (node.text or "").strip())
        except DocumentError:  # the properties do not matter enough to lose the document
            found = {}
    created, modified = iso_date(_second(found.get("creation-date"))), iso_date(_second(found.get("date")))
    about = About(author_names(found.get("initial-creator"), found.get("creator")), created, modified)
    return one_line(found.get("title") or "") or None, modified or created, about


def _second(text: str | None) -> str:
    """A date without the fractions of a second that LibreOffice writes."""
    return (text or "").partition(".")[0]


def body(archive: Archive, kind: str) -> etree._Element:
    """The element that holds all content: `text`, `spreadsheet` or `presentation`."""
    root = archive.xml("content.xml")
    found = next((node for node in root.iter() if local(node) == kind), None)
    return root if found is None else found


def text_of(node: etree._Element) -> str:
    """The text of a paragraph or heading, without that of notes, frames and deleted text in it."""
    parts: list[str] = []
    _gather(node, parts)
    return "".join(parts)


def _gather(node: etree._Element, parts: list[str]) -> None:
    stack: list[etree._Element | str] = [*reversed(list(node)), node.text or ""]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        stack.append(item.tail or "")
        kind = local(item)
        if kind == "tab":
            parts.append("\t")
        elif kind == "line-break":
            parts.append("\n")
        elif kind == "s":
            count = attribute(item, "c") or "1"
            parts.append(" " * (min(int(count), 100) if count.isdecimal() else 1))
        elif kind not in _UNSEEN and kind not in ("note", "annotation", "frame", "custom-shape", "object", "table"):
            stack.extend([*reversed(list(item)), item.text or ""])


class Writer:
    """Writes what stands in an OpenDocument text, cell, frame or slide, in its order.

    Args:
        composer: Where to.
        archive: The file, for the charts embedded in it.
    """

    def __init__(self, composer: Composer, archive: Archive) -> None:
        self.composer = composer
        self._archive = archive
        self._items: list[str] = []  # lines of the list at hand

    def blocks(self, parent: Iterable[etree._Element], *, listed: bool = False) -> None:
        """Write all that a node holds."""
        for node in parent:
            kind = local(node)
            if kind == "h":
                self._flush()
                level = attribute(node, "outline-level") or "1"
                self.composer.heading(text_of(node), min(int(level), HEADING_LEVELS) if level.isdecimal() else 1)
                self._inside(node)
            elif kind == "p":
                if listed:
                    self._items += [line] if (line := one_line(text_of(node))) else []
                else:
                    self._flush()
                    self.composer.paragraph(text_of(node))
                self._inside(node)
            elif kind == "list":
                self.blocks(node, listed=True)
                if not listed:
                    self._flush()
            elif kind == "table":
                self._flush()
                write_table(self.composer, "", [row for row in rows(node) if any(cell.text for cell in row)])
            elif kind == "object":
                self._object(node)
            elif kind not in _UNSEEN:
                self.blocks(node, listed=listed)
        if not listed:
            self._flush()

    def _inside(self, paragraph: etree._Element) -> None:
        """Write what is anchored in a paragraph: notes, comments and frames."""
        for node in paragraph.iter():
            kind = local(node)
            if kind == "object":
                self._object(node)
            if kind in ("note-body", "annotation", "text-box", "custom-shape") and node is not paragraph:
                kept, self._items = self._items, []
                for inner in node:
                    if local(inner) in ("p", "h", "list"):
                        self.blocks_of([inner])
                self._items = kept

    def _object(self, node: etree._Element) -> None:
        """Write the numbers behind an embedded chart."""
        part = f"{(attribute(node, 'href') or '').removeprefix('./')}/content.xml"
        if part not in self._archive.names:
            return
        try:
            tables = [table for table in self._archive.xml(part).iter() if local(table) == "table"]
        except DocumentError:  # a picture of numbers is not worth losing the document
            return
        for table in tables:
            write_table(self.composer, "", [row for row in rows(table) if any(cell.text for cell in row)])

    def blocks_of(self, nodes: list[etree._Element]) -> None:
        """Write single nodes."""
        for node in nodes:
            if local(node) == "list":
                self.blocks(node, listed=True)
                self._flush()
            else:
                self.composer.paragraph(text_of(node))

    def _flush(self) -> None:
        items, self._items = self._items, []
        self.composer.paragraph("\n".join(items))


def rows(table: etree._Element) -> Iterator[list[Cell]]:
    """The rows of a table as they are shown; blank rows at its end, of which there may be a million, are left out."""
    blank = 0
    for row in _below(table, "table-row"):
        cells: list[Cell] = []
        for cell in _below(row, "table-cell", "covered-table-cell"):
            shown = EMPTY if local(cell) == "covered-table-cell" else _cell(cell)
            cells.extend([shown] * _repeated(cell, "number-columns-repeated", _WIDEST))
        while cells and not cells[-1].text:
            cells.pop()
        count = _repeated(row, "number-rows-repeated", _MOST_ROWS)
        if not cells:
            blank += min(count, 2_000)
            continue
        yield from ([] for _ in range(blank))
        blank = 0
        yield from (list(cells) for _ in range(count))


def _below(node: etree._Element, *kinds: str) -> Iterator[etree._Element]:
    """The parts of a table, in groups and heads too, but not those of a table inside it."""
    stack = list(reversed(node))
    while stack:
        inner = stack.pop()
        if local(inner) in kinds:
            yield inner
        elif local(inner) not in ("table", "table-cell", "covered-table-cell"):
            stack.extend(reversed(inner))


def _repeated(node: etree._Element, name: str, most: int) -> int:
    count = attribute(node, name) or "1"
    return max(1, min(int(count), most)) if count.isdecimal() else 1


def _cell(node: etree._Element) -> Cell:
    shown = one_line(" ".join(text_of(inner) for inner in node.iter() if local(inner) in ("p", "h")))
    kind, raw = attribute(node, "value-type"), attribute(node, "value") or ""
    if kind in ("float", "currency", "percentage"):
        try:
            number = cell_of(float(raw))
        except ValueError:
            return Cell(shown)
        if number.value is None:
            return number
        if kind == "percentage":
            share = cell_of(round(float(raw) * 100, 10))
            value = Value("Number", share.text, None if share.value is None else share.value.number, "%")
            return Cell(f"{share.text}%", value, typed=True)
        unit = attribute(node, "currency") if kind == "currency" else None
        if unit:
            return Cell(number.text, Value("Money", number.value.text, number.value.number, unit), typed=True)
        return number
    if kind == "date":
        date = iso_date((attribute(node, "date-value") or "").partition(".")[0])
        return cell_of(_date(date)) if date else Cell(shown)
    if kind == "boolean":
        return cell_of(attribute(node, "boolean-value") == "true")
    return Cell(shown)


def _date(text: str) -> object:
    if len(text) > 10:
        return dt.datetime.fromisoformat(text)
    return dt.date.fromisoformat(text) if len(text) == 10 else text
