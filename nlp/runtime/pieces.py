"""From a passage to word pieces, and from passages to windows that the network reads at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import category

from tokenizers import Tokenizer

from kg.errors import InputError

SPACE = "▁"  # what SentencePiece writes for a space, at the beginning of a piece
SHAPES = 6  # 0 none of the others, 1 lower, 2 Capitalised, 3 UPPER, 4 miXed, 5 with a digit


def word_shape(word: str) -> int:
    """Return the class of a word's spelling, which lets an uncased encoder see case again."""
    if any(letter.isdigit() for letter in word):
        return 5
    if not word.isalpha() or word.lower() == word.upper():
        return 0
    if word.islower():
        return 1
    if word.isupper() and len(word) > 1:
        return 3
    return 2 if word[0].isupper() and (len(word) == 1 or word[1:].islower()) else 4


@dataclass(frozen=True, slots=True)
class Pieces:
    """One passage in word pieces; offsets are into the passage's own text."""

    text: str
    ids: list[int]
    starts: list[int]
    ends: list[int]
    words: list[int]  # which word of the passage a piece belongs to
    shapes: list[int]

    def __len__(self) -> int:
        return len(self.ids)

    def part(self, start: int, end: int) -> Pieces:
        """The pieces that begin in a stretch of the text, with offsets into that stretch."""
        a, b = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return Pieces(
            self.text[start:end],
            self.ids[a:b],
            [offset - start for offset in self.starts[a:b]],
            [min(offset, end) - start for offset in self.ends[a:b]],
            self.words[a:b],
            self.shapes[a:b],
        )


def cut(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Pieces]:
    """Tokenise passages.

    Args:
        tokenizer: Of an encoder, without truncation and padding.
        texts: The passages.

    Returns:
        The pieces of each passage, without special ones. A piece never covers the space before it.
    """
    out = []
    for text, coded in zip(texts, tokenizer.encode_batch(list(texts), add_special_tokens=False), strict=True):
        words = [0 if word is None else word for word in coded.word_ids]
        spans = [
            without_space(text, start, end, piece) if piece[:1] == SPACE else (start, end)
            for piece, (start, end) in zip(coded.tokens, coded.offsets, strict=True)
        ]
        starts, ends = [start for start, _ in spans], [end for _, end in spans]
        shapes: list[int] = []
        first = 0
        while first < len(words):
            last = first
            while last + 1 < len(words) and words[last + 1] == words[first]:
                last += 1
            shapes += [word_shape(text[starts[first] : ends[last]].strip())] * (last - first + 1)
            first = last + 1
        out.append(Pieces(text, list(coded.ids), starts, ends, words, shapes))
    return out


def without_space(text: str, start: int, end: int, piece: str) -> tuple[int, int]:
    """Return where a SentencePiece piece is in earnest: its offsets cover the space that it carries in front.

    A piece that is nothing but a space is nowhere: it begins and ends at one place.
    """
    if piece == SPACE:
        return start, start
    while start < end and (text[start].isspace() or category(text[start]) in ("Cf", "Cc")):
        start += 1
    return start, end


def special(tokenizer: Tokenizer) -> tuple[int, int, int]:
    """Return the ids of the pieces that begin a window, end a passage and fill up a batch.

    Raises:
        InputError: the tokenizer has neither those of BERT nor those of RoBERTa.
    """
    for names in (("[CLS]", "[SEP]", "[PAD]"), ("<s>", "</s>", "<pad>")):
        begin, separator, pad = (tokenizer.token_to_id(name) for name in names)
        if begin is not None and separator is not None and pad is not None:
            return begin, separator, pad
    raise InputError("the tokenizer has neither [CLS], [SEP], [PAD] nor <s>, </s>, <pad>")


@dataclass(frozen=True, slots=True)
class Window:
    """Passages read at once: `[CLS] a [SEP] b [SEP]`; `bases` says where each one's first piece is."""

    passages: tuple[Pieces, ...]
    bases: tuple[int, ...]
    ids: list[int]
    shapes: list[int]

    def __len__(self) -> int:
        return len(self.ids)


def join(passages: Sequence[Pieces], begin: int, separator: int) -> Window:
    """Put passages into one window.

    Args:
        passages: Passages of one document, in order.
        begin: Id of the piece that begins a window.
        separator: Id of the piece that ends a passage.
    """
    ids, shapes, bases = [begin], [0], []
    for passage in passages:
        bases.append(len(ids))
        ids += [*passage.ids, separator]
        shapes += [*passage.shapes, 0]
    return Window(tuple(passages), tuple(bases), ids, shapes)


def pack(lengths: Sequence[int], longest: int) -> list[list[int]]:
    """Fill windows greedily, in order.

    Args:
        lengths: Pieces of each passage.
        longest: Most pieces of a window, special ones included.

    Returns:
        Indices of the passages of each window; a passage that is too long alone stands alone.
    """
    windows: list[list[int]] = []
    room = 0
    for index, length in enumerate(lengths):
        if not windows or length + 1 > room:
            windows.append([])
            room = longest - 1
        windows[-1].append(index)
        room -= length + 1
    return windows
