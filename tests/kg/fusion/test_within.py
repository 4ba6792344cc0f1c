from __future__ import annotations

import numpy as np
import pytest

from kg.fusion import Fact, LocalEntity, local_entities
from kg.types import Evidence, Judgement, Mention, Readers, SpanKind, Statement, Value, Verdict


def mentions(*spans: tuple[str, str], document: str = "d1") -> list[Mention]:
    """Lay mentions one after another: (surface, type), pronouns in lower case, values with type Date."""
    made, at = [], 0
    for text, type_ in spans:
        kind = SpanKind.VALUE if type_ == "Date" else SpanKind.PRONOUN if text in ("he", "she", "it") else SpanKind.NAME
        value = Value("Date", text) if kind is SpanKind.VALUE else None
        made.append(Mention(document, at, at + len(text), type_, text, kind, value=value))
        at += len(text) + 1
    return made


def surfaces(locals_: list[LocalEntity], made: list[Mention]) -> list[list[str]]:
    by_id = {mention.id: mention for mention in made}
    ordered = [sorted((by_id[m] for m in local.mentions), key=lambda m: m.start) for local in locals_]
    return [[mention.text for mention in group] for group in sorted(ordered, key=lambda group: group[0].start)]


@pytest.mark.parametrize(
    ("spans", "groups"),
    [
        ("Ada Lovelace|Lovelace|A. Lovelace", ["Ada Lovelace|Lovelace|A. Lovelace"]),
        ("Lovelace|Ada Lovelace", ["Lovelace|Ada Lovelace"]),
        ("John Smith|Robert Smith|Smith", ["John Smith", "Robert Smith", "Smith"]),
        ("John Smith|John Smith", ["John Smith|John Smith"]),
        ("马云|马先生|刘永行", ["马云|马先生", "刘永行"]),
    ],
)
def test_names_of_people(spans: str, groups: list[str]) -> None:
    made = mentions(*((text, "Person") for text in spans.split("|")))
    assert surfaces(local_entities("d1", made, ()), made) == [group.split("|") for group in groups]


@pytest.mark.parametrize(
    ("spans", "groups"),
    [
        ("Apple Inc.|Apple", ["Apple Inc.|Apple"]),
        ("International Business Machines|IBM", ["International Business Machines|IBM"]),
        ("Acme Technologies|Acme Pharmaceuticals|Acme", ["Acme Technologies", "Acme Pharmaceuticals", "Acme"]),
        ("Virgin Group|Virgin Media", ["Virgin Group", "Virgin Media"]),
        ("腾讯科技|腾讯|阿里巴巴集团|阿里巴巴", ["腾讯科技|腾讯", "阿里巴巴集团|阿里巴巴"]),
    ],
)
def test_names_of_organizations(spans: str, groups: list[str]) -> None:
    made = mentions(*((text, "Organization") for text in spans.split("|")))
    assert surfaces(local_entities("d1", made, ()), made) == [group.split("|") for group in groups]


def test_equal_names_of_different_types_stay_apart() -> None:
    made = mentions(("Washington", "Person"), ("Washington", "Location"))
    assert len(local_entities("d1", made, ())) == 2
    assert len(local_entities("d1", made, (), family=lambda _: "Thing")) == 1


def test_a_pronoun_joins_its_best_antecedent_and_never_two_people() -> None:
    made = mentions(("Ada Lovelace", "Person"), ("Charles Babbage", "Person"), ("she", "Person"), ("he", "Person"))
    ada, charles, she, he = (mention.id for mention in made)
    same = [(ada, she, 0.9), (charles, she, 0.6), (she, he, 0.55), (charles, he, 0.95), (ada, charles, 0.99)]
    locals_ = local_entities("d1", made, same)
    assert surfaces(locals_, made) == [["Ada Lovelace", "she"], ["Charles Babbage", "he"]]
    links = {link.reasons["coreference"] for local in locals_ for link in local.links}
    assert links == {0.9, 0.95}


def test_weak_coreference_is_passed_over_and_a_nameless_pronoun_kept() -> None:
    made = mentions(("Ada Lovelace", "Person"), ("she", "Person"), ("it", "Organization"))
    same = [(made[0].id, made[1].id, 0.4), (made[0].id, made[2].id, 0.99)]
    locals_ = local_entities("d1", made, same)
    assert surfaces(locals_, made) == [["Ada Lovelace"], ["she"], ["it"]]
    assert sorted(local.names for local in locals_) == [(), (), (("Ada Lovelace", 1),)]


def test_two_names_are_one_where_the_reader_is_sure() -> None:
    made = mentions(("Barry McGuigan", "Person"), ("Cyclone", "Person"))
    assert len(local_entities("d1", made, [(made[0].id, made[1].id, 0.9)])) == 1
    assert len(local_entities("d1", made, [(made[0].id, made[1].id, 0.6)])) == 2


def test_rows_are_one_by_their_keys_alone() -> None:
    made = mentions(*[("Intro", "Work")] * 4, ("Outro", "Work"), ("Outro", "Work"))
    keys = {made[0].id: "m.db#T/1", made[1].id: "m.db#T/2", made[2].id: "m.db#T/1", made[4].id: "m.db#T/3"}
    locals_ = local_entities("d1", made, (), keys=keys)
    by_key = {local.key: len(local.mentions) for local in locals_}
    assert by_key == {"m.db#T/1": 2, "m.db#T/2": 1, None: 1, "m.db#T/3": 2}


def test_people_overrule() -> None:
    made = mentions(("Acme", "Organization"), ("Acme", "Organization"), ("Bolt", "Organization"))
    one, other, bolt = (mention.id for mention in made)

    def judged(left: str, right: str, verdict: Verdict) -> Judgement:
        return Judgement(*sorted((left, right)), verdict, 1.0, {}, "ann")

    apart = local_entities("d1", made, (), judgements=[judged(one, other, Verdict.DIFFERENT)])
    assert surfaces(apart, made) == [["Acme"], ["Acme"], ["Bolt"]]
    joined = local_entities("d1", made, (), judgements=[judged(one, bolt, Verdict.SAME)])
    assert surfaces(joined, made) == [["Acme", "Acme", "Bolt"]]


def test_facts_contexts_and_names() -> None:
    made = mentions(("Ada King Lovelace", "Person"), ("Lovelace", "Person"), ("London", "Location"), ("1815", "Date"))
    ada, lovelace, london, year = (mention.id for mention in made)
    evidence = Evidence("d1", 0, 10, "test", 1.0)
    statements = [
        Statement(lovelace, "PLACE_OF_BIRTH", london, evidence),
        Statement(ada, "DATE_OF_BIRTH", year, evidence),
    ]
    east, north = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)
    person, place = sorted(
        local_entities(
            "d1", made, (), readers=Readers.of(["a"]), statements=statements, context={ada: east, lovelace: north}
        ),
        key=lambda local: local.type,
        reverse=True,
    )
    assert person.facts == (Fact("DATE_OF_BIRTH", True, "Date:1815"), Fact("PLACE_OF_BIRTH", True, "london"))
    assert place.facts == (Fact("PLACE_OF_BIRTH", False, "ada king lovelace"),)
    assert person.names == (("Ada King Lovelace", 1), ("Lovelace", 1))
    assert person.readers == Readers.of(["a"])
    assert person.context is not None
    np.testing.assert_allclose(person.context, [0.5**0.5, 0.5**0.5], rtol=1e-6)
    assert place.context is None


def test_the_order_of_the_input_does_not_matter() -> None:
    made = mentions(
        *((text, "Person") for text in ("Ada Lovelace", "Lovelace", "she", "John Smith", "Smith", "he", "A. Lovelace"))
    )
    same = [(made[0].id, made[2].id, 0.7), (made[3].id, made[2].id, 0.7), (made[4].id, made[5].id, 0.9)]
    forward = local_entities("d1", made, same)
    assert local_entities("d1", made[::-1], [(right, left, score) for left, right, score in same[::-1]]) == forward
    assert sum(len(local.mentions) for local in forward) == len(made)
