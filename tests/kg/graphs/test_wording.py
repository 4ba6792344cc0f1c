from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.graphs.names import business, relation_name, type_name
from kg.graphs.wording import Words, wording
from kg.ontology import Ontology


@pytest.mark.parametrize(
    ("name", "labels", "phrases"),
    [
        ("directed_by", ("director", "directed by"), ("directed by",)),
        ("written_by", ("writer", "written by"), ("written by",)),
        ("isOwnedBy", ("owner", "owned by"), ("owned by", "is owned by")),
        ("in_language", ("language",), ("in language",)),
        ("has_tags", ("tags", "tag"), ("has tags",)),
        ("hasAuthor", ("author",), ("has author",)),
        ("plays_for_country", ("country",), ("plays for country", "plays for")),
        ("starred_actors", ("starred actors", "actors", "actor"), ()),
        ("release year", ("release year",), ()),
        ("__people__person__gender", ("gender",), ()),
        ("worksFor", ("works for",), ()),
    ],
)
def test_a_name_is_said_as_nouns_and_verbs(name: str, labels: tuple[str, ...], phrases: tuple[str, ...]) -> None:
    found = wording(name)
    assert (found.labels, found.phrases) == (labels, phrases)


def test_words_lead_both_ways_where_they_tell() -> None:
    assert wording("directed_by").inverse_phrases == ("directed",)
    assert wording("member_of").inverse_labels == ("member",)
    assert wording("ACTED_IN").inverse_labels == ("actor",)
    assert wording("REVIEWED").inverse_phrases == ("reviewed by",)
    assert wording("雇主", "zh").labels == ("雇主",)


def test_an_inverse_lends_its_words() -> None:
    words = Words()
    words.add("worksFor")
    words.add("employees", inverse=True)
    relation = words.relation("worksFor", ("Person",), ("Organization",))
    assert relation.inverse_labels == {"en": ("employees", "employee")}
    values = words.relation("worksFor", ("Person",), ("Text",))
    assert values.labels == {"en": ("works for",)}
    assert values.inverse_labels == {}, "nothing starts at a value"


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("directed_by", "directed_by"), ("ACTED_IN", "ACTED_IN"), ("worksFor", "worksFor"), ("ActedIn", "actedIn"),
        ("has part", "has_part"), ("__film__genre", "film__genre"), ("导师", "HAS_导师"), ("MENTIONS", "HAS_MENTIONS"),
        ("1st", "has_1st"),
    ],
)  # fmt: skip
def test_a_relation_keeps_its_own_name_where_it_is_one(called: str, name: str) -> None:
    assert relation_name(called) == name


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("legal_entity", "LegalEntity"), ("person", "Person"), ("LEI", "Lei"), ("Document", "DocumentNode"),
        ("Date", "DateNode"), ("公司", "公司"), ("7 Wonders", "Type7Wonders"),
    ],
)  # fmt: skip
def test_a_type_has_a_name_that_the_graph_takes(called: str, name: str) -> None:
    assert type_name(called) == name


@settings(max_examples=50, deadline=None)
@example("¹ß", "¹ß")
@example("中a", "中a")
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_name_is_both_a_type_and_a_relation(one: str, other: str) -> None:
    kind, relation = type_name(one), relation_name(other)
    assert kind != relation
    words = Words().relation(relation, (kind,), (kind,))
    schema = Ontology.model_validate({"name": "x", "types": {kind: {}}, "relations": {relation: words.model_dump()}})
    assert Ontology.merged([schema._named()]).relations, "which raises where a name is not allowed"
    assert relation not in business().types
    assert kind not in business().relations
