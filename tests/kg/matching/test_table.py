from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import DataError, InputError
from kg.matching import Pairs, Table, read_pairs, read_table

LEFT = Table.of([{"id": "1", "name": "Ann"}, {"id": "2", "name": "Bo"}], "left")
RIGHT = Table.of([{"id": "x", "name": "Anne"}], "right")


def written(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_table_is_read_whatever_its_delimiter_encoding_and_place_of_the_id(tmp_path: Path) -> None:
    text = "name;ID;city\nMüller;7;Köln\n\nStröm;8;\n"
    for coded in (text.encode("cp1252"), text.encode("utf-16"), text.replace(";", "\t").encode()):
        table = read_table(written(tmp_path, coded))
        assert table.ids == ("7", "8")
        assert table.columns == {"name": ("Müller", "Ström"), "city": ("Köln", "")}
        assert table.record(1) == {"name": "Ström"}


def test_the_id_column_can_be_named(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "number,name\n5,Ann\n"), "number")
    assert (table.ids, dict(table.columns)) == (("5",), {"name": ("Ann",)})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,city\nAnn,Bonn\n", r"file.csv:1: an id column \(`id`\) is missing; there are name, city"),
        ("id,name\n1,Ann\n1,Bo\n", "the id '1' stands in several rows"),
        ("id,name\n1,Ann\n,Bo\n", "file.csv:3: the id is blank"),
        ("id,name\n", "no row below the column names"),
        ("id\n1\n2\n", "nothing to compare"),
        ("id,name\n1,Ann,more\n", "file.csv:2: the row has 3 cells, the head 2"),
        ("", "file.csv: "),
        ("  \n\n", "nothing but white space"),
        (b"\x00\x01\x02\xff\xfe\x88" * 50, "file.csv: "),
    ],
)
def test_a_bad_table_is_a_typed_error_that_says_where(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(DataError, match=says):
        read_table(written(tmp_path, text))


def test_a_missing_file_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be opened"):
        read_table(tmp_path / "none.csv")


def test_pairs_are_read_under_either_set_of_names(tmp_path: Path) -> None:
    for head in ("left,right,label", "ltable_id,rtable_id,label", "_id,ltable_id,rtable_id,label"):
        row = "0,2,x,1" if head.startswith("_") else "2,x,1"
        found = read_pairs(written(tmp_path, f"{head}\n{row}\n"), LEFT, RIGHT)
        assert (found.left.tolist(), found.right.tolist()) == ([1], [0])
        assert found.labels is not None
        assert found.labels.tolist() == [True]
    unlabelled = read_pairs(written(tmp_path, "left,right\n1,x\n"), LEFT, RIGHT, labelled=False)
    assert unlabelled.labels is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("left,right,label\n1,x,1\n3,x,0\n", "file.csv:3: left: there is no record with the id '3'"),
        ("left,right,label\n1,y,1\n", "file.csv:2: right: there is no record with the id 'y'"),
        ("left,right,label\n1,x,maybe\n", "the label 'maybe' is neither 1 nor 0"),
        ("left,right\n1,x\n", "file.csv:1: the column 'label' is missing"),
        ("a,b,label\n1,x,1\n", "file.csv:1: the column 'left' is missing"),
        ("left,right,label\n", "no row below"),
    ],
)
def test_bad_pairs_are_a_typed_error_that_says_where(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        read_pairs(written(tmp_path, text), LEFT, RIGHT)


def test_tables_and_pairs_are_made_from_python() -> None:
    made = Pairs.of(LEFT, RIGHT, [("2", "x", 1), ("1", "x", False)])
    assert made.labels is not None
    assert (made.left.tolist(), made.labels.tolist()) == ([1, 0], [True, False])
    assert Pairs.of(LEFT, RIGHT, [("2", "x")]).labels is None
    with pytest.raises(InputError, match="all of them alike"):
        Pairs.of(LEFT, RIGHT, [("2", "x"), ("1", "x", 1)])
    with pytest.raises(InputError, match="a record has no 'id'"):
        Table.of([{"name": "Ann"}])
