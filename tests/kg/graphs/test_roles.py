from __future__ import annotations

from collections import Counter

from kg.graphs.inverse import inverses, symmetric, turned
from kg.graphs.roles import kinds

DIRECTED, WRITTEN, LANGUAGE, TAG = range(4)


def test_things_are_what_their_places_say() -> None:
    films, people, languages = range(100), range(100, 140), range(200, 205)
    places = {
        (DIRECTED, False): Counter(films),
        (WRITTEN, False): Counter(films),
        (LANGUAGE, False): Counter(films),
        (DIRECTED, True): Counter([*people[:25], *people[:25]]),
        (WRITTEN, True): Counter(people[10:]),
        (LANGUAGE, True): Counter(dict.fromkeys(languages, 20)),
        (TAG, True): Counter([people[0], languages[0], 300, 301, 302, 303]),
    }
    nouns = {(DIRECTED, True): "director", (WRITTEN, True): "writer", (LANGUAGE, True): "language", (TAG, True): "tag"}
    found = kinds(places, nouns)
    assert {found[film].name for film in films} == {"thing"}, "no word says what they are"
    assert {found[language].name for language in languages} == {"language"}, "also the one that is a tag once"
    assert {found[person].name for person in people} == {"writer or director"}, "most of one are the other"
    assert found[301].name == "tag"


def test_a_kind_is_not_called_by_a_noun_for_a_part_of_it() -> None:
    places = {(0, False): Counter(range(100)), (1, True): Counter(range(60))}  # parents are people, not all people are
    found = kinds(places, {(1, True): "parent"})
    assert {kind.name for kind in found.values()} == {"thing"}


def test_inverses_are_known_by_name() -> None:
    assert turned("plays_in_club_inverse") == "plays_in_club"
    assert turned("inverse_of_owns") == "owns"
    assert turned("owns") is None
    pairs = {
        "owns": {(1, 2)}, "owned_by": {(3, 1), (4, 1)}, "member_of": {(1, 9)}, "has_member": {(9, 2), (9, 3)},
        "likes": {(1, 2)},
    }  # fmt: skip
    assert inverses(pairs) == {"owns": "owned_by", "member_of": "has_member"}


def test_inverses_are_known_by_what_they_state() -> None:
    edges = {(number, number + 100) for number in range(20)}
    back = {(b, a) for a, b in edges}
    assert inverses({"teacher": edges, "pupil": back}) == {"teacher": "pupil"}
    assert inverses({"teacher": edges, "pupil": set(list(back)[:9])}) == {}, "too few to tell"
    both = edges | back
    assert inverses({"sibling": both, "relative": both}) == {}, "two symmetric relations are not one turned round"
    assert symmetric(both)
    assert not symmetric(edges)
