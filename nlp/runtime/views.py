"""Documents as windows of pieces in which each passage is read with its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tokenizers import Tokenizer

from nlp.data.example import Example
from nlp.runtime.pieces import Pieces, cut, pack
from nlp.runtime.sentences import parts
from nlp.runtime.units import bounds, units


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text that is tagged as a whole; units are counted within it, offsets are into its own text."""

    text: int  # which text it is of
    start: int  # its offset there
    pieces: Pieces
    firsts: list[int]  # first piece of each unit
    starts: list[int]
    ends: list[int]


@dataclass(frozen=True, slots=True)
class View:
    """A window: its own passages by their numbers in the document, and where each one's first piece is."""

    ids: list[int]
    shapes: list[int]
    own: tuple[int, ...]
    bases: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Layout:
    """How documents are cut.

    Attributes:
        longest: Most pieces of a window.
        context: Most pieces of neighbours on each side of a window's own; 0: each window stands alone.
        spaced: Whether units are what stands between spaces.
    """

    longest: int
    context: int
    spaced: bool

    @property
    def most(self) -> int:
        """Most pieces of a passage, so that it fits with its context."""
        return self.longest - 3 - 2 * self.context


def specials(tokenizer: Tokenizer) -> tuple[int, int]:
    """Return the ids that begin a window and end a passage."""
    ids = tokenizer.encode("").ids
    return ids[0], ids[-1]


def documents(examples: Sequence[Example]) -> list[range]:
    """Return which texts are neighbours: runs of the same document; a text without one stands alone."""
    found, begin = [], 0
    for _, group in groupby(enumerate(examples), key=lambda item: item[1].document or item[0]):
        count = len(list(group))
        found.append(range(begin, begin + count))
        begin += count
    return found


def passages(texts: Sequence[str], tokenizer: Tokenizer, layout: Layout, first: int = 0) -> list[Passage]:
    """Cut the texts of one document into passages; long texts are cut at ends of sentences.

    Args:
        texts: In order.
        tokenizer: Of the encoder.
        layout: How.
        first: Number of the first text.
    """
    found = []
    for number, pieces in enumerate(cut(tokenizer, texts), first):
        spans = [(0, len(pieces.text))]
        if len(pieces) > layout.most:
            spans = parts(pieces.text, pieces.starts, layout.most)
        for start, end in spans:
            part = pieces if len(spans) == 1 else pieces.part(start, end)
            firsts = units(part, layout.spaced)
            if firsts:
                found.append(Passage(number, start, part, firsts, *bounds(part, firsts)))
    return found


def views(lengths: Sequence[Passage], layout: Layout, begin: int, separator: int, turn: int = 0) -> list[View]:
    """Lay out the windows of one document; each passage is some window's own exactly once.

    Args:
        lengths: The document's passages.
        layout: How.
        begin, separator: Special ids.
        turn: A passage before which a window ends in any case; training varies it.
    """
    ids: list[int] = []
    shapes: list[int] = []
    at: list[int] = []
    for passage in lengths:
        at.append(len(ids))
        ids += [*passage.pieces.ids, separator]
        shapes += [*passage.pieces.shapes, 0]
    at.append(len(ids))
    sizes = [len(passage.pieces) for passage in lengths]
    if len(ids) + 1 <= layout.longest:
        groups = [list(range(len(sizes)))] if sizes else []
    else:
        room = layout.longest - 2 * layout.context - 1
        groups = pack(sizes[:turn], room) + [[turn + i for i in group] for group in pack(sizes[turn:], room)]
    found = []
    for group in groups:
        left = max(0, at[group[0]] - layout.context)
        right = min(len(ids), at[group[-1] + 1] + layout.context)
        tail = [] if ids[right - 1] == separator else [separator]
        bases = tuple(1 + at[number] - left for number in group)
        found.append(
            View([begin, *ids[left:right], *tail], [0, *shapes[left:right], *[0 for _ in tail]], tuple(group), bases)
        )
    return found
