"""What every `NameIndex` has to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.index import NameEntry, SearchIndex, open_index
from kg.types import Readers, Viewer

ALL = Viewer.all()
PUBLIC = Readers()
BOARD = Readers.of(["board"])
STAFF = Readers.of(["board", "staff"])


def sqlite(directory: Path) -> SearchIndex:
    return open_index(directory, None)


@pytest.fixture(params=[sqlite])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    opened = request.param(tmp_path / "index")
    opened.apply(
        1,
        names=[
            entry("ada", "Person", "Ada Lovelace", PUBLIC, ("Ada Lovelace", PUBLIC, 3), ("Countess Ada", BOARD, 2)),
            entry("ralph", "Person", "Ralph Lovelace", PUBLIC, ("Ralph Lovelace", PUBLIC, 1), ("Lovelace", PUBLIC, 1)),
            entry("ibm", "Organization", "International Business Machines Corp.", PUBLIC),
            entry("un", "Organization", "UN", PUBLIC, ("UN", PUBLIC, 5)),
            entry("oconnor", "Person", "Seán O'Connor", PUBLIC),
            entry("ali", "Organization", "阿里巴巴集团", PUBLIC, ("阿里巴巴", PUBLIC, 4), ("阿里", STAFF, 1)),
            entry("hq", "Location", "New York", PUBLIC),
            entry("nyt", "Organization", "The New York Times Company", PUBLIC, ("New York Times", PUBLIC, 2)),
            entry("x", "Product", "Project Xanadu", STAFF, ("Xanadu", STAFF, 1), ("Xanadu", BOARD, 2)),
        ],
    )
    yield opened
    opened.close()


def entry(id: str, type: str, name: str, readers: Readers, *aliases: tuple[str, Readers, int]) -> NameEntry:
    return NameEntry(id, type, name, readers.key, aliases)


def found(index: SearchIndex, name: str, viewer: Viewer = ALL) -> list[str]:
    return [answer.entity_id for answer in index.find(name, viewer)]


def spans(index: SearchIndex, text: str, viewer: Viewer = ALL) -> list[tuple[str, list[str]]]:
    return [(text[start:end], [n.entity_id for n in names]) for start, end, names in index.spans(text, viewer)]


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("Ada Lovelace", "ada"),
        ("ADA LOVELACE", "ada"),
        ("Dr. Ada Lovelace", "ada"),
        ("Sean O’Connor", "oconnor"),
        ("International Business Machines", "ibm"),
        ("U.N.", "un"),
        ("阿里巴巴", "ali"),
        ("New York Times Co.", "nyt"),
    ],
)
def test_equal_names_score_one(index: SearchIndex, name: str, entity: str) -> None:
    first = index.find(name, ALL)[0]
    assert (first.entity_id, first.score) == (entity, 1.0)


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("Ada", "ada"),  # a part
        ("Lovelace, Ada", "ada"),  # another order
        ("IBM", "ibm"),  # short for
        ("United Nations", "un"),  # long for
        ("Ada Lovel", "ada"),  # begun
        ("Machin", "ibm"),
        ("Ada Lovelase", "ada"),  # misspelt
        ("Internatonal Busines Machines", "ibm"),
        ("阿里巴", "ali"),
        ("里巴", "ali"),
    ],
)
def test_like_names_score_less(index: SearchIndex, name: str, entity: str) -> None:
    first = index.find(name, ALL)[0]
    assert first.entity_id == entity
    assert 0.5 < first.score < 1


def test_an_equal_name_comes_before_a_part_of_a_name(index: SearchIndex) -> None:
    assert found(index, "Lovelace") == ["ralph", "ada"]


@pytest.mark.parametrize("name", ["", "   ", "Zzyzx Qqq", "\0", "%", "_", "\ud800", "😀", "'; --"])
def test_unlike_names_find_nothing(index: SearchIndex, name: str) -> None:
    assert found(index, name) == []
    assert spans(index, name) == []


def test_an_answer_tells_the_entity_and_the_alias(index: SearchIndex) -> None:
    answer = index.find("阿里巴巴", ALL)[0]
    assert (answer.type, answer.name, answer.alias, answer.mentions) == ("Organization", "阿里巴巴集团", "阿里巴巴", 4)


def test_hidden_names_are_not_found(index: SearchIndex) -> None:
    assert found(index, "Countess Ada", Viewer.of("board"))[0] == "ada"
    assert all(a.alias != "Countess Ada" for a in index.find("Countess Ada", Viewer.of("staff")))
    assert found(index, "Xanadu", Viewer()) == []
    assert spans(index, "What is Project Xanadu?", Viewer()) == []


def test_mentions_are_those_that_the_viewer_may_read(index: SearchIndex) -> None:
    assert index.find("Xanadu", Viewer.of("staff"))[0].mentions == 1
    assert index.find("Xanadu", Viewer.of("board"))[0].mentions == 3
    assert index.find("Xanadu", ALL)[0].mentions == 3


def test_spans_are_longest_first(index: SearchIndex) -> None:
    assert spans(index, "Does the New York Times write about new york?") == [
        ("New York Times", ["nyt"]),
        ("New York", ["hq"]),
        ("new york", ["hq"]),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who is Ada Lovelace's mother?", [("Ada Lovelace", ["ada"]), ("Lovelace", ["ralph"])]),
        ("阿里巴巴的创始人是谁", [("阿里巴巴", ["ali"]), ("阿里", ["ali"])]),
        ("Was Sean O'Connor there?", [("Sean O'Connor", ["oconnor"])]),
        ("Lovelace and friends", [("Lovelace", ["ralph"])]),
        ("new\nyork; ada! lovelace", [("lovelace", ["ralph"])]),
    ],
)
def test_spans_are_whole_names(index: SearchIndex, text: str, expected: list[tuple[str, list[str]]]) -> None:
    assert spans(index, text) == expected


def test_homonyms_come_most_mentioned_first(index: SearchIndex) -> None:
    index.apply(2, names=[entry("other", "Location", "Ada Lovelace", PUBLIC, ("Ada Lovelace", PUBLIC, 9))])
    assert spans(index, "Ada Lovelace")[0] == ("Ada Lovelace", ["other", "ada"])
    assert found(index, "ada lovelace")[:2] == ["other", "ada"]
