"""Questions over the tables of a database whose meaning nobody wrote down."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from assistant.ask.asker import Asker
from kg.ingest.parsed import Parsed
from kg.ledger.entries import Entry
from kg.ontology import Ontology
from kg.tables.apply import documents
from kg.tables.dataset import DataSet
from kg.tables.infer import infer
from kg.tables.source import SourceColumn, SourceTable
from kg.types import Answer, Document, Readers, Reading, Viewer

from .conftest import World, make_entry

PUBLIC = Viewer.of()
Rows = Sequence[Sequence[str]]

STORES: Rows = [
    ["store_id", "store_name", "town", "floor_area"],
    ["S1", "Harbour Cycles", "Oslo", "120"],
    ["S2", "Old Mill Bikes", "Bergen", "80"],
    ["S3", "Lakeside Wheels", "Oslo", "200"],
]
CLERKS: Rows = [
    ["clerk_id", "clerk_name", "store_id", "age"],
    ["C1", "Ada Holm", "S1", "51"],
    ["C2", "Per Lund", "S1", "34"],
    ["C3", "Ida Berg", "S2", "29"],
    ["C4", "Nils Aas", "S3", "45"],
]
REPAIRS: Rows = [
    ["repair_id", "clerk_id", "repair_date", "due_date", "fee", "under_warranty"],
    ["R1", "C1", "2021-02-01", "2021-02-20", "40", "true"],
    ["R2", "C2", "2021-03-05", "2021-04-01", "55", "false"],
    ["R3", "C2", "2021-11-20", "2022-01-02", "25", "false"],
    ["R4", "C3", "2022-01-15", "2022-01-30", "90", "true"],
    ["R5", "C2", "2022-05-02", "2022-05-30", "35", "false"],
    ["R6", "C4", "2022-07-09", "2022-07-30", "60", "false"],
    ["R7", "C3", "2023-02-11", "2023-03-01", "20", "false"],
    ["R8", "C2", "2023-03-30", "2023-04-15", "15", "true"],
]
MORE: Rows = [
    ["repair_id", "clerk_id", "repair_date", "due_date", "fee", "under_warranty"],
    ["R9", "C4", "2022-08-01", "2022-08-20", "700", "true"],
    ["R10", "C4", "2021-08-01", "2021-08-20", "500", "true"],
    ["R11", "C4", "2023-03-01", "2023-03-20", "300", "false"],
    ["R12", "C4", "2023-03-02", "2023-03-20", "300", "false"],
]


def entries(ontology: Ontology, tables: dict[str, Rows], name: str = "", groups: Sequence[str] = ()) -> list[Entry]:
    """The documents of a data set, as `ingest` reads them; those that `name` begins the external id of."""
    with DataSet("workshop") as data:
        for table, (header, *rows) in tables.items():
            data.add(SourceTable(table, tuple(map(SourceColumn, header)), rows), f"/workshop/{table}.csv")
        parts: list[Parsed] = list(documents(data, infer(data, ontology)))
    found = []
    for part in parts:
        external = part.external_id or ""
        if name not in external:
            continue
        document = Document(f"{external}{groups}", f"test:{external}", part.title, part.text, Readers.of(groups))
        found.append(
            make_entry(
                document,
                part.chunks,
                Reading(),
                part.records,
                None,
                ontology=ontology,
                source="workshop",
                reader="test",
                schema=part.schema,
            )
        )
    return found


CRATES: Rows = [
    ["crate_id", "store_id", "weight"],
    ["2021", "S2", "9"],
    ["2022", "S1", "14"],
    ["2023", "S1", "21"],
]
TABLES = {"stores": STORES, "clerks": CLERKS, "repairs": REPAIRS, "crates": CRATES}


@pytest.fixture(scope="module")
def asker(make_world: Callable[..., World]) -> Asker:
    return make_world(entries(Ontology.load(), TABLES)).asker()


def values(answer: Answer) -> set[str]:
    return {row[0] for row in answer.rows}


ANSWERS = [
    # counts, with the text of an attribute, a reference, a flag, a comparison, a date
    ("How many repairs are there?", {"8"}),
    ("How many stores are in Oslo?", {"2"}),
    ("Which stores are in Oslo?", {"Harbour Cycles", "Lakeside Wheels"}),
    ("How many repairs did Per Lund do?", {"4"}),
    ("Which clerks work at Harbour Cycles?", {"Ada Holm", "Per Lund"}),
    ("How many repairs are under warranty?", {"3"}),
    ("How many repairs are not under warranty?", {"5"}),
    ("How many repairs were done in 2022?", {"3"}),
    ("How many repairs were made between January and March 2023?", {"2"}),
    ("How many repairs were due in 2022?", {"4"}),
    ("How many clerks are older than 40?", {"2"}),
    ("Which clerks are under 35 years old?", {"Per Lund", "Ida Berg"}),
    ("Which clerks are between 30 and 50 years old?", {"Per Lund", "Nils Aas"}),
    ("How old is Ada Holm?", {"51"}),
    # a number that is a name only beside the noun for what it names
    ("What is the weight of crate 2022?", {"14"}),
    ("Which store is crate 2021 in?", {"Old Mill Bikes"}),
    ("What is the total fee of the repairs from 2022?", {"185"}),
    # over a third table
    ("Which stores have repairs by Ida Berg?", {"Old Mill Bikes"}),
    # sums, means, extremes
    ("What is the average age of the clerks?", {"39.75"}),
    ("What is the total fee of all repairs?", {"340"}),
    ("What is the total fee of repairs by Per Lund?", {"130"}),
    ("What is the average fee of repairs in 2021?", {"40"}),
    ("What is the highest fee?", {"90"}),
    ("Which store has the largest floor area?", {"Lakeside Wheels"}),
    ("Who is the oldest clerk?", {"Ada Holm"}),
    ("Who are the two youngest clerks?", {"Per Lund", "Ida Berg"}),
    # the most of what a reference leads to
    ("Which clerk has done the most repairs?", {"Per Lund"}),
    ("Which store has the most clerks?", {"Harbour Cycles"}),
    # Chinese, where the columns are named in English
    ("Ada Holm今年多大年纪？", {"51"}),
]


@pytest.mark.parametrize(("question", "expected"), ANSWERS)
def test_answers(asker: Asker, question: str, expected: set[str]) -> None:
    answer = asker.ask(question, PUBLIC)
    assert not answer.abstained, (answer.text, answer.trace)
    assert values(answer) == expected, answer.trace
    assert answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "How many repairs were done in Trondheim?",
        "Which stores are in Narnia?",
        "How many repairs did Gustav Vik do?",
        "Which stores are not in Oslo?",  # a difference of sets is no form yet
        "What is the average salary of the clerks?",
    ],
)
def test_abstains(asker: Asker, question: str) -> None:
    answer = asker.ask(question, PUBLIC)
    assert answer.abstained, (answer.text, answer.trace.get("form"))


def test_rows_that_one_may_not_read_change_no_number(make_world: Callable[..., World]) -> None:
    ontology = Ontology.load()
    public = entries(ontology, TABLES)
    secret = entries(ontology, {**TABLES, "repairs": MORE}, "repairs", ["board"])
    small, large = make_world(public).asker(), make_world([*public, *secret]).asker()
    for question, _ in ANSWERS:
        first, second = small.ask(question, PUBLIC), large.ask(question, PUBLIC)
        for answer in (first, second):
            answer.trace.pop("milliseconds")  # type: ignore[attr-defined]
        assert first == second, question
    assert values(large.ask("What is the highest fee?", Viewer.of("board"))) == {"700"}
    assert values(large.ask("Which clerk has done the most repairs?", Viewer.of("board"))) == {"Nils Aas"}
