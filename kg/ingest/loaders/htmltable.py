"""Tables of HTML pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.ingest.cells import Cell
from kg.ingest.composer import Composer, one_line
from kg.ingest.tables import write_table

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_WIDEST_SPAN = 100
_MOST_CELLS = 500_000
_LAYOUT = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "table", "form", "article", "section"})
_SKIPPED = frozenset({"script", "style", "template", "noscript", "svg"})

_Cell = tuple[str, bool]  # text, whether it is a head


def read_table(composer: Composer, table: LexborNode) -> bool:
    """Write a table of data.

    Args:
        composer: Where to.
        table: The `table` node.

    Returns:
        False, and nothing is written, where the table only lays out a page: it holds other tables or headings, or has
        one row or column without a head.
    """
    rows, caption, layout = _rows(table)
    heads = any(head for row in rows for _, head in row)
    width = max((len(row) for row in rows), default=0)
    if layout or not rows or (not heads and (len(rows) < 2 or width < 2)):
        return False
    if caption:
        composer.paragraph(caption)
    if _is_card(rows):
        for row in rows:
            texts = [text for text, _ in row if text]
            if texts:
                composer.row(": ".join(texts) if len(texts) == 2 else "; ".join(texts))
        return True
    head = [Cell(text) for text, _ in rows[0]] if all(is_head or not text for text, is_head in rows[0]) else None
    body = [[Cell(text) for text, _ in row] for row in (rows if head is None else rows[1:])]
    write_table(composer, caption, body, head=head)
    return True


def _is_card(rows: list[list[_Cell]]) -> bool:
    """Whether the heads are at the left ("Born | 1815"): a card about one thing."""
    pairs = [row for row in rows if len(row) >= 2 and row[0][1] and not row[1][1]]
    return bool(pairs) and max(map(len, rows)) == 2 and len(pairs) * 2 > len(rows)


def _rows(table: LexborNode) -> tuple[list[list[_Cell]], str, bool]:
    """Read the cells, spans filled, the caption, and whether the table is no table of data."""
    rows: list[list[_Cell]] = []
    below: dict[int, tuple[int, _Cell]] = {}  # column -> (rows to go, cell) of cells that span rows
    caption, layout, count = "", False, 0
    for node in _descendants(table):
        if node.tag == "caption":
            caption = _text(node)
        elif node.tag in _LAYOUT:
            layout = True
        elif node.tag == "tr":
            row: list[_Cell] = []
            for cell in _children(node):
                if cell.tag not in ("td", "th"):
                    continue
                _fill(row, below)
                found = (_text(cell), cell.tag == "th")
                width, height = _span(cell, "colspan"), _span(cell, "rowspan")
                for extra in range(width):
                    if height > 1:
                        below[len(row)] = (height - 1, (found[0] if not extra else "", found[1]))
                    row.append((found[0] if not extra else "", found[1]))
            _fill(row, below)
            count += len(row)
            if any(text for text, _ in row):
                rows.append(row)
        if count > _MOST_CELLS:
            break
    return rows, caption, layout


def _fill(row: list[_Cell], below: dict[int, tuple[int, _Cell]]) -> None:
    while len(row) in below:
        left, cell = below.pop(len(row))
        if left > 1:
            below[len(row)] = (left - 1, cell)
        row.append(cell)


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or ""
    return min(max(int(value), 1), _WIDEST_SPAN) if value.isdecimal() and len(value) < 6 else 1


def _descendants(root: LexborNode) -> list[LexborNode]:
    """All nodes below one, in order, without those inside a table within."""
    found: list[LexborNode] = []
    stack = list(reversed(_children(root)))
    while stack:
        node = stack.pop()
        found.append(node)
        if node.tag != "table":
            stack.extend(reversed(_children(node)))
    return found


def _children(node: LexborNode) -> list[LexborNode]:
    children: list[LexborNode] = []
    child = node.child
    while child is not None:
        children.append(child)
        child = child.next
    return children


def _text(node: LexborNode) -> str:
    parts: list[str] = []
    for inner in _descendants(node):
        if inner.tag == "-text" and not (inner.parent is not None and inner.parent.tag in _SKIPPED):
            parts.append(inner.text_content or "")
        elif inner.tag in ("br", "p", "div", "li"):
            parts.append(" ")
    return one_line("".join(parts))
