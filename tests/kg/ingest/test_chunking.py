from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.ingest.chunking import LONGEST, LONGEST_ROW, Block, chunk
from kg.ingest.sentences import sentences
from kg.types import ChunkKind

_WORDS = (
    "Ada Lovelace",
    "wrote",
    "Inc.",
    "Mr. ",
    "e.g. ",
    "华为成立于",
    "3.5",
    "1. ",
    "U.S. ",
    "😀",
    "x" * 700,
    "字" * 1300,
)
_MARKS = (". ", "! ", "? ", "。", "！", "；", ", ", "…", "”", " ", "\u3000", "\t")
_BREAKS = ("\n", "\n\n", "\r\n\r\n", " \n \n", "\f", "\u2029")
PIECES = st.sampled_from((*_WORDS, *_MARKS, *_BREAKS))
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS)
def test_every_visible_character_lies_in_exactly_one_chunk(text: str) -> None:
    covered = [0] * len(text)
    last = 0
    for piece in chunk(text):
        assert last <= piece.start < piece.end <= len(text)
        assert text[piece.start : piece.end] == text[piece.start : piece.end].strip()
        assert piece.end - piece.start <= LONGEST
        for index in range(piece.start, piece.end):
            covered[index] += 1
        last = piece.end
    assert all(count == 1 for count, char in zip(covered, text, strict=True) if not char.isspace())


@given(TEXTS, st.integers(0, 50), st.integers(0, 50))
def test_sentences_keep_every_visible_character_of_their_stretch(text: str, skip: int, leave: int) -> None:
    start, end = min(skip, len(text)), max(min(skip, len(text)), len(text) - leave)
    found = sentences(text, start, end)
    assert all(start <= begin < stop <= end for begin, stop in found)
    kept = "".join(text[begin:stop] for begin, stop in found)
    assert "".join(kept.split()) == "".join(text[start:end].split())


@given(st.lists(st.tuples(TEXTS, st.sampled_from(list(ChunkKind))), max_size=8))
def test_no_chunk_crosses_a_block(parts: list[tuple[str, ChunkKind]]) -> None:
    text, blocks = "", []
    for number, (part, kind) in enumerate(parts):
        blocks.append(Block(len(text), len(text) + len(part), kind, f"heading {number}", number))
        text += part + "\n\n"
    for piece in chunk(text, blocks):
        block = next(block for block in blocks if block.start <= piece.start < block.end)
        assert piece.end <= block.end
        assert (piece.kind, piece.heading, piece.page) == (block.kind, block.heading, block.page)


def test_paragraphs_are_chunks_and_lines_are_not() -> None:
    text = "First passage.\nStill the first.\n\nSecond passage.\r\n\r\nThird."
    assert [text[c.start : c.end] for c in chunk(text)] == [
        "First passage.\nStill the first.",
        "Second passage.",
        "Third.",
    ]


def test_a_long_paragraph_is_split_at_sentence_ends() -> None:
    sentence = "Mr. Smith of Acme Inc. met Dr. J. Doe in the U.S. on May 3. "
    text = sentence * 50
    pieces = [text[c.start : c.end] for c in chunk(text)]
    assert len(pieces) == 3
    assert all(piece.endswith("on May 3.") and piece.startswith("Mr. Smith") for piece in pieces)


def test_a_long_chinese_paragraph_is_split_at_sentence_ends() -> None:
    text = "华为技术有限公司成立于一九八七年，总部位于深圳。" * 120
    assert all(text[c.start : c.end].endswith("。") for c in chunk(text))


def test_a_long_row_stays_whole_until_it_is_far_too_long() -> None:
    text = "description: " + "word " * 400
    assert len(chunk(text, [Block(0, len(text), ChunkKind.ROW)])) == 1
    text = "description: " + "word " * LONGEST_ROW
    assert len(chunk(text, [Block(0, len(text), ChunkKind.ROW)])) > 1


def test_sentences_know_abbreviations_initials_and_numbers() -> None:
    text = "Acme Inc. was founded by J. R. Smith, Ph.D. He paid 3.5 million. Is it true? “Yes.” "
    text += "他是谁？他是创始人。\nNew line"
    assert [text[a:b] for a, b in sentences(text)] == [
        "Acme Inc. was founded by J. R. Smith, Ph.D. He paid 3.5 million.",
        "Is it true?",
        "“Yes.”",
        "他是谁？",
        "他是创始人。",
        "New line",
    ]
