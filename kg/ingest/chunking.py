"""Cuts a text into chunks: the passages that are read, searched and cited as one piece."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.ingest.sentences import sentences
from kg.types import Chunk, ChunkKind

LONGEST = 1_200
"""Characters after which prose is split at a sentence end: about what an encoder window of 256 pieces holds."""

LONGEST_ROW = 4 * LONGEST
"""A table row is kept whole for longer: its cells say what they say only together."""

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*|\s*[\f\u2029]\s*")
_SOFT_BREAK = re.compile(r"[,;:，；：、]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text of one kind, under one heading, on one page."""

    start: int
    end: int
    kind: ChunkKind = ChunkKind.PROSE
    heading: str = ""
    page: int | None = None


def chunk(text: str, blocks: Iterable[Block] | None = None) -> tuple[Chunk, ...]:
    """Cut a text into chunks.

    Prose falls into paragraphs (blank lines between them); what is longer than `LONGEST` is split at sentence ends, and
    a sentence that is longer still at a comma, a space or, at last, anywhere. No chunk crosses a block.

    Args:
        text: The text.
        blocks: Its parts, in order and apart; one block of prose where None.

    Returns:
        Chunks in order that begin and end with visible characters. Every visible character of a block lies in exactly
        one.
    """
    chunks: list[Chunk] = []
    for block in (Block(0, len(text)),) if blocks is None else blocks:
        for start, end in _pieces(text, block):
            chunks.append(Chunk(start, end, block.kind, block.heading, block.page))
    return tuple(chunks)


def _pieces(text: str, block: Block) -> Iterator[tuple[int, int]]:
    if block.kind is not ChunkKind.PROSE:
        start, end = _trim(text, block.start, block.end)
        longest = LONGEST_ROW if block.kind is ChunkKind.ROW else LONGEST
        if start < end:
            yield from _split(text, start, end, longest)
        return
    begin = block.start
    for gap in _BLANK_LINES.finditer(text, block.start, block.end):
        yield from _paragraph(text, begin, gap.start())
        begin = gap.end()
    yield from _paragraph(text, begin, block.end)


def _paragraph(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    start, end = _trim(text, start, end)
    if start < end:
        yield from _split(text, start, end, LONGEST)


def _split(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """Pack sentences, in order, into pieces of at most `longest` characters."""
    if end - start <= longest:
        yield start, end
        return
    first = last = start
    for begin, stop in sentences(text, start, end):
        if stop - first > longest and last > first:
            yield first, last
            first = begin
        while stop - first > longest:
            cut = _soft_cut(text, first, first + longest)
            yield _trim(text, first, cut)
            first, _ = _trim(text, cut, stop)
        last = stop
    if first < last:
        yield first, last


def _soft_cut(text: str, start: int, limit: int) -> int:
    """Where to cut a sentence that is too long: after the last soft break in the second half, else at the limit."""
    cut = limit
    for match in _SOFT_BREAK.finditer(text, start + (limit - start) // 2, limit):
        cut = match.end()
    return cut


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
