"""Makes paragraphs and headings of the lines on a PDF page, by their sizes and distances."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.ingest.composer import Composer, clean, one_line

if TYPE_CHECKING:
    import pypdfium2

_LINE = re.compile(r"[^\r\n]+")
_CUT = "\ufffe\x02\u00ad"  # what pdfium gives for a hyphen at a line's end, and the soft hyphen
_SENTENCE_END = (".", "!", "?", ":", "。", "！", "？", "：", "”", '"')
_BULLET = re.compile(r"^[•◦▪●■–‣∙·*○]\s|^\(?(\d{1,2}|[a-z])[.)]\s")
_BOLD = re.compile(rb"(?i)bold|black|heavy")
_WIDE = re.compile("[\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]")
_PAGE_NUMBER = re.compile(
    r"(?i)^[-–—\s]*(page\s+|seite\s+|第\s*)?\d{1,4}(\s*(/|of|von|页|,?\s*共)\s*\d{0,4}\s*页?)?[-–—\s]*$"
)
_LONGEST_HEADING = 150
_NEAR = 15  # lines above and below that show how far a column reaches to the right


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
            lines.append(Line(text, round(size, 1), left, bottom, right, top, bold))
    finally:
        textpage.close()
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
        gap = "" if line.left - above.right < 0.15 * max(above.size, line.size) else " "
        larger = max(above, line, key=lambda part: part.size)
        joined[-1] = replace(
            above,
            text=above.text + gap + line.text,
            size=larger.size,
            bottom=larger.bottom,
            top=larger.top,
            right=max(above.right, line.right),
            bold=above.bold and line.bold,
        )
    return joined


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


def write_lines(composer: Composer, lines: Sequence[Line], body: float) -> None:
    """Write a page's lines as headings and paragraphs.

    Args:
        composer: Where to.
        lines: The page's lines in reading order.
        body: The document's body size.
    """
    group: list[Line] = []
    for line in _without_number(lines):
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
