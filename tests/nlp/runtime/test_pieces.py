"""Word pieces, windows and the cutting of long passages."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.pretrained import default_encoder_folder
from nlp.runtime.pieces import cut, join, pack, word_shape
from nlp.runtime.sentences import parts, sentence_ends
from nlp.runtime.session import load_tokenizer

TOKENIZER = load_tokenizer(default_encoder_folder() / "tokenizer.json")


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("lower", 1),
        ("Title", 2),
        ("I", 2),
        ("NASA", 3),
        ("eBay", 4),
        ("3M", 5),
        ("1984", 5),
        (",", 0),
        ("上", 0),
        ("É", 2),
    ],
)
def test_word_shape(word: str, shape: int) -> None:
    assert word_shape(word) == shape


def test_pieces_carry_the_shape_of_their_whole_word() -> None:
    (pieces,) = cut(TOKENIZER, ["Zyxgroup bought eBay."])
    shapes = {}
    for start, end, shape in zip(pieces.starts, pieces.ends, pieces.shapes, strict=True):
        shapes.setdefault(shape, []).append(pieces.text[start:end])
    assert "".join(shapes[2]) == "Zyxgroup"
    assert "".join(shapes[4]) == "eBay"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_offsets_stay_inside_the_text(text: str) -> None:
    (pieces,) = cut(TOKENIZER, [text])
    assert all(0 <= s <= e <= len(text) for s, e in zip(pieces.starts, pieces.ends, strict=True))
    assert pieces.starts == sorted(pieces.starts)


def test_parts_are_what_the_tokenizer_makes_of_them_alone() -> None:
    text = "Ann left Zyxgroup Inc. in May. She then moved to O'Fallon, Ill. 他走了。Wow!"
    (whole,) = cut(TOKENIZER, [text])
    for start, end in parts(text, whole.starts, 128):
        (alone,) = cut(TOKENIZER, [text[start:end]])
        part = whole.part(start, end)
        assert (part.text, part.ids, part.shapes) == (alone.text, alone.ids, alone.shapes)
        assert (part.starts, part.ends) == (alone.starts, alone.ends)


def test_window_places_passages() -> None:
    passages = cut(TOKENIZER, ["One two.", "Three."])
    window = join(passages, 101, 102)
    assert window.ids[0] == 101
    for base, passage in zip(window.bases, passages, strict=True):
        assert window.ids[base : base + len(passage)] == passage.ids
        assert window.ids[base + len(passage)] == 102


@given(st.lists(st.integers(1, 300), max_size=40))
def test_pack_keeps_order_and_fits(lengths: list[int]) -> None:
    windows = pack(lengths, 256)
    assert [i for window in windows for i in window] == list(range(len(lengths)))
    for window in windows:
        assert len(window) == 1 or 1 + sum(lengths[i] + 1 for i in window) <= 256


def test_sentences_end_where_they_should() -> None:
    text = "Dr. A. Lee works for Acme Inc. in Ohio. She left. 他走了。她来了。"
    ends = sentence_ends(text)
    assert [text[a:b].strip() for a, b in zip([0, *ends], ends, strict=False)] == [
        "Dr. A. Lee works for Acme Inc. in Ohio.",
        "She left.",
        "他走了。",
        "她来了。",
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["alpha", "Beta.", "gamma!", "Delta", "x" * 30, "。"]), min_size=1, max_size=120))
def test_parts_cover_the_text_and_stay_short(words: list[str]) -> None:
    text = " ".join(words)
    (pieces,) = cut(TOKENIZER, [text])
    stretches = parts(text, pieces.starts, 16)
    assert stretches[0][0] == 0
    assert stretches[-1][1] == len(text)
    assert all(a[1] == b[0] for a, b in pairwise(stretches))
    for start, end in stretches:
        assert sum(start <= s < end for s in pieces.starts) <= 16
