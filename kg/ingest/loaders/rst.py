"""reStructuredText, read by docutils; nothing outside the file is read, and nothing in it is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.ingest.about import About
from kg.ingest.cells import EMPTY, Cell
from kg.ingest.composer import Composer, first_of, one_line, stem
from kg.ingest.dates import iso_date
from kg.ingest.loaders.authors import author_names
from kg.ingest.loaders.reading import read_text
from kg.ingest.parsed import Parsed
from kg.ingest.tables import write_table

if TYPE_CHECKING:
    from docutils import nodes

_SETTINGS: dict[str, Any] = {
    "_disable_config": True,
    "file_insertion_enabled": False,  # include, csv-table and raw may name files
    "raw_enabled": False,
    "report_level": 5,  # a directive that is unknown here, as those of Sphinx are, is no fault
    "halt_level": 5,
    "input_encoding": "unicode",
    "line_length_limit": 1_000_000,
    "syntax_highlight": "none",
    "smart_quotes": False,
    "traceback": True,
}
_ROLE = re.compile(r":[\w:+-]+:`(?:([^`<]+?)\s*<[^`>]*>|~?([^`]*))`")
_DIRECTIVE = re.compile(r"^\.\. [\w:-]+::\s*(.*)$", re.MULTILINE)


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a text: sections, lists, tables, code; author and dates where it names them."""
    from docutils.core import publish_doctree

    # A role that docutils does not know (Sphinx has many) shows its text.
    source = _ROLE.sub(lambda match: match[1] or match[2], read_text(path))
    tree = publish_doctree(source, settings_overrides=_SETTINGS)
    composer = Composer()
    writer = _Writer(composer)
    writer.blocks(tree.children, 1)
    info = writer.info
    about = About(author_names(info.get("author"), info.get("authors")), iso_date(info.get("date", "")))
    title = first_of(one_line(tree.get("title", "")), composer.first_heading, stem(name))
    yield composer.parsed(title, "text/x-rst", date=about.created, about=about)


class _Writer:
    def __init__(self, composer: Composer) -> None:
        self.info: dict[str, str] = {}
        self._composer = composer

    def blocks(self, children: list[nodes.Node], level: int) -> None:
        """Write what a part of the tree holds."""
        for node in children:
            kind = node.__class__.__name__
            if kind == "section":
                self.blocks(node.children, level + 1)
            elif kind in ("title", "subtitle", "rubric"):
                self._composer.heading(node.astext(), level + (kind != "title"))
            elif kind == "docinfo":
                self._docinfo(node)
            elif kind in ("bullet_list", "enumerated_list", "definition_list", "field_list", "option_list"):
                self._composer.paragraph("\n".join(_lines(node)))
            elif kind == "table":
                self._table(node)
            elif kind in ("literal_block", "doctest_block", "line_block"):
                self._composer.verbatim(_lines_of(node) if kind == "line_block" else node.astext())
            elif kind == "system_message":
                for inner in node.children:  # a directive that is unknown: what stands in it is text
                    if inner.__class__.__name__ == "literal_block":
                        self._unknown(inner.astext())
            elif kind in ("paragraph", "attribution", "caption", "term"):
                self._composer.paragraph(node.astext())
            elif kind not in ("comment", "substitution_definition", "target", "pending", "raw", "meta", "image"):
                self.blocks(node.children, level)

    def _unknown(self, text: str) -> None:
        self._composer.paragraph(_DIRECTIVE.sub(r"\1", text))

    def _docinfo(self, node: nodes.Node) -> None:
        lines = []
        for field in node.children:
            kind = field.__class__.__name__
            if kind == "field":
                kind, text = (one_line(inner.astext()) for inner in field.children[:2])
            else:
                text = "; ".join(one_line(inner.astext()) for inner in field.children)
            self.info.setdefault(kind.lower(), text)
            lines.append(f"{kind}: {text}")
        self._composer.paragraph("\n".join(lines))

    def _table(self, node: nodes.Node) -> None:
        heads: list[list[Cell]] = []
        rows: list[list[Cell]] = []
        for part in node.findall():
            if part.__class__.__name__ == "row":
                row: list[Cell] = []
                for entry in part.children:
                    row.append(Cell(one_line(entry.astext())))
                    row += [EMPTY] * min(int(entry.get("morecols", 0)), 100)
                (heads if part.parent.__class__.__name__ == "thead" else rows).append(row)
            elif part.__class__.__name__ == "title":
                self._composer.paragraph(part.astext())
        write_table(self._composer, "", [*heads[:-1], *rows], head=heads[-1] if heads else None)


def _lines(node: nodes.Node) -> list[str]:
    """The items of a list, a line each, those of lists inside it too."""
    lines: list[str] = []
    for item in node.children:
        kind = item.__class__.__name__
        if kind in ("definition_list_item", "field", "option_list_item"):
            first, *rest = item.children
            lines.append(one_line(f"{first.astext()}: {' '.join(part.astext() for part in rest)}"))
            continue
        for part in item.children:
            inner = part.__class__.__name__
            lines += _lines(part) if inner.endswith("_list") else [one_line(part.astext())]
    return [line for line in lines if line]


def _lines_of(node: nodes.Node) -> str:
    return "\n".join(part.astext() for part in node.children)
