"""Decoding of tags and the closed lists."""

from __future__ import annotations

import numpy as np

from kg.types import SpanKind
from nlp.pretrained import default_encoder_folder
from nlp.runtime.candidates import closed_list, decode, locate
from nlp.runtime.pieces import Pieces, cut
from nlp.runtime.session import load_tokenizer

TOKENIZER = load_tokenizer(default_encoder_folder() / "tokenizer.json")
TAGS = 17  # O and eight types


def tagged(text: str, spans: dict[str, int], strength: float = 8.0) -> tuple[Pieces, np.ndarray]:
    """Logits that mark the given surfaces with a type."""
    (pieces,) = cut(TOKENIZER, [text])
    logits = np.zeros((len(pieces), TAGS), np.float32)
    logits[:, 0] = 4.0
    for surface, kind in spans.items():
        start = text.index(surface)
        first, last = locate(pieces, start, start + len(surface)) or (0, 0)
        logits[first : last + 1, 0] = 0.0
        logits[first, 1 + 2 * kind] = strength
        logits[first + 1 : last + 1, 2 + 2 * kind] = strength
    return pieces, logits


def surfaces(pieces: Pieces, logits: np.ndarray) -> list[tuple[str, int, SpanKind]]:
    found = decode(pieces, logits, 1.5)
    return [(pieces.text[pieces.starts[c.first] : pieces.ends[c.last]], c.type, c.kind) for c in found]


def test_names_are_found_whole() -> None:
    pieces, logits = tagged("Zyxgroup Holdings hired Ada Lovelace.", {"Zyxgroup Holdings": 1, "Ada Lovelace": 0})
    assert surfaces(pieces, logits) == [
        ("Zyxgroup Holdings", 1, SpanKind.NAME),
        ("Ada Lovelace", 0, SpanKind.NAME),
    ]


def test_a_word_that_is_tagged_in_part_is_widened() -> None:
    pieces, logits = tagged("They visited Zyxgroup.", {})
    inside = [i for i in range(len(pieces)) if pieces.text[pieces.starts[i] :].startswith("group")]
    assert inside
    logits[inside[0], 3] = 12.0
    assert ("Zyxgroup", 1, SpanKind.NAME) in surfaces(pieces, logits)


def test_neighbours_of_one_type_stay_two() -> None:
    pieces, logits = tagged("Ann Bob met.", {"Ann": 0, "Bob": 0})
    assert [s for s, _, _ in surfaces(pieces, logits)] == ["Ann", "Bob"]


def test_every_pronoun_that_may_refer_is_a_candidate() -> None:
    pieces, logits = tagged("When it grew, she left the company, which I like.", {})
    assert [(s, k) for s, _, k in surfaces(pieces, logits)] == [
        ("it", SpanKind.PRONOUN),
        ("she", SpanKind.PRONOUN),
        ("the company", SpanKind.NOMINAL),
        ("which", SpanKind.PRONOUN),
        ("I", SpanKind.PRONOUN),
    ]


def test_a_pronoun_inside_a_name_is_no_pronoun() -> None:
    pieces, logits = tagged("They hired Who Is It Ltd today.", {"Who Is It Ltd": 1})
    assert [s for s, _, _ in surfaces(pieces, logits)] == ["They", "Who Is It Ltd"]


def test_the_country_is_no_pronoun() -> None:
    assert closed_list("The US and IT firms") == []


def test_a_pronoun_that_surely_refers_to_nothing_is_none() -> None:
    pieces, logits = tagged("He said that it rains.", {})
    logits[2, 0] = 12.0
    assert [s for s, _, _ in surfaces(pieces, logits)] == ["He", "it"]


def test_nothing_in_nothing() -> None:
    (pieces,) = cut(TOKENIZER, [""])
    assert decode(pieces, np.zeros((0, TAGS), np.float32), 1.5) == []


def test_characters_of_a_name_stay_together() -> None:
    text = "他在洛杉矶。"
    places = list(range(len(text)))
    pieces = Pieces(text, places, places, [place + 1 for place in places], places, places)  # a character a piece
    logits = np.full((6, TAGS), -5.0, np.float32)
    logits[:, 0] = 5.0
    logits[2:5, 0] = -5.0
    logits[2, 3], logits[2, 5] = 4.0, 3.8  # B of an organization is a little ahead of B of a place
    logits[3, 6], logits[4, 6] = 6.0, 6.0  # I of a place
    names = [c for c in decode(pieces, logits, 1.5) if c.kind is SpanKind.NAME]
    assert [(c.first, c.last, c.type) for c in names] == [(2, 4, 2)]
