"""What every `ChunkIndex` has to do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from kg.errors import InputError
from kg.index import HashingEncoder, IndexedDocument, SearchIndex, open_index
from kg.types import Readers, Viewer

ENCODER = HashingEncoder(256)
ALL = Viewer.all()
Opener = Callable[[Path], SearchIndex]


def sqlite(directory: Path) -> SearchIndex:
    return open_index(directory, ENCODER)


@pytest.fixture(params=[sqlite])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    opened = request.param(tmp_path / "index")
    yield opened
    opened.close()


def document(id: str, *texts: str, groups: tuple[str, ...] = (), title: str = "", heading: str = "") -> IndexedDocument:
    chunks = tuple((f"{id}/{i}", 10 * i, 10 * i + len(text), text, heading) for i, text in enumerate(texts))
    return IndexedDocument(id, f"{id}.txt", f"file:///{id}.txt", title, Readers.of(groups), chunks)


def hits(index: SearchIndex, query: str, viewer: Viewer = ALL) -> list[str]:
    return [passage.chunk_id for passage in index.full_text(query, viewer)]


def near(index: SearchIndex, text: str, viewer: Viewer = ALL) -> list[str]:
    return [passage.chunk_id for passage in index.nearest(ENCODER.encode([text])[0], viewer)]


def test_a_passage_carries_its_source(index: SearchIndex) -> None:
    index.apply(1, documents=[document("d", "Nothing.", "The turbine failed.", title="Report")])
    (passage,) = index.full_text("turbine", ALL)
    assert (passage.document_id, passage.external_id, passage.uri, passage.title) == (
        "d",
        "d.txt",
        "file:///d.txt",
        "Report",
    )
    assert (passage.chunk_id, passage.start, passage.end, passage.text) == ("d/1", 10, 29, "The turbine failed.")
    assert passage.score > 0


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("The companies were founding members", "founded company"),
        ("Un café à Zürich", "CAFE zurich"),
        ("He sold AT&T shares", "at&t"),
        ("Order X-200/b shipped", "X-200"),
        ("Lovelace's notes", "lovelace"),
        ("The notes of Lovelace", "Lovelace's"),
        ("北京大学位于海淀区", "北京大学在哪里"),
        ("阿里巴巴由马云创办", "马云"),
        ("トヨタ自動車の社長", "トヨタ"),
        ("삼성전자의 회장", "삼성전자"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"),
    ],
)
def test_words_are_found_in_every_script(index: SearchIndex, text: str, query: str) -> None:
    index.apply(1, documents=[document("d", text), document("e", "unrelated 无关的内容")])
    assert hits(index, query) == ["d/0"]


def test_a_pair_of_characters_is_a_phrase(index: SearchIndex) -> None:
    index.apply(1, documents=[document("d", "大北学京"), document("e", "北京")])
    assert hits(index, "北京") == ["e/0"]


@pytest.mark.parametrize(
    "query",
    ['"', "a AND (", "body:x", "NEAR(a b, 2)", "* ^ -x", "{title}: y", "\0", "", "  ", "😀", "\ud800 x", "'; --"],
)
def test_a_query_is_never_syntax(index: SearchIndex, query: str) -> None:
    index.apply(1, documents=[document("d", "The turbine failed.")])
    assert hits(index, query) == []
    assert hits(index, query + " turbine") == ["d/0"]


def test_rarer_words_and_titles_count_more(index: SearchIndex) -> None:
    index.apply(
        1,
        documents=[
            document("a", "A pump of Acme stands here."),
            document("b", "A pump of Zenith stands here."),
            document("c", "A pump of Zenith stands here.", title="Acme"),
            document("d", "A pump of Zenith stands there."),
        ],
    )
    assert hits(index, "pump acme")[:2] == ["c/0", "a/0"]


def test_scores_of_different_readers_compare(index: SearchIndex) -> None:
    index.apply(
        1,
        documents=[document(f"p{i}", f"Pump number {i}, serviced.") for i in range(20)]
        + [document("s", "Pump of Zenith, serviced.", groups=("staff",))],
    )
    found = index.full_text("zenith pump", Viewer.of("staff"))
    assert found[0].chunk_id == "s/0"
    assert found[0].score > found[1].score > 0


def test_hidden_passages_are_not_found(index: SearchIndex) -> None:
    index.apply(
        1, documents=[document("a", "Open turbine"), document("b", "Secret turbine", groups=("board", "legal"))]
    )
    assert set(hits(index, "turbine", Viewer.of("legal"))) == {"a/0", "b/0"}
    assert hits(index, "turbine", Viewer.of("staff")) == ["a/0"]
    assert hits(index, "secret", Viewer()) == []
    assert near(index, "secret turbine", Viewer()) == ["a/0"]
    assert near(index, "secret turbine", Viewer.of("board")) == ["b/0", "a/0"]


def test_nearest_is_ordered_by_cosine(index: SearchIndex) -> None:
    texts = ["the pump stands still", "the pump stands", "马云创办了阿里巴巴", "rain in spring"]
    index.apply(1, documents=[document("d", *texts)])
    vector = ENCODER.encode(["the pump stands"])[0]
    found = index.nearest(3 * vector, ALL, limit=3)
    assert [passage.chunk_id for passage in found[:2]] == ["d/1", "d/0"]
    assert found[0].score == pytest.approx(1)
    expected = ENCODER.encode(texts) @ vector
    for passage in found:
        assert passage.score == pytest.approx(expected[int(passage.chunk_id[2:])], abs=0.01)


def test_passages_without_letters_are_found_by_their_words_alone(index: SearchIndex) -> None:
    index.apply(1, documents=[document("d", "1234 5678", "----")])
    assert hits(index, "1234") == ["d/0"]
    assert near(index, "1234 number") == []


@pytest.mark.parametrize("vector", [np.full(256, np.nan, np.float32), np.ones(255, np.float32)])
def test_a_vector_that_does_not_fit_is_refused(index: SearchIndex, vector: np.ndarray) -> None:
    index.apply(1, documents=[document("d", "The turbine failed.")])
    with pytest.raises(InputError):
        index.nearest(vector, ALL)


def test_a_zero_vector_is_near_nothing(index: SearchIndex) -> None:
    index.apply(1, documents=[document("d", "The turbine failed.")])
    assert index.nearest(np.zeros(256, np.float32), ALL) == []


def test_limit_cuts_ties_by_chunk_id(index: SearchIndex) -> None:
    ids = ["q", "b", "z", "a", "m"]
    for position, id in enumerate(ids):
        index.apply(position, documents=[document(id, "the same turbine")])
    assert [p.chunk_id for p in index.full_text("turbine", ALL, limit=2)] == ["a/0", "b/0"]
    vector = ENCODER.encode(["turbine"])[0]
    assert [p.chunk_id for p in index.nearest(vector, ALL, limit=3)] == ["a/0", "b/0", "m/0"]
    assert index.full_text("turbine", ALL, limit=0) == []


def test_empty_index(index: SearchIndex) -> None:
    assert hits(index, "turbine") == near(index, "turbine") == []


def test_a_text_names_documents_by_their_titles(index: SearchIndex) -> None:
    index.apply(
        1,
        documents=[
            document("a", "A river.", title="Rio Verde"),
            document("b", "A film.", title="Rio Verde (film)"),
            document("c", "A film.", title="Kismet (film)"),
            document("d", "Rules.", title="Travel rules.docx"),
            document("e", "大学。", title="北京大学"),
            document("s", "Secret.", title="Kismet", groups=("board",)),
            document("n", title="Empty"),
        ],
    )
    text = "Kismet was shot at the Rio Verde (film), says Travel Rules; 北京大学 and rio verde and Empty do not."

    def named(viewer: Viewer, cased: bool) -> list[tuple[str, tuple[str, ...]]]:
        return [(text[start:end], ids) for start, end, ids in index.titles([text], viewer, cased=cased)[0]]

    assert named(Viewer.of(), True) == [
        ("Kismet", ("c",)), ("Rio Verde (film", ("b",)), ("Travel Rules", ("d",)), ("北京大学", ("e",))
    ]  # fmt: skip
    assert named(Viewer.of("board"), True)[0] == ("Kismet", ("s",))  # the whole title goes before a part of one
    assert ("rio verde", ("a",)) in named(Viewer.of(), False)
    assert index.titles(["kismet", ""], ALL, cased=False) == [[], []]  # one common word names nothing
    index.apply(2, gone_documents=["s", "a"])
    assert named(Viewer.of("board"), True)[0] == ("Kismet", ("c",))


def test_openings_are_first_passages_that_one_may_see(index: SearchIndex) -> None:
    index.apply(1, documents=[document("a", "One.", "Two."), document("s", "Secret.", groups=("board",))])
    assert [p.text for p in index.openings(["s", "a", "a", "none"], Viewer.of())] == ["One."]
    assert [p.text for p in index.openings(["s", "a"], Viewer.of("board"))] == ["Secret.", "One."]


def test_cosines_are_those_of_the_nearest(index: SearchIndex) -> None:
    index.apply(1, documents=[document("a", "The turbine failed.", "", "A pump."), document("s", "x", groups=("b",))])
    vector = ENCODER.encode(["turbine"])[0]
    found = index.nearest(vector, ALL)
    assert index.cosines(vector, found, ALL) == pytest.approx([passage.score for passage in found], abs=1e-6)
    secret = index.full_text("x", ALL)
    assert index.cosines(vector, secret, Viewer.of()) == [0.0]


def test_what_more_passages_hold_is_less_rare(index: SearchIndex) -> None:
    index.apply(1, documents=[document("a", *["red pump"] * 3, "blue pump"), document("s", "teal", groups=("b",))])
    rare = index.rarity(["pump", "red pump", "blue pump", "pump red", "teal", "?"], Viewer.of())
    assert rare[0] < rare[1] < rare[2] < rare[3] == rare[4] == rare[5] == 1.0
