"""Finds tables among the lines of a page: rows whose cells stand under each other with wide gaps between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.ingest.loaders.pdflines import Line, Piece

_FURTHEST = 2.5  # line heights between two rows of a table
_LONGEST_CELL = 70  # characters of a cell, on average; what is longer is text in columns
_LEAST_CELLS = 6
_BULLET = re.compile(r"^([•◦▪●■–‣∙·*○o-]|\(?(\d{1,2}|[a-z])[.)])$")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cells, all as long as there are columns; blank where a cell is."""

    rows: list[list[str]]


@dataclass(slots=True)
class _Row:
    """What stands at one height: one line or several beside each other."""

    lines: list[Line]
    pieces: list[Piece]
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 1.0)


def tables_in(lines: Sequence[Line]) -> Iterator[Sequence[Line] | Grid]:
    """Split a page into its tables and the lines between them, in reading order."""
    rows = _rows(lines)
    text: list[Line] = []
    at = 0
    while at < len(rows):
        end = _run(rows, at) if _starts(rows, at) else at
        grid = _grid(rows[at:end]) if end - at >= 2 else None
        if grid is None:
            text += rows[at].lines
            at += 1
            continue
        if text:
            yield text
            text = []
        yield grid
        at = end
    if text:
        yield text


def _rows(lines: Sequence[Line]) -> list[_Row]:
    found: list[_Row] = []
    for line in lines:
        pieces = list(line.pieces) or [Piece(line.text, line.left, line.right)]
        row = found[-1] if found else None
        if row is not None and _beside(row, line):
            row.lines.append(line)
            row.pieces += pieces
            row.top, row.bottom = max(row.top, line.top), min(row.bottom, line.bottom)
        else:
            found.append(_Row([line], pieces, line.top, line.bottom))
    return found


def _beside(row: _Row, line: Line) -> bool:
    overlap = min(row.top, line.top) - max(row.bottom, line.bottom)
    return overlap >= 0.5 * min(row.height, line.top - line.bottom) and line.left >= row.pieces[-1].right


def _starts(rows: Sequence[_Row], at: int) -> bool:
    """Whether a table may begin here: several cells, and no bullet or number with the text of an item."""
    pieces = rows[at].pieces
    return len(pieces) >= 2 and not (len(pieces) == 2 and _BULLET.match(pieces[0].text))


def _run(rows: Sequence[_Row], start: int) -> int:
    """Where the rows end that stand close to each other and have cells, or parts of cells, under those above."""
    end = start + 1
    while end < len(rows):
        above, row = rows[end - 1], rows[end]
        gap = above.bottom - row.top
        if not -0.3 * row.height <= gap <= _FURTHEST * max(above.height, row.height):
            break
        if len(row.pieces) == 1 and not _inside_one(row.pieces[0], _bands(rows[start:end])):
            break
        end += 1
    while end > start + 1 and len(rows[end - 1].pieces) == 1 and not _continues(rows[end - 2], rows[end - 1]):
        end -= 1  # a line under a table that happens to stand under one of its columns
    return end


def _bands(rows: Sequence[_Row]) -> list[tuple[float, float]]:
    """The columns: from the rows of most cells, what stands under each; a cell over several columns widens none."""
    bands: list[tuple[float, float]] = []
    for row in sorted(rows, key=lambda row: -len(row.pieces)):
        for piece in row.pieces:
            under = [n for n, (left, right) in enumerate(bands) if piece.left < right and piece.right > left]
            if not under:
                bands.append((piece.left, piece.right))
                bands.sort()
            elif len(under) == 1:
                left, right = bands[under[0]]
                bands[under[0]] = min(left, piece.left), max(right, piece.right)
    merged: list[tuple[float, float]] = []
    for left, right in sorted(bands):
        if merged and left < merged[-1][1]:
            merged[-1] = merged[-1][0], max(right, merged[-1][1])
        else:
            merged.append((left, right))
    return merged


def _shared(bands: list[tuple[float, float]], rows: Sequence[_Row]) -> list[tuple[float, float]]:
    """Make one column of two neighbours that no row fills both of: a head at the left over numbers at the right."""
    at = 0
    while at + 1 < len(bands):
        (left, inner), (outer, right) = bands[at], bands[at + 1]
        both = any(
            any(piece.left < inner and piece.right > left for piece in row.pieces)
            and any(piece.left < right and piece.right > outer for piece in row.pieces)
            for row in rows
        )
        if both:
            at += 1
        else:
            bands = [*bands[:at], (left, right), *bands[at + 2 :]]
    return bands


def _inside_one(piece: Piece, bands: Sequence[tuple[float, float]]) -> bool:
    under = [(left, right) for left, right in bands if piece.left < right and piece.right > left]
    return len(under) == 1 and len(piece.text) <= _LONGEST_CELL


def _continues(above: _Row, row: _Row) -> bool:
    return above.bottom - row.top < 0.4 * row.height


def _grid(rows: Sequence[_Row]) -> Grid | None:
    bands = _shared(_bands(rows), rows)
    if len(bands) < 2:
        return None
    cells: list[list[str]] = []
    previous: _Row | None = None
    for row in rows:
        line = [""] * len(bands)
        for piece in row.pieces:
            place = next((n for n, (left, right) in enumerate(bands) if piece.left < right and piece.right > left), 0)
            line[place] = f"{line[place]} {piece.text}".strip()
        filled = sum(map(bool, line))
        # The rest of a cell that takes several lines: fewer cells than above, close below, nothing in the first column.
        if previous is not None and not line[0] and filled < sum(map(bool, cells[-1])) and _continues(previous, row):
            cells[-1] = [f"{old} {new}".strip() for old, new in zip(cells[-1], line, strict=True)]
        else:
            cells.append(line)
        previous = row
    full = [line for line in cells if sum(map(bool, line)) >= 2]
    filled = sum(bool(cell) for line in cells for cell in line)
    length = sum(len(cell) for line in cells for cell in line) / max(filled, 1)
    if len(full) < 2 or filled < _LEAST_CELLS or length > _LONGEST_CELL / (2 if len(bands) == 2 else 1):
        return None
    if len(bands) == 2 and sum(bool(_BULLET.match(line[0])) for line in cells) * 2 > len(cells):
        return None
    return Grid(cells)
