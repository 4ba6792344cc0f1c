"""PowerPoint presentations, read from their XML directly: slide by slide, with tables, charts, notes and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.cells import EMPTY, Cell
from kg.ingest.composer import Composer, first_of, one_line, stem
from kg.ingest.loaders.archive import Archive
from kg.ingest.loaders.chart import write_chart
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.loaders.ooxml import attribute, child, core_properties, embedded, local, relations
from kg.ingest.parsed import Part
from kg.ingest.tables import write_table

if TYPE_CHECKING:
    from lxml import etree

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_TITLES = frozenset({"title", "ctrTitle"})
_MARGINS = frozenset({"dt", "ftr", "sldNum", "hdr"})  # what every slide shows: date, footer, number
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml$")
_SHOWN = frozenset({"sp", "cxnSp", "graphicFrame", "pic"})


def load(path: Path, name: str, nesting: Nesting) -> Iterator[Part]:
    """Read a presentation: a page a slide, its title a heading, text in reading order; embedded files follow.

    Raises:
        DocumentError: it is damaged, protected, expands to too much, or shows no text.
    """
    with Archive(path) as archive:
        title, date, about = core_properties(archive)
        composer = Composer()
        slides = _slides(archive)
        for number, part in enumerate(slides, 1):
            composer.page = number
            _Slide(composer, archive, part).write()
        shown = None if title and title.lower() in {"powerpoint presentation", "presentation"} else title
        if not composer.empty:
            yield composer.parsed(
                first_of(shown, composer.first_heading, stem(name)),
                _MEDIA_TYPE,
                date=date,
                metadata={"slides": len(slides)},
                about=about,
            )
        inner = 0
        for document in embedded(archive, name, nesting):
            inner += 1
            yield document
        if composer.empty and not inner:
            composer.parsed("", _MEDIA_TYPE)  # says that there is no text


def _slides(archive: Archive) -> list[str]:
    """The slides in the order in which they are shown; where that cannot be told, in that of their numbers."""
    matches = sorted(
        (match for part in archive.names if (match := _SLIDE.match(part))), key=lambda match: int(match[1])
    )
    numbered = [match[0] for match in matches]
    try:
        known = relations(archive, "ppt/presentation.xml")
        order = child(archive.xml("ppt/presentation.xml"), "sldIdLst")
        ids = [] if order is None else [_relation_id(node) for node in order]
    except DocumentError:
        return numbered
    shown = [known[identity][1] for identity in ids if identity in known]
    return [part for part in shown if part in archive.names] or numbered


def _relation_id(node: etree._Element) -> str | None:
    return next((str(value) for key, value in node.attrib.items() if str(key).startswith("{")), None)


class _Slide:
    def __init__(self, composer: Composer, archive: Archive, part: str) -> None:
        self._composer = composer
        self._archive = archive
        self._relations = relations(archive, part)
        self._root = archive.xml(part)

    def write(self) -> None:
        """Write the title, then the rest from top to bottom as it stands in the file, then notes and comments."""
        tree = next((node for node in self._root.iter() if local(node) == "spTree"), None)
        shapes = [] if tree is None else list(_shapes(tree))
        titles = [shape for shape in shapes if _placeholder(shape) in _TITLES and _shape_text(shape)]
        for shape in titles[:1]:
            self._composer.heading(_shape_text(shape), 1)
        for shape in shapes:
            if shape not in titles[:1] and _placeholder(shape) not in _MARGINS:
                self._shape(shape)
        for kind, target in self._relations.values():
            if kind == "notesSlide" and target in self._archive.names:
                self._notes(target)
        for kind, target in self._relations.values():
            if kind == "comments" and target in self._archive.names:
                self._comments(target)

    def _shape(self, shape: etree._Element) -> None:
        kind = local(shape)
        if kind == "graphicFrame":
            for node in shape.iter():
                if local(node) == "tbl":
                    self._table(node)
                elif local(node) == "chart" and (identity := attribute(node, "id")) in self._relations:
                    write_chart(self._composer, self._archive, self._relations[str(identity)][1])
                elif local(node) == "relIds" and (identity := attribute(node, "dm")) in self._relations:
                    self._diagram(self._relations[str(identity)][1])
        elif kind == "pic":
            about = next((node for node in shape.iter() if local(node) == "cNvPr"), None)
            described = one_line((about.get("descr") if about is not None else "") or "")
            if " " in described and "generated" not in described.lower():
                self._composer.paragraph(described)
        else:
            self._composer.paragraph(_shape_text(shape))

    def _table(self, table: etree._Element) -> None:
        rows: list[list[Cell]] = []
        for row in (node for node in table if local(node) == "tr"):
            cells = [node for node in row if local(node) == "tc"]
            rows.append(
                [
                    EMPTY if attribute(cell, "hMerge") == "1" else Cell(one_line(_text(cell).replace("\n", " ")))
                    for cell in cells
                ]
            )
        properties = child(table, "tblPr")
        first = properties is not None and properties.get("firstRow") == "1" and len(rows) > 1
        if first and all(cell.text for cell in rows[0]):
            write_table(self._composer, "", rows[1:], head=rows[0])
        else:
            write_table(self._composer, "", rows)

    def _diagram(self, part: str) -> None:
        if part in self._archive.names:
            points = [_text(node) for node in self._archive.xml(part).iter() if local(node) == "pt"]
            self._composer.paragraph("\n".join(text for text in points if text.strip()))

    def _notes(self, part: str) -> None:
        texts = [
            _shape_text(shape)
            for shape in _shapes(self._archive.xml(part))
            if _placeholder(shape) not in _MARGINS and _placeholder(shape) != "sldImg"
        ]
        self._composer.paragraph("\n".join(text for text in texts if text.strip()))

    def _comments(self, part: str) -> None:
        for node in self._archive.xml(part).iter():
            if local(node) in ("cm", "reply"):
                own = child(node, "text")
                body = child(node, "txBody")
                self._composer.paragraph((own.text or "") if own is not None else "" if body is None else _text(body))


def _shapes(parent: etree._Element) -> Iterator[etree._Element]:
    """The shapes of a slide, those in groups too, but only one of several alternatives."""
    stack = list(reversed(parent))
    while stack:
        node = stack.pop()
        kind = local(node)
        if kind in _SHOWN:
            yield node
        elif kind != "Fallback":
            stack.extend(reversed(node))


def _placeholder(shape: etree._Element) -> str | None:
    """What a shape is a place for: "title", "body", ...; None where it is none."""
    for node in shape.iter():
        if local(node) == "ph":
            return node.get("type") or "body"
        if local(node) in ("txBody", "spPr", "graphic"):
            return None
    return None


def _shape_text(shape: etree._Element) -> str:
    return _text(child(shape, "txBody")) if local(shape) == "sp" else ""


def _text(parent: etree._Element | None) -> str:
    """The paragraphs below a node, a line each."""
    if parent is None:
        return ""
    lines: list[str] = []
    for paragraph in (node for node in parent.iter() if local(node) == "p"):
        pieces: list[str] = []
        for node in paragraph.iter():
            if local(node) == "t":
                pieces.append(node.text or "")
            elif local(node) == "br":
                pieces.append("\n")
        if line := "".join(pieces).strip():
            lines.append(line)
    return "\n".join(lines)
