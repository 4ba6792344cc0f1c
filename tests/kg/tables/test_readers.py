from __future__ import annotations

import json
from pathlib import Path

import duckdb
import openpyxl
import pytest

from kg.errors import DocumentError
from kg.ingest.parsed import Parsed
from kg.tables.readers import read_file
from kg.tables.source import Source, SourceTable
from kg.types import DocumentStatus

Found = dict[str, tuple[list[str], list[list[str]]]]


def tables(found: list[Source]) -> Found:
    return {
        one.name: ([column.name for column in one.columns], [list(row) for row in one.rows])
        for one in found
        if isinstance(one, SourceTable)
    }


def read(path: Path) -> Found:
    return {name: table for one in read_file(path) for name, table in tables([one]).items()}


ROWS = [["id", "name", "city"], ["1", "Ada Smith", "Zürich"], ["2", "Bob, Jr.", "München"], ["3", "陈伟", "Genève"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_delimiter_encoding_and_line_end(tmp_path: Path, delimiter: str, encoding: str, line_end: str) -> None:
    text = line_end.join(delimiter.join(f'"{cell}"' for cell in row) for row in ROWS) + line_end
    if encoding == "gb18030":  # a Chinese file, which has no German umlauts
        text = text.replace("Zürich", "苏黎世").replace("München", "慕尼黑是个城市").replace("Genève", "日内瓦在瑞士")
    path = tmp_path / "people.csv"
    path.write_bytes(text.encode(encoding))
    columns, rows = read(path)["people"]
    assert columns == ROWS[0]
    assert [row[:2] for row in rows] == [row[:2] for row in ROWS[1:]]


def test_windows_encoding(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("id;name\n1;Müller für Übersee\n2;Größe\n".encode("cp1252"))
    assert read(path) == {"people": (["id", "name"], [["1", "Müller für Übersee"], ["2", "Größe"]])}


def test_a_table_without_a_head_has_numbered_columns(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("1,2.5,x\n2,3.5,y\n3,4.5,x\n")
    columns, rows = read(path)["numbers"]
    assert columns == ["column 1", "column 2", "column 3"]
    assert len(rows) == 3


def test_quoted_line_ends_blank_lines_and_ragged_rows(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text('id,note\n1,"two\nlines"\n\n2\n3,"a ""quoted"" word"\n')
    assert read(path)["notes"][1] == [["1", "two\nlines"], ["2"], ["3", 'a "quoted" word']]


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("blank.csv", b" \n\n", DocumentStatus.BLANK),
        ("broken.json", b'[{"a": 1}, {"a"', DocumentStatus.CORRUPT),
        ("broken.jsonl", b'{"a": 1}\n{"a"\n', DocumentStatus.CORRUPT),
        ("broken.parquet", b"PAR1 no more", DocumentStatus.CORRUPT),
        ("broken.xlsx", b"PK\x03\x04 no more", DocumentStatus.CORRUPT),
        ("deep.json", b'[{"a":' * 60 + b"1" + b"}]" * 60, DocumentStatus.CORRUPT),
    ],
)
def test_what_cannot_be_read_is_said_so(tmp_path: Path, name: str, content: bytes, status: DocumentStatus) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        read(path)
    assert caught.value.status is status


def test_json_arrays_objects_and_what_is_inside_them(tmp_path: Path) -> None:
    orders = [
        {"id": 7, "customer": {"name": "Ada", "city": "Graz"}, "tags": ["red", "blue"],
         "lines": [{"sku": "A", "n": 2}, {"sku": "B", "n": 1}]},
        {"id": 8, "customer": {"name": "Bob"}, "paid": True, "lines": []},
    ]  # fmt: skip
    path = tmp_path / "orders.json"
    path.write_text(json.dumps(orders))
    found = list(read_file(path))
    assert [(c.name, c.kind, c.separator) for c in found[0].columns if isinstance(found[0], SourceTable)] == [
        ("id", "Number", None),
        ("customer_name", None, None),
        ("customer_city", None, None),
        ("tags", None, "; "),
        ("paid", "Boolean", None),
    ]
    assert tables(found) == {
        "orders": (
            ["id", "customer_name", "customer_city", "tags", "paid"],
            [["7", "Ada", "Graz", "red; blue", ""], ["8", "Bob", "", "", "true"]],
        ),
        "orders_lines": (["order_id", "sku", "n"], [["7", "A", "2"], ["7", "B", "1"]]),
    }
    assert isinstance(found[1], SourceTable)
    assert (found[1].references[0].table, found[1].references[0].targets) == ("orders", ("id",))


def test_objects_without_an_id_get_one_that_depends_on_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "teams.json"
    teams = [{"name": "A", "members": [{"name": "Ada"}]}, {"name": "B", "members": [{"name": "Bob"}]}]
    path.write_text(json.dumps(teams))
    first = read(path)
    path.write_text(json.dumps(teams[::-1]))
    assert sorted(first["teams_members"][1]) == sorted(read(path)["teams_members"][1])
    assert {row[0] for row in first["teams"][1]} == {row[0] for row in first["teams_members"][1]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"name": "Acme", "seat": {"city": "Graz"}}', {"x": (["name", "seat_city"], [["Acme", "Graz"]])}),
        ('{"C1": {"name": "A"}, "C2": {"name": "B"}}', {"x": (["id", "name"], [["C1", "A"], ["C2", "B"]])}),
        ('{"a": [{"n": 1}], "b": [{"n": 2}]}', {"a": (["n"], [["1"]]), "b": (["n"], [["2"]])}),
    ],
)
def test_one_object(tmp_path: Path, content: str, expected: Found) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    assert read(path) == expected


def test_json_lines_whose_objects_differ(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"id": 1, "kind": "a"}\n\n{"id": 2, "at": "2024-05-01"}\n')
    assert read(path) == {"events": (["id", "kind", "at"], [["1", "a", ""], ["2", "", "2024-05-01"]])}


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    duckdb.sql(
        "SELECT 1 AS id, DATE '2024-05-01' AS day, 2.50::DECIMAL(8,2) AS total, true AS paid, ['a','b'] AS tags,"
        " NULL::VARCHAR AS note"
    ).write_parquet(str(path))
    for table in read_file(path):
        assert isinstance(table, SourceTable)
        assert list(table.rows) == [["1", "2024-05-01", "2.5", "true", "a; b", ""]]
        assert [column.kind for column in table.columns] == ["Number", "Date", "Number", "Boolean", None, None]


def test_several_sheets_and_several_tables_a_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Staff"
    for row in (
        ["All our people", None],
        ["id", "name"],
        [1, "Ada"],
        [2, "Bob"],
        [],
        ["team", "head"],
        ["R&D", 1],
        ["Ops", 2],
    ):
        sheet.append(row)
    prices = book.create_sheet("Prices")
    prices.append(["item", "price"])
    prices.append(["Tea", 4.5])
    prices["B2"].number_format = '"$"#,##0.00'
    book.save(tmp_path / "company.xlsx")
    found = list(read_file(tmp_path / "company.xlsx"))
    names = [
        (one.name, [c.name for c in one.columns], list(map(list, one.rows)))
        for one in found
        if isinstance(one, SourceTable)
    ]
    assert names == [
        ("Staff", ["id", "name"], [["1", "Ada"], ["2", "Bob"]]),
        ("Staff", ["team", "head"], [["R&D", "1"], ["Ops", "2"]]),
        ("Prices", ["item", "price"], [["Tea", "4.5"]]),
    ]
    price = found[2]
    assert isinstance(price, SourceTable)
    assert (price.columns[1].kind, price.columns[1].unit) == ("Money", "USD")
    (rest,) = [one for one in found if isinstance(one, Parsed)]
    assert "All our people" in rest.text
