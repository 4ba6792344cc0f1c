"""Which pieces are kept, and how texts are cut with them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from kg.errors import SettingsError
from nlp.runtime.pieces import cut, special
from nlp.training.encoders import unigram
from nlp.training.encoders.vocabulary import choose
from tests.nlp.training.encoders.conftest import PIECES, tokenizer


def kept(languages: list[str], size: int = 200, **more: Any) -> list[str]:
    ids = choose(PIECES, languages, size, **{"characters": False, **more})
    assert ids == sorted(ids)
    return [PIECES[number] for number in ids]


def test_scripts_decide() -> None:
    english = kept(["en"])
    assert {"▁the", "▁compan", "▁2019", "é", "😀"} <= set(english)
    assert not {"北", "北京", "а", "привет"} & set(english)
    both = kept(["en", "zh"])
    assert {"▁the", "北", "北京", "▁北京", "。"} <= set(both)
    assert english[:4] == ["<s>", "<pad>", "</s>", "<unk>"]
    assert english[-1] == "<mask>"


def test_pieces_of_several_han_characters_are_of_no_use_characterwise() -> None:
    pieces = kept(["en", "zh"], characters=True)
    assert "北" in pieces
    assert not {"北京", "▁北京", "公司"} & set(pieces)


def test_a_lexicon_comes_before_frequency() -> None:
    words = {"compan", "ies"}
    many = [piece for piece in PIECES if len(piece.removeprefix("▁")) > 1 and piece.isascii()]
    assert many
    alone = len(kept(["en"], 200)) - sum(len(piece.strip("▁")) > 1 and piece[0] != "<" for piece in kept(["en"], 200))
    short = kept(["en"], alone + 4, lexicon=words)
    assert {"▁compan", "ies", "▁2019", "19"} <= set(short)
    assert "▁de" not in short  # more frequent, but over all languages


def test_what_cannot_be() -> None:
    with pytest.raises(SettingsError, match="tlh"):
        kept(["en", "tlh"])
    with pytest.raises(SettingsError, match="too few"):
        kept(["en"], 10)


def made(characters: bool) -> Tokenizer:
    ids = choose(PIECES, ["en", "zh"], 200, characters=characters)
    return Tokenizer.from_str(unigram.write(unigram.trimmed(tokenizer(), ids, characters=characters)))


NATURAL, CHARACTERWISE = made(False), made(True)


def read(tokenizer: Tokenizer, text: str) -> list[tuple[str, str]]:
    (pieces,) = cut(tokenizer, [text])
    spans = zip(pieces.ids, pieces.starts, pieces.ends, strict=True)
    return [(tokenizer.id_to_token(number), text[start:end]) for number, start, end in spans]


def test_natural_pieces_are_those_of_the_whole_tokenizer() -> None:
    whole = Tokenizer.from_str(unigram.write(tokenizer()))
    for text in ("the companies, Paris", "北京公司", "A 北京."):
        assert NATURAL.encode(text).tokens == whole.encode(text).tokens


def test_characters_stand_alone_without_a_space_mark() -> None:
    assert read(CHARACTERWISE, "北京 the公司《A》,as's ") == [
        *(("北", "北"), ("京", "京"), ("▁the", "the"), ("公", "公"), ("司", "司"), ("《", "《"), ("A", "A")),
        *(("》", "》"), (",", ","), ("a", "a"), ("s", "s"), ("'", "'"), ("s", "s")),
    ]


def test_special_pieces_are_renumbered() -> None:
    assert special(CHARACTERWISE) == (0, 2, 1)
    assert CHARACTERWISE.encode("北").tokens == ["<s>", "北", "</s>"]
    assert CHARACTERWISE.token_to_id("<mask>") == CHARACTERWISE.get_vocab_size() - 1


LETTERS = "the compan ies,.\r\n\t　 é😀北京公司在。《》ＡＢ①㎏'-2019\u0301\u200b"


@given(st.text(st.sampled_from(LETTERS), max_size=30), st.booleans())
@example("  北 京 ", True)
@example("　the", False)
def test_offsets_never_cover_the_space_before_and_never_go_back(text: str, characters: bool) -> None:
    (pieces,) = cut(CHARACTERWISE if characters else NATURAL, [text])
    for start, end in zip(pieces.starts, pieces.ends, strict=True):
        assert 0 <= start <= end <= len(text)
        assert start == end or not text[start].isspace()
    assert all(a <= b for a, b in pairwise(pieces.starts))
    if characters:
        for place, letter in enumerate(text):
            if letter in "北京公司在。《》":
                assert (place, place + 1) in zip(pieces.starts, pieces.ends, strict=True)
