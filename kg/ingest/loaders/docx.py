"""Word documents (OOXML, transitional and strict), read from their XML directly.

What Word shows is what is read: headings by the outline level of their style, tables, lists, text boxes, content
controls, formulas as plain characters, foot- and endnotes; insertions count, deletions do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.ingest.cells import Cell
from kg.ingest.composer import HEADING_LEVELS, Composer, first_of, one_line, stem
from kg.ingest.loaders.archive import Archive
from kg.ingest.loaders.chart import write_chart
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.loaders.ooxml import attribute as _attribute
from kg.ingest.loaders.ooxml import child as _child
from kg.ingest.loaders.ooxml import core_properties, embedded, relations
from kg.ingest.loaders.ooxml import local as _local
from kg.ingest.parsed import Part
from kg.ingest.tables import write_table

if TYPE_CHECKING:
    from lxml import etree

_UNSEEN = frozenset(
    {"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "sdtPr", "tblPr", "sectPr", "tcPr"}
)
_DEEPEST_TABLE = 8
_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def load(path: Path, name: str, nesting: Nesting) -> Iterator[Part]:
    """Read a Word document; files embedded in it follow.

    Raises:
        DocumentError: it is damaged, protected, expands to too much, or shows no text.
    """
    with Archive(path) as archive:
        main = _main_part(archive)
        title, date, about = core_properties(archive)
        folder = main.rpartition("/")[0]
        composer = Composer()
        body = _child(archive.xml(main), "body")
        reader = _Reader(composer, heading_levels(archive, f"{folder}/styles.xml"))
        margins = sorted(part for part in archive.names if part.startswith((f"{folder}/header", f"{folder}/footer")))
        for part in (part for part in margins if "/header" in part):
            reader.margin(archive.xml(part))
        if body is not None:
            reader.body(body)
        composer.page = None
        for kind, target in relations(archive, main).values():
            if kind == "chart":
                write_chart(composer, archive, target)
        for part in ("footnotes", "endnotes", "comments"):
            if f"{folder}/{part}.xml" in archive.names:
                reader.notes(archive.xml(f"{folder}/{part}.xml"))
        for part in (part for part in margins if "/footer" in part):
            reader.margin(archive.xml(part))
        shown = first_of(title, reader.title, composer.first_heading, stem(name))
        if not composer.empty:
            yield composer.parsed(shown, _MEDIA_TYPE, date=date, about=about)
        inner = 0
        for document in embedded(archive, name, nesting):
            inner += 1
            yield document
        if composer.empty and not inner:
            composer.parsed(shown, _MEDIA_TYPE)  # says that there is no text


class _Reader:
    def __init__(self, composer: Composer, levels: dict[str, int]) -> None:
        self.title: str | None = None
        self._composer = composer
        self._levels = levels
        self._items: list[str] = []
        self._seen: set[str] = set()  # headers and footers said once
        self._pages = False

    def body(self, body: etree._Element) -> None:
        """Read the main text; pages are counted where the writing program noted their breaks."""
        self._pages = any(_local(node) == "lastRenderedPageBreak" or _is_break(node) for node in body.iter())
        self._composer.page = 1 if self._pages else None
        self._blocks(body, 0)
        self._end_list()

    def notes(self, root: etree._Element) -> None:
        """Read foot- and endnotes or comments, one paragraph each."""
        for note in root:
            if _attribute(note, "type") in (None, "normal"):
                self._composer.paragraph("\n".join(_text(p) for p in note.iter() if _local(p) == "p"))

    def margin(self, root: etree._Element) -> None:
        """Read a header or footer, each line once, page numbers left out."""
        for node in root.iter():
            line = one_line(_text(node)) if _local(node) == "p" else ""
            if any(char.isalpha() for char in line) and line not in self._seen:
                self._seen.add(line)
                self._composer.paragraph(line)

    def _blocks(self, parent: etree._Element, depth: int) -> None:
        stack = list(reversed(parent))
        while stack:
            node = stack.pop()
            kind = _local(node)
            if kind == "p":
                self._paragraph(node)
            elif kind == "tbl":
                self._end_list()
                self._table(node, depth)
            elif kind not in _UNSEEN:
                stack.extend(reversed(node))

    def _paragraph(self, node: etree._Element) -> None:
        if self._pages:
            self._turn_pages(node)
        text = _text(node).strip()
        level, title, listed = self._style(node)
        if title and text:
            self.title = self.title or one_line(text)
        if level is not None and len(text) <= 300:
            self._end_list()
            self._composer.heading(text, level)
        elif listed and text:
            self._items.append(one_line(text))
        else:
            self._end_list()
            self._composer.paragraph(text)
        for box in node.iter():
            if _local(box) == "txbxContent" and not _inside(box, "Fallback"):
                self._blocks(box, 0)
                self._end_list()

    def _end_list(self) -> None:
        items, self._items = self._items, []
        self._composer.paragraph("\n".join(items))

    def _style(self, node: etree._Element) -> tuple[int | None, bool, bool]:
        """Return a paragraph's heading level, whether it is the title, whether it is an item of a list."""
        properties = _child(node, "pPr")
        if properties is None:
            return None, False, False
        style = _attribute(_child(properties, "pStyle"), "val") or ""
        outline = _attribute(_child(properties, "outlineLvl"), "val")
        level = (
            int(outline) + 1
            if outline is not None and outline.isdecimal() and int(outline) < 9
            else self._levels.get(style)
        )
        title = self._levels.get(style) == 0
        return level, title, _child(properties, "numPr") is not None

    def _turn_pages(self, node: etree._Element) -> None:
        breaks = sum(_local(inner) == "lastRenderedPageBreak" or _is_break(inner) for inner in node.iter())
        if breaks and self._composer.page is not None:
            self._end_list()
            rendered = sum(_local(inner) == "lastRenderedPageBreak" for inner in node.iter())
            self._composer.page += rendered or breaks

    def _table(self, table: etree._Element, depth: int) -> None:
        rows: list[list[Cell]] = []
        head: list[Cell] | None = None
        inner: list[etree._Element] = []
        for node in _rows(table):
            row: list[Cell] = []
            for cell in _flat(node, "tc"):
                properties = _child(cell, "tcPr")
                span = _attribute(_child(properties, "gridSpan"), "val") if properties is not None else None
                row.append(Cell(one_line(" ".join(_text(p) for p in _paragraphs(cell)))))
                row.extend([Cell("")] * (min(int(span), 100) - 1 if span and span.isdecimal() else 0))
                inner.extend(_flat(cell, "tbl"))
            row_properties = _child(node, "trPr")
            if (
                head is None
                and not rows
                and row_properties is not None
                and _child(row_properties, "tblHeader") is not None
            ):
                head = row
            else:
                rows.append(row)
        write_table(self._composer, "", rows, head=head)
        if depth < _DEEPEST_TABLE:
            for nested in inner:
                self._table(nested, depth + 1)


def heading_levels(archive: Archive, part: str) -> dict[str, int]:
    """Read which paragraph styles are headings: style id to level; 0 is the document's title."""
    levels: dict[str, int] = {}
    if part not in archive.names:
        return levels
    parents: dict[str, str] = {}
    for style in archive.xml(part):
        identity = _attribute(style, "styleId")
        if _local(style) != "style" or identity is None:
            continue
        name = (_attribute(_child(style, "name"), "val") or "").lower()
        properties = _child(style, "pPr")
        outline = _attribute(_child(properties, "outlineLvl"), "val") if properties is not None else None
        if name.startswith("heading ") and name[8:].isdecimal():
            levels[identity] = min(int(name[8:]), HEADING_LEVELS)
        elif name == "title":
            levels[identity] = 0
        elif outline is not None and outline.isdecimal() and int(outline) < 9:
            levels[identity] = int(outline) + 1
        elif parent := _attribute(_child(style, "basedOn"), "val"):
            parents[identity] = parent
    for identity, parent in parents.items():
        for _ in range(10):
            if parent in levels:
                levels[identity] = levels[parent]
                break
            parent = parents.get(parent, "")
    return levels


def _main_part(archive: Archive) -> str:
    for node in archive.xml("_rels/.rels"):
        if (node.get("Type") or "").endswith("/officeDocument"):
            return (node.get("Target") or "").lstrip("/")
    return "word/document.xml"


def _text(paragraph: etree._Element) -> str:
    """The text of a paragraph, without that of text boxes and tables inside it."""
    parts: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        kind = _local(node)
        if kind == "t":
            parts.append(node.text or "")
        elif kind in ("tab", "ptab"):
            parts.append("\t")
        elif kind == "cr" or (kind == "br" and not _is_break(node)):
            parts.append("\n")
        elif kind == "noBreakHyphen":
            parts.append("-")
        elif kind == "sym":
            parts.append(" ")
        elif kind not in _UNSEEN and kind not in ("txbxContent", "tbl"):
            stack.extend(reversed(node))
    return "".join(parts)


def _rows(table: etree._Element) -> list[etree._Element]:
    return _flat(table, "tr")


def _paragraphs(cell: etree._Element) -> list[etree._Element]:
    return _flat(cell, "p")


def _flat(parent: etree._Element, kind: str) -> list[etree._Element]:
    """The nodes of one kind in a parent, in content controls and insertions too, but not in each other or tables."""
    found: list[etree._Element] = []
    stack = list(reversed(parent))
    while stack:
        node = stack.pop()
        if _local(node) == kind:
            found.append(node)
        elif _local(node) not in _UNSEEN and _local(node) != "tbl":
            stack.extend(reversed(node))
    return found


def _is_break(node: etree._Element) -> bool:
    return _local(node) == "br" and _attribute(node, "type") == "page"


def _inside(node: etree._Element, kind: str) -> bool:
    return any(_local(parent) == kind for parent in node.iterancestors())
