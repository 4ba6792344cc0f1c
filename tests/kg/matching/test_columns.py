from __future__ import annotations

import pytest

from kg.errors import InputError
from kg.matching import Table
from kg.matching.columns import Kind, align, kind_of


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("price", ["12.50", "$3", "1,200.00"], Kind.NUMBER),
        ("year", ["1999", "2001", "1999"], Kind.NUMBER),
        ("born", ["1915-11-11", "1965-10-13"], Kind.DATE),
        ("date_of_birth", ["19151111", "19651013"], Kind.DATE),
        ("phone", ["310/392-9025", "212-245-7992"], Kind.CODE),
        ("postcode", ["4223", "3212"], Kind.CODE),
        ("number", ["5304218", "1551941", "8859999"], Kind.CODE),
        ("mail", ["ann@firm.com", "bo@firm.com"], Kind.CODE),
        ("name", ["Ann Lee", "Bo Chan"], Kind.NAME),
        (
            "note",
            ["one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"],
            Kind.TEXT,
        ),
        ("blank", ["", ""], Kind.NAME),
    ],
)
def test_a_column_is_compared_by_its_kind(name: str, cells: list[str], kind: Kind) -> None:
    assert kind_of(name, cells) is kind


def test_columns_are_paired_by_name_then_by_contents() -> None:
    left = Table.of([{"id": 1, "Full name": "Ann Lee", "town": "Bonn", "x": "9"}, {"id": 2, "town": "Oslo", "x": "7"}])
    right = Table.of([{"id": 1, "full_name": "Lee, Ann", "city": "Oslo"}, {"id": 2, "city": "Bonn", "y": "no"}])
    assert [(one.left, one.right) for one in align(left, right)] == [("Full name", "full_name"), ("town", "city")]
    assert align(left, right)[1].name == "town/city"


def test_tables_without_a_common_column_are_an_error() -> None:
    with pytest.raises(InputError, match="no column in common"):
        align(Table.of([{"id": 1, "a": "red"}]), Table.of([{"id": 1, "b": "17 km"}]))
