"""What a mapping adds to the ontology: the schemas of its tables."""

from __future__ import annotations

from kg.ingest.parsed import TableSchema
from kg.ingest.table_words import relation_name
from kg.ontology import EntityType, Relation
from kg.tables.mapping import ColumnMapping, Mapping, TableMapping
from kg.tables.wording import labelled


def schema_of(mapping: Mapping, table: str, scope: str) -> tuple[TableSchema, ...]:
    """The schema of a table, and of those that it points at.

    Args:
        mapping: What the tables mean.
        table: The table.
        scope: What keys are unique in: the data set.
    """
    meaning = mapping.tables[table]
    around = dict.fromkeys(
        target
        for target in (
            *(said.target[0] for said in meaning.columns.values() if said.target is not None),
            *(one.table for one in meaning.references),
        )
        if target != table
    )
    return (
        TableSchema(table, _type(meaning), _relations(mapping, table), scope),
        *(TableSchema(name, _type(mapping.tables[name]), {}, scope) for name in around),
    )


def _type(meaning: TableMapping) -> EntityType:
    return EntityType(name=meaning.type, labels=meaning.labels, parent=meaning.parent)


def _relations(mapping: Mapping, table: str) -> dict[str, Relation]:
    meaning = mapping.tables[table]
    pointing = [said for said in meaning.columns.values() if said.target is not None]
    first = mapping.tables[pointing[0].target[0]].type if meaning.link and pointing[0].target else meaning.type
    found: dict[str, Relation] = {}
    for column, said in meaning.columns.items():
        if not said.skip:
            found[column] = _relation(mapping, column, said, first)
    for one in meaning.references:
        found["|".join(one.columns)] = Relation(
            name=one.relation, domain=(first,), range=(mapping.tables[one.table].type,), labels=one.labels,
            inverse_labels=one.inverse_labels,
        )  # fmt: skip
    return found


def _relation(mapping: Mapping, column: str, said: ColumnMapping, domain: str) -> Relation:
    target = said.target
    name = said.relation or relation_name(column, reference=target is not None)
    return Relation(
        name=name,
        domain=(domain,),
        range=(mapping.tables[target[0]].type if target is not None else said.kind or "Text",),
        labels=said.labels or ({} if said.relation else labelled(column)),
        inverse_labels=said.inverse_labels,
        phrases=said.phrases,
        inverse_phrases=said.inverse_phrases,
    )
