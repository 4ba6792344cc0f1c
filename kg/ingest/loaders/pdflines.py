"""The lines on a page, of a PDF or a picture, as they are printed."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypdfium2

_LINE = re.compile(r"[^\r\n]+")
_SENTENCE_END = (".", "!", "?", ":", "。", "！", "？", "：", "”", '"')
_BOLD = re.compile(rb"(?i)bold|black|heavy")
_GAP = re.compile(r"(?<=\S)\s+(?=\S)")
WIDE_GAP = 0.9
"""Type sizes between two stretches of a line that are cells, not words."""

_NEAR = 15  # lines above and below that show how far a column reaches to the right


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line with wide gaps around it, as a cell of a table is."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is printed: its text, its type size, its box in points (the origin is at the lower left)."""

    text: str
    size: float
    left: float
    bottom: float
    right: float
    top: float
    bold: bool = False
    full: bool = True  # it reaches the right edge of its column
    pieces: tuple[Piece, ...] = ()  # what wide gaps cut it into
    apart: bool = False  # a word or more by itself, whatever is near, as OCR finds them

    @property
    def ends_sentence(self) -> bool:
        """Whether a sentence ends with the line."""
        return self.text.endswith(_SENTENCE_END)


def page_lines(page: pypdfium2.PdfPage) -> list[Line]:
    """Read the lines of a page in the order that pdfium reads them."""
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    try:
        handle = textpage.raw
        lines: list[Line] = []
        for match in _LINE.finditer(textpage.get_text_range()):
            text = match[0].strip()
            if not text:
                continue
            begin = match.start() + len(match[0]) - len(match[0].lstrip())
            first = raw.FPDFText_GetCharIndexFromTextIndex(handle, begin)
            last = raw.FPDFText_GetCharIndexFromTextIndex(handle, begin + len(text) - 1)
            left, bottom, right, top = _box(handle, first)
            size = top - bottom
            if last > first:
                # Two lines come as one where a word is cut at the end of the first.
                _, end_bottom, end_right, _ = _box(handle, last)
                bottom, right = min(bottom, end_bottom), end_right
            bold = _is_bold(handle, first) and _is_bold(handle, last)
            pieces = _pieces(handle, text, begin, left, right, top - bottom)
            lines.append(Line(text, round(size, 1), left, bottom, right, top, bold, pieces=pieces))
    finally:
        textpage.close()
    return arranged(lines)


def _pieces(
    handle: ctypes.c_void_p, text: str, begin: int, left: float, right: float, size: float
) -> tuple[Piece, ...]:
    """Cut a line at its wide gaps."""
    import pypdfium2.raw as raw

    found: list[Piece] = []
    start, edge = 0, left
    for gap in _GAP.finditer(text):
        before = raw.FPDFText_GetCharIndexFromTextIndex(handle, begin + gap.start() - 1)
        after = raw.FPDFText_GetCharIndexFromTextIndex(handle, begin + gap.end())
        end, following = _box(handle, before)[2], _box(handle, after)[0]
        if following - end > WIDE_GAP * size:
            found.append(Piece(text[start : gap.start()], edge, end))
            start, edge = gap.end(), following
    return (*found, Piece(text[start:], edge, right))


def arranged(lines: Sequence[Line]) -> list[Line]:
    """Join what stands on one line, and note which lines are full."""
    return _with_edges(_in_one_row(lines))


def _box(handle: ctypes.c_void_p, index: int) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of a character; its height is that of its type, whatever the letter."""
    import pypdfium2.raw as raw

    loose = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(handle, index, loose):
        return 0.0, 0.0, 0.0, 0.0
    return float(loose.left), float(loose.bottom), float(loose.right), float(loose.top)


def _is_bold(handle: ctypes.c_void_p, index: int) -> bool:
    """Whether a character is printed bold, by its weight or, where a file does not say that, by its font's name."""
    import pypdfium2.raw as raw

    if raw.FPDFText_GetFontWeight(handle, index) >= 600:
        return True
    name = ctypes.create_string_buffer(80)
    raw.FPDFText_GetFontInfo(handle, index, name, len(name), ctypes.c_int())
    return bool(_BOLD.search(name.value))


def _in_one_row(lines: Sequence[Line]) -> list[Line]:
    """Join what stands on one line but was read as several, such as raised numbers."""
    joined: list[Line] = []
    for line in lines:
        above = joined[-1] if joined else None
        if above is None or not _same_row(above, line):
            joined.append(line)
            continue
        distance = (line.left - above.right) / max(above.size, line.size, 1.0)
        gap = "" if distance < 0.15 and not line.apart else " "
        larger = max(above, line, key=lambda part: part.size)
        joined[-1] = replace(
            above,
            text=above.text + gap + line.text,
            size=larger.size,
            bottom=larger.bottom,
            top=larger.top,
            right=max(above.right, line.right),
            bold=above.bold and line.bold,
            pieces=_joined_pieces(above, line, gap, line.apart or distance > WIDE_GAP),
        )
    return joined


def _joined_pieces(left: Line, right: Line, gap: str, apart: bool) -> tuple[Piece, ...]:
    first = left.pieces or (Piece(left.text, left.left, left.right),)
    second = right.pieces or (Piece(right.text, right.left, right.right),)
    if apart:
        return (*first, *second)
    middle = Piece(first[-1].text + gap + second[0].text, first[-1].left, second[0].right)
    return (*first[:-1], middle, *second[1:])


def _same_row(left: Line, right: Line) -> bool:
    overlap = min(left.top, right.top) - max(left.bottom, right.bottom)
    near = -0.5 <= (right.left - left.right) / max(left.size, right.size, 1.0) <= 2.0
    return near and overlap >= 0.5 * min(left.size, right.size)


def _with_edges(lines: Sequence[Line]) -> list[Line]:
    """Note which lines end short of the right edge of their column."""
    found: list[Line] = []
    for index, line in enumerate(lines):
        near = lines[max(0, index - _NEAR) : index + _NEAR + 1]
        edge = max((o.right for o in near if o.left < line.right and o.right > line.left), default=line.right)
        found.append(replace(line, full=line.right >= edge - max(0.18 * (edge - line.left), 2 * line.size)))
    return found


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The type size that most characters of a document have."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size)] += len(line.text)
    return float(max(sizes, key=lambda size: sizes[size])) if sizes else 0.0
