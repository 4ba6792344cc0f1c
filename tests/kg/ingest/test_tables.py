from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_samples import check, parts_of

from kg.errors import DocumentError
from kg.ingest.cells import Cell, cell_of, kind_of
from kg.ingest.composer import Composer, one_line
from kg.ingest.parsed import Parsed, Record, Unread
from kg.ingest.tables import write_table
from kg.types import ChunkKind, DocumentStatus, Readers

Read = Callable[..., Parsed]


def cells(record: Record) -> dict[str, str]:
    return {field.column: field.text for field in record.fields}


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_rows_of_a_csv_are_records(read: Read, sign: str) -> None:
    lines = [
        ["id", "name", "founded", "revenue", "staff", "phone"],
        ["C1", "Acme Inc.", "1999-05-04", "$1.5 million", "1200", "0049301234"],
        ["C2", f'"Foo{sign} Bar"', "2001-01-31", "€300", "7", "5551234"],
        ["C3", "Blank Ltd", "", "", "", ""],
    ]
    found = read("companies.csv", "\n".join(sign.join(line) for line in lines))
    assert found.media_type == "text/csv"
    assert [chunk.kind for chunk in found.chunks] == [ChunkKind.ROW] * 3
    first, second, third = found.records
    assert (first.table, first.key, first.name_column, first.key_columns) == ("companies", "C1", "name", ("id",))
    assert found.text.split("\n")[0] == (
        "id: C1; name: Acme Inc.; founded: 1999-05-04; revenue: $1.5 million; staff: 1200; phone: 0049301234"
    )
    values = {field.column: field.value for field in first.fields}
    assert values["founded"] is not None
    assert (values["founded"].kind, values["founded"].text) == ("Date", "1999-05-04")
    assert values["revenue"] is not None
    assert (values["revenue"].kind, values["revenue"].number, values["revenue"].unit) == ("Money", 1_500_000.0, "USD")
    assert values["staff"] is not None
    assert values["staff"].number == 1200.0
    assert values["phone"] is None
    assert second.name is not None
    assert second.name.text == " ".join(f"Foo{sign} Bar".split())
    assert cells(third) == {"id": "C3", "name": "Blank Ltd"}


def test_a_chinese_csv_in_gb18030_has_names_and_keys(read: Read) -> None:
    found = read(
        "公司.csv", "编号,公司名称,成立年份,总部\n1,华为技术有限公司,1987,深圳\n2,腾讯,1998,深圳\n".encode("gb18030")
    )
    assert [record.name.text for record in found.records if record.name] == ["华为技术有限公司", "腾讯"]
    assert [record.key for record in found.records] == ["1", "2"]
    year = found.records[0].fields[2].value
    assert year is not None
    assert (year.kind, year.text) == ("Date", "1987")


def test_a_table_without_a_head_has_rows_but_no_records(read: Read) -> None:
    found = read("numbers.csv", "1,2,3\n4,5,6\n")
    assert found.text == "1; 2; 3\n4; 5; 6"
    assert found.records == ()
    assert read("repeated.csv", "Ada,London\nAda,Paris\n").records == ()


def test_given_and_family_name_are_one_name(read: Read) -> None:
    found = read("staff.csv", "EmployeeId,FirstName,LastName,Title\n1,Ada,Lovelace,Engineer\n2,正非,任,Founder\n")
    assert [record.name.text for record in found.records if record.name] == ["Ada Lovelace", "任正非"]
    assert found.records[0].key_columns == ("EmployeeId",)


def test_the_column_that_names_a_row_is_not_a_job_title_or_a_city(read: Read) -> None:
    found = read("orders.csv", "order,ship_name,city\n10,Ernst,Graz\n11,Ernst,Graz\n12,Hanari,Rio\n")
    assert {record.name_column for record in found.records} == {None}
    found = read("products.csv", "product_id,product_name,supplier_name\n1,Chai,Exotic\n2,Chang,Exotic\n")
    assert found.records[0].name_column == "product_name"


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["03/04/2020", "05/06/2020"], None),  # nobody knows which is the month
        (["03/04/2020", "13/06/2020"], "Date"),
        (["1", "2", "n/a"], "Number"),
        (["1", "two"], None),
        (["yes", "no"], "Boolean"),
        (["007", "008"], None),
        (["a@b.example", "c@d.example"], "Email"),
    ],
)
def test_a_column_has_one_kind_or_none(texts: list[str], kind: str | None) -> None:
    value = kind_of("anything", map(Cell, texts)).of(Cell(texts[0])).value
    assert (value.kind if value else None) == kind


def test_numbers_are_written_as_people_do() -> None:
    assert [cell_of(raw).text for raw in (3.0, 0.1 + 0.2, -0.0, 1e-7, 12, True, None, b"x")] == [
        "3", "0.3", "0", "0.0000001", "12", "true", "", "",
    ]  # fmt: skip
    assert cell_of(10**400).value is None
    assert cell_of(float("nan")).value is None


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)


@given(st.lists(st.lists(TEXT, min_size=1, max_size=5), min_size=1, max_size=6), st.booleans())
def test_offsets_of_rows_and_cells_hold_for_any_cells(rows: list[list[str]], records: bool) -> None:
    composer = Composer()
    composer.heading("Some table", 1)
    write_table(composer, "t", [[Cell(one_line(text)) for text in row] for row in rows], records=records)
    check(composer.parsed("t", "text/csv"))


def test_a_long_csv_is_several_documents_whose_keys_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.ingest.loaders.csv.PART", 10)
    path = tmp_path / "long.csv"
    path.write_text("name,note\n" + "".join(f'same,"line\n {number}"\n' for number in range(25)))
    parts = [part for part in parts_of(path) if isinstance(part, Parsed)]
    assert [part.external_id for part in parts] == [None, "long.csv#2", "long.csv#3"]
    assert [record.key for part in parts for record in part.records] == [str(number) for number in range(1, 26)]
    assert parts[2].text.startswith("name: same; note: line 20\n")


def test_a_key_that_comes_twice_anywhere_is_no_key(read: Read) -> None:
    lines = [f"{number},row {number}" for number in range(5000)]
    assert read("ids.csv", "\n".join(["id,name", *lines])).records[-1].key_columns == ("id",)
    assert read("ids.csv", "\n".join(["id,name", *lines, "7,again"])).records[-1].key_columns == ()


def test_tables_of_one_name_in_a_document_have_keys_of_their_own(read: Read) -> None:
    data = [{"order": 1, "lines": [{"no": 1, "item": "a"}]}, {"order": 2, "lines": [{"no": 1, "item": "b"}]}]
    keys = [(record.table, record.key) for record in read("orders.json", json.dumps(data)).records]
    assert keys == [("lines", "1"), ("lines", "2.1")]


def test_arrays_of_flat_objects_are_tables_wherever_they_stand(read: Read) -> None:
    data = {"company": "Acme", "people": [{"id": 1, "name": "Ada", "skills": ["x", "y"]}, {"id": 2, "name": "Bob"}]}
    found = read("acme.json", json.dumps(data))
    assert found.text == "company: Acme\n\npeople\n\nid: 1; name: Ada; skills: x, y\nid: 2; name: Bob"
    assert [(record.table, record.key) for record in found.records] == [("people", "1"), ("people", "2")]
    assert found.chunks[-1].heading == "people"


def test_objects_with_text_are_documents(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text(json.dumps([{"id": "n1", "text": "One.\n\nTwo."}, {"text": " ", "title": "Empty"}]))
    good, bad = parts_of(path)
    assert isinstance(good, Parsed)
    assert (good.external_id, good.text, len(good.chunks)) == ("n1", "One.\n\nTwo.", 2)
    assert isinstance(bad, Unread)
    assert (bad.external_id, bad.status) == ("notes.json#2", DocumentStatus.BLANK)


def test_jsonl_lines_are_documents_with_readers_and_exact_text(tmp_path: Path) -> None:
    text = "  Ada\u2028Lovelace\r\n\r\nworked for \u0000Babbage.\n\n\n"
    path = tmp_path / "docs.jsonl"
    lines = [
        json.dumps({"id": "a", "title": "T", "text": text, "groups": ["hr", "board"], "date": "2024-05-01", "x": 1}),
        "",
        json.dumps({"id": 7, "text": "x"}),
        "{broken",
        json.dumps({"id": "c"}),
        json.dumps({"id": "d", "text": "x", "groups": [1]}),
    ]
    path.write_text("\n".join(lines))
    first, second, *bad = parts_of(path)
    assert isinstance(first, Parsed)
    assert isinstance(second, Parsed)
    assert len(first.text) == len(text)
    assert first.text == text.replace("\0", " ")
    assert (first.external_id, first.title, first.date) == ("a", "T", "2024-05-01")
    assert (first.readers, first.metadata) == (Readers.of(["hr", "board"]), {"x": 1})
    assert (second.external_id, second.readers) == ("7", None)
    assert [(part.status, part.external_id) for part in bad if isinstance(part, Unread)] == [
        (DocumentStatus.CORRUPT, f"docs.jsonl#{number}") for number in (4, 5, 6)
    ]


def test_what_is_no_jsonl_at_all_is_one_failure(tmp_path: Path) -> None:
    path = tmp_path / "prose.jsonl"
    path.write_text("This is a letter.\n" * 500)
    with pytest.raises(DocumentError) as caught:
        parts_of(path)
    assert caught.value.status is DocumentStatus.CORRUPT


@pytest.mark.parametrize("content", ['{"a": [1, 2', "[" * 100_000, "1" * 10_000 + "x", "not json"])
def test_broken_json_is_corrupt(tmp_path: Path, content: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content)
    with pytest.raises(DocumentError) as caught:
        parts_of(path)
    assert caught.value.status is DocumentStatus.CORRUPT
