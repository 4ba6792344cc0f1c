"""Charts of office files: the numbers that they show, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.cells import EMPTY, Cell, cell_of
from kg.ingest.composer import Composer, one_line
from kg.ingest.loaders.ooxml import child, local
from kg.ingest.tables import write_table

if TYPE_CHECKING:
    from lxml import etree

    from kg.ingest.loaders.archive import Archive

_MOST = 10_000


def write_chart(composer: Composer, archive: Archive, part: str) -> None:
    """Write a chart: its title, then a row a category, a column a series."""
    if part not in archive.names:
        return
    try:
        root = archive.xml(part)
    except DocumentError:  # a picture of numbers is not worth losing the document
        return
    title = next((node for node in root.iter() if local(node) == "title"), None)
    if title is not None:
        composer.paragraph("".join(node.text or "" for node in title.iter() if local(node) == "t"))
    series = [node for node in root.iter() if local(node) == "ser"]
    columns = [_points(child(one, "val") if child(one, "val") is not None else child(one, "yVal")) for one in series]
    heads = [" ".join(_points(child(one, "tx")).values()) for one in series]
    labels: dict[int, str] = {}
    for one in series:
        labels = labels or _points(child(one, "cat") if child(one, "cat") is not None else child(one, "xVal"))
    places = sorted({place for column in columns for place in column} | labels.keys())[:_MOST]
    rows = [
        [
            Cell(one_line(labels.get(place, ""))),
            *[_cell(column.get(place)) for column in columns],
        ]
        for place in places
    ]
    if rows and columns:
        head = [Cell("category"), *[Cell(one_line(text) or f"series {n}") for n, text in enumerate(heads, 1)]]
        write_table(composer, "", rows, head=head)


def _points(node: etree._Element | None) -> dict[int, str]:
    """The values that a chart keeps of what it shows."""
    found: dict[int, str] = {}
    if node is None:
        return found
    for point in (inner for inner in node.iter() if local(inner) == "pt"):
        place, value = point.get("idx") or "", child(point, "v")
        if place.isdecimal() and len(place) < 7 and value is not None and value.text:
            found[int(place)] = value.text
    if not found and (value := next((inner for inner in node.iter() if local(inner) == "v"), None)) is not None:
        found[0] = value.text or ""
    return found


def _cell(text: str | None) -> Cell:
    if text is None:
        return EMPTY
    try:
        return cell_of(float(text))
    except ValueError:
        return Cell(one_line(text))
