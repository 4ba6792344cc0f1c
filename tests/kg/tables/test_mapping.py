from __future__ import annotations

import pytest
import yaml

from kg.errors import InputError
from kg.tables.mapping import ColumnMapping, Corrections, Mapping, TableMapping

INFERRED = Mapping(
    tables={
        "deals": TableMapping(
            type="Deal",
            labels={"en": ("deal", "deals"), "zh": ("交易",)},
            key=("id",),
            columns={
                "id": ColumnMapping(kind="Text", relation="ID"),
                "who": ColumnMapping(kind="Text", relation="WHO"),
                "price": ColumnMapping(kind="Number", relation="PRICE", labels={"en": ("price",)}),
                "notes": ColumnMapping(text=True, relation="NOTES"),
            },
        ),
        "people": TableMapping(type="Person", key=("no",), name=("name",), columns={"no": {}, "name": {}}),  # type: ignore[dict-item]
    }
)


def test_a_mapping_survives_its_file() -> None:
    text = INFERRED.to_yaml("What it is\nand how")
    assert text.startswith("# What it is\n# and how\ntables:\n  deals:\n")
    assert "      price: {kind: Number, relation: PRICE, labels: {en: [price]}}\n" in text
    assert Mapping.parse(text) == INFERRED


def test_what_a_person_says_goes_over_what_was_inferred() -> None:
    said = """
    tables:
      deals:
        type: Contract
        name: id
        columns:
          who: {references: people.name, relation: SIGNED_BY, labels: {en: signatory}}
          price: {kind: Money, unit: EUR}
          notes: {skip: true}
    """
    found = Corrections.parse(said).apply(INFERRED).tables
    deals = found["deals"]
    assert (deals.type, deals.key, deals.name) == ("Contract", ("id",), ("id",))
    assert deals.labels["zh"] == ("交易",)
    assert deals.columns["who"].target == ("people", "name")
    assert deals.columns["price"] == ColumnMapping(kind="Money", unit="EUR")
    assert deals.columns["notes"].skip
    assert deals.columns["id"] == INFERRED.tables["deals"].columns["id"]
    assert found["people"] == INFERRED.tables["people"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("tables: [", "no YAML"),
        ("table: {}", "table: Extra inputs"),
        ("tables: {deal: {}}", "there are: deals, people"),
        ("tables: {deals: {columns: {whom: {}}}}", "deals.whom; there are: id, who, price, notes"),
        ("tables: {deals: {columns: {who: {references: people}}}}", "a table and one of its columns"),
        ("tables: {deals: {columns: {who: {references: people.nome}}}}", "no column here"),
        ("tables: {deals: {columns: {who: {references: people.no, kind: Text}}}}", "neither 'kind' nor 'text'"),
        ("tables: {deals: {columns: {who: {kind: Text, unit: kg}}}}", "'unit' belongs"),
        ("tables: {deals: {key: [nr]}}", "key names the column 'nr'"),
        ("tables: {deals: {type: '1 Deal'}}", "is not a name"),
        ("tables: {deals: {columns: {who: {relation: MENTIONS}}}}", "reserved"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_said_in_words(said: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        Corrections.parse(said, "fix.yaml").apply(INFERRED)
    assert words in str(caught.value)


def test_the_yaml_is_plain() -> None:
    data = yaml.safe_load(INFERRED.to_yaml())
    assert data["tables"]["deals"]["columns"]["notes"] == {"text": True, "relation": "NOTES"}
