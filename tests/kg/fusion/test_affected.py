"""How far a change reaches."""

from __future__ import annotations

from kg.fusion import LocalEntity, Mark, MemoryIndex, affected, block_keys
from kg.fusion.local import table_of
from kg.types import Readers


def row(number: int, name: str, table: str = "shop.db#clients") -> LocalEntity:
    key = f"{table}/{number}"
    return LocalEntity(f"d{number}", Readers(), "Client", "Client", (f"{table}{number}",), ((name, 1),), key=key)


def prose(name: str) -> LocalEntity:
    return LocalEntity("p", Readers(), "Client", "Client", (f"p{name}",), ((name, 1),))


def marks(local: LocalEntity) -> set[Mark]:
    return {Mark.of(key, table_of(local.key) if local.key else "") for key in block_keys(local)}


def index_of(*locals_: LocalEntity) -> MemoryIndex:
    index = MemoryIndex()
    for local in locals_:
        index.put(local.id, block_keys(local), table_of(local.key) if local.key else "")
    return index


def test_a_row_reaches_no_other_row_of_its_table_by_name() -> None:
    rows = [row(number, f"Alder Trading {number}") for number in range(50)]
    assert affected(marks(rows[0]), index_of(*rows)) == {rows[0].id}


def test_what_is_no_row_of_the_table_is_reached_and_reaches_its_rows() -> None:
    rows = [row(number, f"Alder Trading {number}") for number in range(50)]
    mention, other = prose("Alder Trading"), row(1, "Alder Trading", "crm.csv#accounts")
    everything = {local.id for local in (*rows, mention, other)}
    assert affected(marks(rows[0]), index_of(*rows, mention, other)) == everything
    assert affected(marks(mention), index_of(*rows, mention)) == everything - {other.id}


def test_rows_that_share_an_identifier_reach_each_other() -> None:
    one, two = row(1, "Alder"), row(2, "Birch")
    index = MemoryIndex()
    for local in (one, two):
        index.put(local.id, {"i|lei:1"}, "shop.db#clients")
    assert affected({Mark.of("i|lei:1", "shop.db#clients")}, index) == {one.id, two.id}


def test_a_mark_is_read_as_it_was_written() -> None:
    for mark in (Mark.of("~|Client|alder", "shop.db#clients"), Mark.of("k|shop.db#clients/1", "shop.db#clients")):
        assert Mark.from_text(mark.text) == mark
