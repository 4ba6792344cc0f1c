from __future__ import annotations

from kg.ingest.composer import Composer
from kg.ingest.parsed import Field, Record, TableSchema
from kg.ingest.reading import make_entry
from kg.ingest.rows import TableReading, read_tables
from kg.ontology import EntityType, Ontology, Relation
from kg.types import Document, Reading, Span, SpanKind, Value

BASE = Ontology.load()
STAFF = TableSchema(
    "staff",
    EntityType(name="Colleague", labels={"en": ("colleague",)}, parent="Person"),
    {
        "boss_id": Relation(
            name="REPORTS_TO",
            domain=("Colleague",),
            range=("Colleague",),
            labels={"en": ("boss",)},
            inverse="HAS_REPORT",
        ),
        "salary": Relation(name="SALARY", domain=("Colleague",), range=("Money",)),
        "skill": Relation(name="SKILL", domain=("Colleague",), range=("Concept",)),
        "desk": Relation(name="Concept", domain=("Colleague",), range=("Text",)),
    },
)


def written(rows: list[tuple[str, dict[str, list[Field]]]], **more: object) -> tuple[Document, list[Record]]:
    """Write rows of a table as lines; offsets of fields are filled in."""
    composer, records = Composer(), []
    for key, columns in rows:
        cells = [cell for some in columns.values() for cell in some]
        start, end = composer.row("; ".join(f"{cell.column}: {cell.text}" for cell in cells))
        fields, place = [], start
        for cell in cells:
            place += len(cell.column) + 2
            fields.append(Field(cell.column, cell.text, place, place + len(cell.text), cell.value, cell.reference))
            place += len(cell.text) + 2
        records.append(Record("staff", key, "name", tuple(fields), start, end, ("id",), **more))  # type: ignore[arg-type]
    return Document("staff", "staff", "staff", composer.parsed("staff", "text/csv").text), records


def cell(column: str, text: str, value: Value | None = None, reference: tuple[str, str] | None = None) -> Field:
    return Field(column, text, 0, 0, value, reference)


def facts(found: TableReading) -> set[tuple[str, str, str, str]]:
    mentions = {mention.id: mention for mention in found.mentions}
    return {
        (mentions[s.subject].text, s.predicate, mentions[s.object].text, mentions[s.object].type)
        for s in found.statements
    }


def ada() -> tuple[Document, list[Record]]:
    row = {
        "id": [cell("id", "1")],
        "name": [cell("name", "Ada Lovelace")],
        "alias": [cell("alias", "Countess of Lovelace")],
        "boss_id": [cell("boss_id", "Charles", None, ("staff", "2"))],
        "salary": [cell("salary", "$5", Value("Money", "5", 5.0, "USD"))],
        "skill": [cell("skill", "algebra"), cell("skill", "poetry")],
        "desk": [cell("desk", "4b")],
        "shoe": [cell("shoe", "41")],
    }
    return written([("1", row)], aliases=("alias",), identifiers=("iri:http://example.com/ada",))


def test_a_schema_says_what_rows_are_and_what_columns_state() -> None:
    document, records = ada()
    found = read_tables(document, records, "s", BASE, [STAFF])
    assert facts(found) == {
        ("Ada Lovelace", "REPORTS_TO", "Charles", "Colleague"),
        ("Ada Lovelace", "SALARY", "$5", "Money"),
        ("Ada Lovelace", "SKILL", "algebra", "Concept"),
        ("Ada Lovelace", "SKILL", "poetry", "Concept"),
        ("Ada Lovelace", "HAS_Concept", "4b", "Text"),
    }
    assert found.ontology.types["Colleague"].parent == "Person"
    relation = found.ontology.relations["REPORTS_TO"]
    assert (relation.labels, relation.inverse) == ({"en": ("boss",)}, None)
    Ontology.merged((BASE, found.ontology))


def test_a_row_has_further_names_and_certain_identifiers() -> None:
    document, records = ada()
    found = read_tables(document, records, "s", BASE, [STAFF])
    named = {mention.text: mention.id for mention in found.mentions if mention.kind is SpanKind.NAME}
    assert found.keys[named["Ada Lovelace"]] == found.keys[named["Countess of Lovelace"]] == "s#staff/1"
    assert found.identifiers == {named["Ada Lovelace"]: ("iri:http://example.com/ada",)}
    entry = make_entry(document, (), Reading(), records, None, ontology=BASE, source="s", reader="r", schema=[STAFF])
    (local,) = [local for local in entry.locals if local.key == "s#staff/1"]
    assert {name for name, _ in local.names} == {"Ada Lovelace", "Countess of Lovelace"}


def test_a_table_outside_the_schema_is_inferred_and_may_be_pointed_at() -> None:
    points = TableSchema(
        "staff", STAFF.type, {"boss_id": Relation(name="AT", domain=("Colleague",), range=("Organization",))}
    )
    document, records = written(
        [("1", {"name": [cell("name", "Ada")], "boss_id": [cell("boss_id", "Acme", None, ("firms", "7"))]})]
    )
    assert facts(read_tables(document, records, "s", BASE, [points])) == {("Ada", "AT", "Acme", "Organization")}
    assert facts(read_tables(document, records, "s", BASE)) == {("Ada", "BOSS", "Acme", "Firm")}


def test_a_link_row_states_the_relation_of_its_second_end() -> None:
    link = TableSchema(
        "staff",
        EntityType(name="Friendship"),
        {"b": Relation(name="FRIEND_OF", domain=("Person",), range=("Person",), symmetric=True)},
    )
    row = {"a": [cell("a", "Ada", None, ("people", "1"))], "b": [cell("b", "Bob", None, ("people", "2"))]}
    document, records = written([("1", row)], link=True)
    people = TableSchema("people", EntityType(name="Person"))
    found = read_tables(document, records, "s", BASE, [link, people])
    assert facts(found) == {("Ada", "FRIEND_OF", "Bob", "Person")}
    assert found.ontology.relations["FRIEND_OF"].symmetric


def test_free_text_is_evidence_by_itself() -> None:
    composer = Composer()
    start, end = composer.row("name: Ada")
    composer.paragraph("She wrote the first program for Babbage.")
    parsed = composer.parsed("t", "text/csv")
    text = parsed.text
    note = text.index("She")
    record = Record(
        "t", "1", "name", (Field("name", "Ada", 6, 9), Field("notes", text[note:], note, len(text))), start, end
    )
    document = Document("t", "t", "t", text)
    (statement,) = read_tables(document, [record], "s", BASE).statements
    assert text[statement.evidence.start : statement.evidence.end] == "She wrote the first program for Babbage."
    who = text.index("Babbage")
    reading = Reading((Span(who, who + 7, "Person", 0.9, extractor="model@1"), Span(0, 4, "Person", 0.9)))
    entry = make_entry(document, parsed.chunks, reading, [record], None, ontology=BASE, source="s", reader="r")
    mentions = {mention.id: mention for mention in entry.mentions}
    linked = [one for one in entry.statements if one.predicate == "MENTIONED_IN"]
    assert [(mentions[one.subject].text, mentions[one.object].text) for one in linked] == [("Babbage", "Ada")]
    assert linked[0].evidence.extractor == "model@1"
    schema = Ontology.merged((BASE, Ontology.parse(entry.schema)))
    assert schema.admits("Person", "MENTIONED_IN", mentions[linked[0].object].type)
