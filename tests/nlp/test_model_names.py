"""What labels are called in the graph, and what they add to the ontology."""

from __future__ import annotations

import pytest

from kg.errors import InputError
from kg.ontology import Ontology
from nlp.model_names import Labels, names_of

BUSINESS = Ontology.load()


def test_what_the_ontology_knows_keeps_its_name() -> None:
    labels = Labels(("Person", "ORG", "company", "GPE", "DATE", "money"), ("FOUNDED_BY", "founded by"))
    names = names_of(labels, BUSINESS, {}, "m")
    assert names.types == {
        "Person": "Person", "ORG": "Organization", "company": "Organization", "GPE": "Location", "DATE": "Date",
        "money": "Money",
    }  # fmt: skip
    assert names.relations == {"FOUNDED_BY": "FOUNDED_BY", "founded by": "FOUNDED_BY"}
    merged = Ontology.merged((BUSINESS, names.ontology))
    assert set(merged.types) == set(BUSINESS.types)
    assert set(merged.relations) == set(BUSINESS.relations)


def test_what_it_does_not_know_joins_under_its_own_name() -> None:
    pairs = {"treats": [("Drug", "SIDE_EFFECT")], "cures": [("Drug", "medical condition")]}
    labels = Labels(("Drug", "SIDE_EFFECT", "medical condition", "药物", "Entity"), ("treats", "cures"), pairs)
    names = names_of(labels, BUSINESS, {}, "pharma@1")
    assert names.types == {
        "Drug": "Drug", "SIDE_EFFECT": "SideEffect", "medical condition": "MedicalCondition", "药物": "药物",
        "Entity": "EntityType",
    }  # fmt: skip
    assert names.relations == {"treats": "TREATS", "cures": "CURES"}
    merged = Ontology.merged((BUSINESS, names.ontology))
    assert merged.type("SideEffect").labels == {"en": ("side effect",)}
    assert merged.type("药物").labels == {"zh": ("药物",)}
    assert merged.relation("TREATS").labels == {"en": ("treats",)}
    assert merged.admits("Drug", "TREATS", "SideEffect")
    assert not merged.admits("Drug", "TREATS", "MedicalCondition")
    assert merged.admits("Drug", "CURES", "MedicalCondition")


def test_new_types_may_stand_in_known_relations() -> None:
    labels = Labels(("Startup", "Person"), ("FOUNDED_BY",), {"FOUNDED_BY": [("Startup", "Person")]})
    merged = Ontology.merged((BUSINESS, names_of(labels, BUSINESS, {}, "m").ontology))
    assert merged.admits("Startup", "FOUNDED_BY", "Person")
    assert merged.admits("Organization", "FOUNDED_BY", "Person")
    assert merged.relation("FOUNDED_BY").labels == BUSINESS.relation("FOUNDED_BY").labels
    assert merged.functional == BUSINESS.functional


def test_the_user_has_the_last_word() -> None:
    labels = Labels(("Drug", "NOISE"), ("treats",), {"treats": [("Drug", "NOISE"), ("Drug", "Drug")]})
    names = names_of(labels, BUSINESS, {"Drug": "Product", "NOISE": "", "treats": "USED_FOR"}, "m")
    assert names.types == {"Drug": "Product"}
    assert names.relations == {"treats": "USED_FOR"}
    assert Ontology.merged((BUSINESS, names.ontology)).admits("Product", "USED_FOR", "Product")


@pytest.mark.parametrize(
    ("wanted", "message"),
    [({"Dragon": "Person"}, "no label 'Dragon'"), ({"Drug": "no name!"}, "map them"), ({"Drug": "CEO"}, "map them")],
)
def test_what_cannot_be(wanted: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        names_of(Labels(("Drug",)), BUSINESS, wanted, "m")


def test_schemas_as_tasks_write_them() -> None:
    schema = {"types": ["A"], "relations": ["r", "none"], "negative": "none", "signatures": {"r": [["A", "A"]]}}
    assert Labels.of("joint", schema) == Labels(("A",), ("r",), {"r": [("A", "A")]})
    assert Labels.of("entities", {"labels": ["A", "B"]}) == Labels(("A", "B"))
    with pytest.raises(InputError):
        Labels.of("joint", {"types": []})
