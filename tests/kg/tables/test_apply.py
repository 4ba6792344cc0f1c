from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.ingest.parsed import Parsed
from kg.ingest.rows import read_tables
from kg.ontology import Ontology
from kg.tables import apply
from kg.tables.apply import buckets, documents
from kg.tables.dataset import DataSet
from kg.tables.infer import infer
from kg.tables.mapping import Corrections
from kg.tables.source import SourceColumn, SourceTable
from kg.types import ChunkKind, Document

BASE = Ontology.load()
Tables = dict[str, tuple[Sequence[str], Sequence[Sequence[str]]]]

STAFF: Tables = {
    "departments": (["id", "name", "budget (EUR)"], [["D1", "Research", "1000"], ["D2", "Sales & Co", "250.5"]]),
    "staff": (
        ["staff_id", "first_name", "last_name", "department_id", "skills", "born", "is_active", "reports_to", "bio"],
        [
            ["1", "Ada", "Lovelace", "D1", "maths;poetry", "10/12/1815", "1", "", "She wrote the first program. " * 4],
            ["2", "Charles", "Babbage", "D1", "maths;engines", "26/12/1791", "0", "1", "He designed an engine. " * 5],
            ["3", "Mary", "Somerville", "D2", "poetry;maths", "26/12/1780", "1", "1", "She translated Laplace. " * 5],
        ],
    ),
}


def parsed(tables: Tables, said: str = "") -> list[Parsed]:
    with DataSet("data") as data:
        for name, (columns, rows) in tables.items():
            data.add(SourceTable(name, tuple(map(SourceColumn, columns)), rows), f"/data/{name}.csv")
        mapping = infer(data, BASE)
        return list(documents(data, Corrections.parse(said).apply(mapping) if said else mapping))


def facts(parts: Sequence[Parsed]) -> set[tuple[str, str, str, str]]:
    found = set()
    for part in parts:
        document = Document(part.external_id or "", "", part.title, part.text)
        reading = read_tables(document, part.records, "data", BASE, part.schema)
        mentions = {mention.id: mention for mention in reading.mentions}
        for one in reading.statements:
            subject, end = mentions[one.subject], mentions[one.object]
            value = end.value
            shown = end.text if value is None else f"{value.kind} {value.text} {value.unit or ''}".strip()
            found.add((subject.text, one.predicate, shown, end.type))
        Ontology.merged((BASE, reading.ontology))
    return found


def test_rows_become_facts_with_types_values_and_references() -> None:
    parts = parsed(STAFF)
    assert [part.external_id for part in parts] == ["/data/departments.csv", "/data/staff.csv"]
    found = facts(parts)
    ada = {fact[1:] for fact in found if fact[0] == "Ada Lovelace"}
    assert ada == {
        ("STAFF_ID", "Text 1", "Text"),
        ("FIRST_NAME", "Text Ada", "Text"),
        ("LAST_NAME", "Text Lovelace", "Text"),
        ("DEPARTMENT", "Research", "Department"),
        ("SKILLS", "Text maths", "Text"),
        ("SKILLS", "Text poetry", "Text"),
        ("BORN", "Date 1815-12-10", "Date"),
        ("IS_ACTIVE", "Boolean true", "Boolean"),
        ("BIO", f"Text {('She wrote the first program. ' * 4).strip()}", "Text"),
    }
    assert ("Charles Babbage", "REPORTS_TO", "Ada Lovelace", "Staff") in found
    assert ("Mary Somerville", "DEPARTMENT", "Sales & Co", "Department") in found
    assert ("Sales & Co", "BUDGET_EUR", "Money 250.5 EUR", "Money") in found


def test_free_text_is_prose_under_its_row() -> None:
    staff = parsed(STAFF)[1]
    prose = [chunk for chunk in staff.chunks if chunk.kind is ChunkKind.PROSE]
    assert [chunk.heading for chunk in prose] == ["Ada Lovelace: bio", "Charles Babbage: bio", "Mary Somerville: bio"]
    assert staff.text[prose[0].start :].startswith("She wrote the first program. She wrote")


def test_a_correction_is_followed() -> None:
    said = """
    tables:
      departments: {type: Unit, labels: {en: unit, zh: 单位}}
      staff:
        columns:
          department_id: {references: departments.id, relation: UNIT, labels: {en: unit}}
          skills: {kind: Concept, list: ";", relation: KNOWS}
          born: {kind: Date, day_first: false, relation: DATE_OF_BIRTH}
          bio: {skip: true}
    """
    parts = parsed(STAFF, said)
    found = facts(parts)
    assert ("Ada Lovelace", "UNIT", "Research", "Unit") in found
    assert ("Ada Lovelace", "KNOWS", "poetry", "Concept") in found
    assert ("Ada Lovelace", "DATE_OF_BIRTH", "Date 1815-10-12", "Date") in found
    assert "first program" not in parts[1].text
    assert parts[0].metadata["mapping"] != parsed(STAFF)[0].metadata["mapping"]


def test_a_row_that_is_pointed_at_and_not_there_keeps_its_key() -> None:
    columns, rows = STAFF["staff"]
    gone = [[*rows[0][:3], "D9", *rows[0][4:]], *rows[1:]]
    said = "tables: {staff: {columns: {department_id: {references: departments.id, relation: UNIT}}}}"
    assert ("Ada Lovelace", "UNIT", "D9", "Department") in facts(parsed({**STAFF, "staff": (columns, gone)}, said))


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=8)
TABLE = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12)


@settings(max_examples=15, deadline=None)
@given(TABLE, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[list[str]], order: random.Random) -> None:
    shuffled = order.sample(rows, len(rows))
    first, second = ({"things": (["id", "name", "size"], some)} for some in (rows, shuffled))
    assert parsed(first) == parsed(second)


@settings(max_examples=10, deadline=None)
@given(TABLE)
def test_offsets_hold_for_any_cells(rows: list[list[str]]) -> None:
    for part in parsed({"things": (["id", "name", "size"], rows)}):
        for record in part.records:
            assert "\n" not in part.text[record.start : record.end]
            for field in record.fields:
                assert " ".join(part.text[field.start : field.end].split()) == " ".join(field.text.split())


def test_a_row_that_comes_changes_or_goes_touches_one_document() -> None:
    rows = [[f"K{n}", f"Thing {n}", str(n)] for n in range(3 * apply.ROWS)]
    before = {part.external_id: part for part in parsed({"things": (["id", "name", "size"], rows)})}
    assert len(before) == buckets(len(rows)) == 4

    def changed(new: list[list[str]]) -> int:
        after = {part.external_id: part for part in parsed({"things": (["id", "name", "size"], new)})}
        assert after.keys() == before.keys()
        return sum(after[name].text != part.text for name, part in before.items())

    assert changed(rows) == 0
    assert changed([*rows[:5], ["K5", "Thing 5", "500"], *rows[6:]]) == 1
    assert changed([["new", "Thing new", "1"], *rows]) == 1
    assert changed(rows[1:]) == 1
