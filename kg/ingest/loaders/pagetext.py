"""Makes paragraphs, headings and tables of the lines on a page, by their sizes and distances."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.ingest.cells import Cell
from kg.ingest.composer import Composer, clean, one_line
from kg.ingest.loaders.pagetables import Grid, tables_in
from kg.ingest.loaders.pdflines import Line
from kg.ingest.tables import write_table

_CUT = "\ufffe\x02\u00ad"  # what pdfium gives for a hyphen at a line's end, and the soft hyphen
_BULLET = re.compile(r"^[•◦▪●■–‣∙·*○]\s|^\(?(\d{1,2}|[a-z])[.)]\s")
_WIDE = re.compile("[\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]")
_PAGE_NUMBER = re.compile(
    r"(?i)^[-–—\s]*(page\s+|seite\s+|第\s*)?\d{1,4}(\s*(/|of|von|页|,?\s*共)\s*\d{0,4}\s*页?)?[-–—\s]*$"
)
_LONGEST_HEADING = 150


def write_lines(composer: Composer, lines: Sequence[Line], body: float) -> None:
    """Write a page's lines as headings, paragraphs and tables.

    Args:
        composer: Where to.
        lines: The page's lines in reading order.
        body: The document's body size.
    """
    for part in tables_in(_without_number(lines)):
        if isinstance(part, Grid):
            write_table(composer, "", [[Cell(_mended(cell)) for cell in row] for row in part.rows])
            continue
        group: list[Line] = []
        for line in part:
            if group and _breaks(group, line):
                _write(composer, group, body)
                group = []
            group.append(line)
        _write(composer, group, body)


def _without_number(lines: Sequence[Line]) -> Sequence[Line]:
    """Leave out the number of the page, where it stands alone at its foot or head."""
    for index in (-1, 0) if len(lines) > 1 else ():
        line = lines[index]
        others = lines[:-1] if index else lines[1:]
        outside = all(line.top <= other.bottom + 1 for other in others) or all(
            line.bottom >= other.top - 1 for other in others
        )
        if _PAGE_NUMBER.match(line.text) and outside:
            return others
    return lines


def _breaks(group: Sequence[Line], below: Line) -> bool:
    """Whether a new paragraph begins after some lines."""
    above = group[-1]
    size = max(above.size, below.size, 1.0)
    if abs(above.size - below.size) > 0.15 * size or above.bold != below.bold:
        return True
    gap = above.bottom - below.top
    if gap > 0.55 * size:
        return True
    if gap < -1.5 * size:  # further up: another column, or the same line
        return above.ends_sentence
    bullets = [line.left for line in group if _BULLET.match(line.text)]
    if bullets:
        return not _BULLET.match(below.text) and below.left < bullets[-1] + 0.3 * size
    return not above.full and above.ends_sentence and below.left > above.left + 0.5 * size


def _write(composer: Composer, group: Sequence[Line], body: float) -> None:
    if not group:
        return
    text = _joined(group)
    ratio = max(line.size for line in group) / body if body else 1.0
    wordy = len(text) <= _LONGEST_HEADING and any(char.isalpha() for char in text)
    bold = all(line.bold for line in group) and ratio >= 0.95 and len(group) <= 2 and not group[-1].full
    if wordy and (ratio >= 1.18 or (bold and not text.endswith((".", "。", ",", ";")))):
        composer.heading(text, 1 if ratio >= 1.8 else 2 if ratio >= 1.4 else 3 if ratio >= 1.18 else 4)
    else:
        composer.paragraph(text)


def _joined(group: Sequence[Line]) -> str:
    """Join lines to running text.

    Words cut by a hyphen are mended; bullets, and lines that end short of their column without ending a sentence (as
    those of addresses and tables do), stay lines.
    """
    text = ""
    previous: Line | None = None
    for line in group:
        piece = one_line(_mended(line.text))
        if previous is None:
            text = piece
        elif previous.text.endswith(tuple(_CUT)):
            text += piece
        elif text.endswith("-") and text[-2:-1].islower() and piece[:1].islower():
            text = text[:-1] + piece
        elif _BULLET.match(piece) or (not previous.full and not piece[:1].islower()):
            text += "\n" + piece
        else:
            text += piece if _WIDE.match(text[-1:]) and _WIDE.match(piece) else " " + piece
        previous = line
    return text


def _mended(text: str) -> str:
    for sign in _CUT:
        text = text.replace(sign, "")
    return clean(text)
