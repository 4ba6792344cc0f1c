"""What pronouns stand for, given scores."""

from __future__ import annotations

from kg.types import SpanKind
from nlp.pretrained import default_encoder_folder
from nlp.runtime.antecedents import NEAREST, choose
from nlp.runtime.candidates import Candidate, locate
from nlp.runtime.pieces import cut
from nlp.runtime.reading import Found, Unit
from nlp.runtime.session import load_tokenizer

TOKENIZER = load_tokenizer(default_encoder_folder() / "tokenizer.json")
PERSON, FIRM = 0, 1


def document(text: str, spans: list[tuple[str, int, SpanKind]]) -> Found:
    (pieces,) = cut(TOKENIZER, [text])
    found = []
    for surface, kind, how in spans:
        at = locate(pieces, text.index(surface), text.index(surface) + len(surface))
        assert at is not None
        found.append(Candidate(*at, kind, 1.0, how))
    return Found([Unit(0, 0, pieces, True)], [found], [], [])


def chosen(found: Found) -> dict[tuple[int, int], float]:
    return {(a[1], b[1]): score for a, b, score in choose(found, 0.5, lambda logit: logit)}


def test_the_likeliest_name_wins_over_likelier_pronouns() -> None:
    spans = [("Ann", PERSON, SpanKind.NAME), ("she", PERSON, SpanKind.PRONOUN), ("her", PERSON, SpanKind.PRONOUN)]
    found = document("Ann said she sold her car.", spans)
    found.same += [((0, 1), (0, 0), 0.8), ((0, 2), (0, 0), 0.6), ((0, 2), (0, 1), 0.9)]
    assert chosen(found) == {(1, 0): 0.8, (2, 0): 0.6}


def test_a_pronoun_before_its_name() -> None:
    found = document("In her office Ann sat.", [("her", PERSON, SpanKind.PRONOUN), ("Ann", PERSON, SpanKind.NAME)])
    found.same.append(((0, 1), (0, 0), 0.7))
    assert chosen(found) == {(1, 0): 0.7}


def test_nothing_leans_on_a_later_pronoun() -> None:
    spans = [("it", FIRM, SpanKind.PRONOUN), ("which", FIRM, SpanKind.PRONOUN), ("Acme", FIRM, SpanKind.NAME)]
    found = document("When it left Acme, which grew, all was well.", [spans[0], spans[2], spans[1]])
    found.same += [((0, 2), (0, 0), 0.9), ((0, 2), (0, 1), 0.6)]
    assert chosen(found) == {(2, 1): NEAREST}


def test_a_relative_pronoun_takes_the_nearest_name_of_its_type() -> None:
    spans = [
        ("Acme", FIRM, SpanKind.NAME),
        ("Zenith", FIRM, SpanKind.NAME),
        ("Ann", PERSON, SpanKind.NAME),
        ("which", FIRM, SpanKind.PRONOUN),
    ]
    found = document("Acme owns Zenith, says Ann, which makes bolts.", spans)
    found.same.append(((0, 3), (0, 0), 0.9))
    assert chosen(found) == {(3, 1): NEAREST}


def test_names_that_are_alike_stay_pairs_and_doubts_are_dropped() -> None:
    spans = [("Ann Lee", PERSON, SpanKind.NAME), ("Lee won", PERSON, SpanKind.NAME), ("he", PERSON, SpanKind.PRONOUN)]
    found = document("Ann Lee ran; Lee won. And he?", spans)
    found.same += [((0, 1), (0, 0), 0.9), ((0, 2), (0, 1), 0.3)]
    assert chosen(found) == {(1, 0): 0.9}
