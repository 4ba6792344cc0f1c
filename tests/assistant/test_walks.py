"""Walks over a graph, what they are called, and how their likeness to a question becomes a chance."""

from __future__ import annotations

import random

import pytest

from assistant.ask.chance import Chance
from assistant.ask.combine import combined
from assistant.ask.form import Named, Step
from assistant.ask.language import language
from assistant.ask.lexicon import Lexicon
from assistant.ask.nouns import Spelling, checking_phrase, joint_phrase, noun_phrase
from assistant.ask.parse import Candidate
from assistant.ask.profile import Profile
from assistant.ask.question import Slot, read
from assistant.ask.walked import Walked
from assistant.ask.walks import Walk, every_move, walks
from kg.ontology import Ontology

ONTOLOGY = Ontology.parse("""
name: films
types: {Film: {}, Person: {}, Genre: {}, Year: {value: true}}
relations:
  directed_by: {domain: [Film], range: [Person]}
  has_genre: {domain: [Film, Genre], range: [Genre]}
  released: {domain: [Film], range: [Year]}
  unused: {domain: [Film], range: [Person]}
""")
PROFILE = Profile(
    {"directed_by": {"Film": 90}, "has_genre": {"Film": 500, "Genre": 1}, "released": {"Film": 80}},
    {"directed_by": {"Person": 90}, "has_genre": {"Genre": 501}, "released": {"Year": 80}},
)
SPELLED = {
    "directed_by": Spelling("director", "directed by", "film"),
    "has_genre": Spelling("genre", "", "film"),
    "released": Spelling("", "released in", "film"),
}


def moves_from(kind: str) -> set[tuple[tuple[str, bool], ...]]:
    found = walks(frozenset({kind}), ONTOLOGY, PROFILE, every_move(ONTOLOGY))
    return {walk.moves for walk in found if not walk.apart}


def test_walks_go_where_the_graph_does() -> None:
    found = moves_from("Film")
    assert (("directed_by", False),) in found
    assert (("directed_by", False), ("directed_by", True), ("has_genre", False)) in found
    assert not any("unused" in {relation for relation, _ in walk} for walk in found)  # no edge has it
    assert not any(walk[0] == ("directed_by", True) for walk in found)  # no film directs
    one_odd_edge = (("has_genre", False), ("has_genre", False))
    assert one_odd_edge not in found
    assert not any(walk[-2][0] == "released" for walk in found if len(walk) > 1)  # a value leads nowhere


def test_a_type_without_edges_goes_by_the_ontology() -> None:
    sparse = Profile({"directed_by": {"Film": 5}}, {"directed_by": {"Person": 5}})
    found = {walk.moves for walk in walks(frozenset({"Genre"}), ONTOLOGY, sparse, every_move(ONTOLOGY))}
    assert found == set()


def test_what_goes_straight_back_leaves_its_start_out() -> None:
    back = Walk((("directed_by", False), ("directed_by", True), ("released", False)), frozenset({"Year"}))
    start = Named(("a",), "Alien", "Film")
    directed = Step(start, "directed_by", False)
    assert back.form(start) == Step(Step(directed, "directed_by", True, apart=True), "released", False)
    assert Walk(back.moves[:1], frozenset({"Person"})).form(start) == directed


def test_walks_are_said_as_noun_phrases() -> None:
    back = Walk((("directed_by", False), ("directed_by", True), ("has_genre", False)), frozenset({"Genre"}))
    assert noun_phrase(back.moves, SPELLED, back.others) == "genre of other film directed by director of xx"
    assert noun_phrase([("has_genre", True)], SPELLED) == "film whose genre is xx"
    assert noun_phrase([("released", False)], SPELLED) == "what xx is released in"
    assert (
        joint_phrase("film directed by xx", "film whose genre is xx")
        == "film directed by xx and film whose genre is zz"
    )
    assert checking_phrase("director of xx") == "whether zz is director of xx"


def test_types_with_few_edges_do_not_count() -> None:
    assert PROFILE.types("has_genre", end=False) == {"Film"}
    assert PROFILE.types("unused", end=True) == frozenset()


def test_chances_are_fitted() -> None:
    rng = random.Random(1)
    signs = [(rng.uniform(0.3, 0.9), rng.uniform(0, 0.2)) for _ in range(2_000)]
    true = Chance(-9.0, 12.0, 8.0)
    right = [rng.random() < 1 / (1 + 2.718281828 ** -true.odds(*sign)) for sign in signs]
    found = Chance.fitted(signs, right)
    assert found.steep == pytest.approx(true.steep, rel=0.25)
    assert found.odds(0.75, 0.1) == pytest.approx(true.odds(0.75, 0.1), abs=0.3)
    assert Chance.fitted(signs, [True] * len(signs)) == Chance()


def test_readers_that_agree_are_surer() -> None:
    start = Named(("a",), "Alien", "Film")
    director, genre = Step(start, "directed_by"), Step(start, "has_genre")
    liked = [Walked(genre, 0.7, 1.0, 0.02), Walked(director, 0.68, 1.0, -0.02)]
    alone = combined({}, liked, Chance())
    assert [one.form for one in alone] == [genre, director]
    both = combined({director: Candidate(director, 0.95)}, liked, Chance())
    assert both[0].form == director
    assert both[0].score > alone[1].score


def test_a_name_before_the_verb_asks_for_no_yes() -> None:
    lexicon = Lexicon(ONTOLOGY, language("en"))
    text = "Alien was directed by which person?"
    slot = Slot(Named(("a",), "Alien", "Film"), frozenset({"Film"}), "Alien", 1.0, 0, 5)
    assert read(text, [slot], lexicon).kind == "things"
    moved = Slot(slot.form, slot.types, "Alien", 1.0, 4, 9)
    assert read("Was Alien directed by Ann?", [moved], lexicon).kind == "yes_no"
