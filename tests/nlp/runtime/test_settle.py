"""Types, directions and relations agree."""

from __future__ import annotations

import numpy as np
import pytest

from kg.types import SpanKind
from nlp.pretrained import default_encoder_folder
from nlp.runtime.candidates import Candidate, mend, shares
from nlp.runtime.pieces import cut
from nlp.runtime.reading import Found, Settings, both_ways, typed_pairs, windows_of
from nlp.runtime.reading import Unit as Stretch
from nlp.runtime.session import load_tokenizer
from nlp.runtime.settle import settle

TOKENIZER = load_tokenizer(default_encoder_folder() / "tokenizer.json")
PERSON, FIRM, PLACE = 0, 1, 2
SETTINGS = Settings(
    types=("Person", "Organization", "Location", "Date"),
    relations=("SPOUSE", "CHILD_OF", "CEO"),
    domains=(("Person",), ("Person",), ("Organization",)),
    ranges=(("Person",), ("Person",), ("Person",)),
    symmetric=("SPOUSE",),
    oneway=("CHILD_OF",),
)


def span(at: int, kind: int, *others: tuple[int, float]) -> Candidate:
    rest = 1.0 - sum(p for _, p in others)
    return Candidate(at, at, kind, 1.0, SpanKind.NAME, ((kind, rest), *others))


def test_directions() -> None:
    pairs = [(0, 1), (1, 0), (0, 2)]
    scores = np.array([[3.0, 2.0, 0.0], [1.0, 4.0, 1.0], [5.0, -1.0, 2.0]], np.float32)
    out = both_ways(scores, pairs, SETTINGS)
    assert out[:, 0].tolist() == [2.0, 2.0, 5.0]
    assert out[:, 1].tolist() == [-np.inf, 4.0, -1.0]
    assert out[:, 2].tolist() == scores[:, 2].tolist()


def test_pairs_follow_every_plausible_type() -> None:
    table = SETTINGS.compatible()
    assert typed_pairs([span(0, FIRM), span(1, PERSON), span(2, PLACE)], table) == [(0, 1)]
    assert typed_pairs([span(0, PLACE, (FIRM, 0.2)), span(1, PERSON)], table) == [(0, 1)]


@pytest.mark.parametrize(("logit", "settled"), [(4.0, True), (0.1, False)])
def test_a_sure_relation_decides_a_doubtful_type(logit: float, settled: bool) -> None:
    found = Found([], [[span(0, PLACE, (FIRM, 0.3)), span(1, PERSON)]], [(0, 0, 1, 2, logit)], [])
    result = settle(found, SETTINGS, 0.0)
    assert bool(result.links) is settled
    assert result.types[(0, 0)] == (FIRM if settled else PLACE)


def test_relations_below_the_threshold_decide_nothing() -> None:
    found = Found([], [[span(0, FIRM), span(1, PERSON)]], [(0, 0, 1, 2, 0.9)], [])
    assert settle(found, SETTINGS, 1.0).links == []
    assert settle(found, SETTINGS, 1.0).types == {}


def test_shares_keep_the_plausible() -> None:
    tags = np.array([[0.5, 0.2, 0.1, 0.1, 0.01, 0.0, 0.0, 0.0]], np.float32)
    assert [n for n, _ in shares(tags, 0)] == [0, 1]
    assert [n for n, _ in shares(tags, 2)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "parts", "kind", "whole"),
    [
        ("on February 17, 1891 in", ("February 17", "1891"), 3, ["February 17, 1891"]),
        ("in 1891, 1895 and", ("1891", "1895"), 3, ["1891", "1895"]),
        ("Anna of Prussia wed", ("Anna", "Prussia"), 0, ["Anna of Prussia"]),
        ("Bank of Prussia", ("Bank", "Prussia"), 1, ["Bank", "Prussia"]),
        ("Mercedes-Benz grew", ("Mercedes", "Benz"), 1, ["Mercedes-Benz"]),
        ("Ann, Bob came", ("Ann", "Bob"), 0, ["Ann", "Bob"]),
    ],
)
def test_fragments_are_put_together(text: str, parts: tuple[str, str], kind: int, whole: list[str]) -> None:
    (pieces,) = cut(TOKENIZER, [text])
    spans = []
    for part in parts:
        start = text.index(part)
        inside = [i for i, s in enumerate(pieces.starts) if start <= s < start + len(part)]
        spans.append((inside[0], inside[-1], kind))
    assert [text[pieces.starts[a] : pieces.ends[b]] for a, b, _ in mend(pieces, spans)] == whole


def test_windows_overlap_by_their_context() -> None:
    sentences = cut(TOKENIZER, ["one two three four five six seven eight."] * 100)
    units = [Stretch(n, 0, pieces, True) for n, pieces in enumerate(sentences)]
    windows = windows_of(units, SETTINGS)
    fresh = [i for members, context in windows for i in members[context:]]
    assert fresh == list(range(100))
    for members, context in windows:
        assert 1 + sum(len(units[i].pieces) + 1 for i in members) <= SETTINGS.longest
        assert members == list(range(members[0], members[-1] + 1))
        assert context == 0 or members[context] > 0
    assert all(context > 0 for _, context in windows[1:])
