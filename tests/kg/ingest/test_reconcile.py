from __future__ import annotations

import itertools

from kg.ingest.reconcile import with_schemas
from kg.ontology import EntityType, Ontology, Relation

BASE = Ontology.load()


def schema(name: str, types: dict[str, str | None], *relations: Relation) -> Ontology:
    return Ontology(
        name=name,
        types={key: EntityType(name=key, parent=parent) for key, parent in types.items()},
        relations={relation.name: relation for relation in relations},
    )


def test_tables_may_contradict_each_other() -> None:
    parts = [
        schema("shop", {"Customer": "Person", "Person": None}),
        schema("erp", {"Customer": "Organization", "Organization": None}),
        schema("odd", {"A": "B", "B": None}),
        schema("even", {"B": "A", "A": None}),
        schema("clash", {"CUSTOMER_OF": None, "CEO": None}),
        schema("plain", {"Customer": None}, Relation(name="CUSTOMER_OF", domain=("Customer",), range=("Customer",))),
    ]
    found = {
        (
            whole.types["Customer"].parent,
            whole.types["A"].parent,
            whole.types["B"].parent,
            "CUSTOMER_OF" in whole.relations,
        )
        for order in itertools.permutations(parts)
        for whole in [with_schemas(BASE, order)]
    }
    assert found == {("Organization", "B", None, False)}


def test_the_ontologys_own_word_counts() -> None:
    whole = with_schemas(BASE, [schema("t", {"Product": "Work", "Work": None, "Date": None})])
    assert whole.types["Product"].parent is None
    assert whole.types["Date"].value
    assert with_schemas(BASE, []) == BASE
