"""Passages joined by titles, on an index of its own; what the graph joins is in ../test_search.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from assistant.retrieve.retriever import Retriever
from kg.index import IndexedDocument, SearchIndex, open_index
from kg.types import Readers, Viewer
from nlp.pretrained import default_encoder_folder
from nlp.runtime.encoder import OnnxEncoder

PAGES = {
    "The Salt Road": "The Salt Road is a 1961 drama film directed by Mira Kolbe and starring Otto Brandt.",
    "Mira Kolbe": "Mira Kolbe (3 May 1920 – 1988) was an Austrian film director, born in Graz.",
    "Otto Brandt": "Otto Brandt (born 1930) was an actor and singer from Kiel.",
    "Glass Harbour": "Glass Harbour is a 1970 film by Jonas Veit, photographed in Lisbon.",
    "Jonas Veit": "Jonas Veit (born 9 June 1931) is a Swiss director of films and plays.",
    "Salt": "Salt is a mineral that is mined or won from the sea, and was carried on roads.",
    "Place of birth": "The place of birth is where a person was born.",
    "The Director": "The Director is a film about a director of a theatre, born in a small place.",
    "Graz": "Graz is a city in Austria.",
    **{f"Page {n}": f"Page {n} tells of a film, its director, and roads to a harbour of glass." for n in range(30)},
}
SECRET = {"Mira Kolbe (file)": "Mira Kolbe was born in Linz, says the file.", "Kolbe": "A file on Mira Kolbe."}


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(default_encoder_folder())


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Iterator[Callable[..., SearchIndex]]:
    opened: list[SearchIndex] = []

    def make(pages: dict[str, str], secret: dict[str, str]) -> SearchIndex:
        index = open_index(tmp_path_factory.mktemp("index"), encoder)
        rows = [(title, text, ()) for title, text in pages.items()]
        rows += [(title, text, ("board",)) for title, text in secret.items()]
        index.apply(
            1,
            documents=[
                IndexedDocument(title, title, "", title, Readers.of(who), ((f"{title}/0", 0, len(text), text, ""),))
                for title, text, who in rows
            ],
        )
        opened.append(index)
        return index

    yield make
    for index in opened:
        index.close()


@pytest.fixture(scope="module")
def index(make: Callable[..., SearchIndex]) -> SearchIndex:
    return make(PAGES, SECRET)


def titles(
    index: SearchIndex, encoder: OnnxEncoder, question: str, limit: int, viewer: Viewer | None = None
) -> list[str]:
    return [p.title for p in Retriever(index, encoder).find(question, viewer or Viewer.of(), limit)]


def test_a_second_hop_is_found_though_the_question_does_not_name_it(index: SearchIndex, encoder: OnnxEncoder) -> None:
    found = titles(index, encoder, "Where was the director of The Salt Road born?", 2)
    assert found == ["The Salt Road", "Mira Kolbe"]


def test_a_comparison_finds_both_and_what_they_lead_to(index: SearchIndex, encoder: OnnxEncoder) -> None:
    found = titles(index, encoder, "Which film has the older director, Glass Harbour or The Salt Road?", 4)
    assert set(found[:2]) == {"Glass Harbour", "The Salt Road"}
    assert set(found[2:]) == {"Mira Kolbe", "Jonas Veit"}


def test_words_around_a_name_decide_what_is_followed(index: SearchIndex, encoder: OnnxEncoder) -> None:
    assert titles(index, encoder, "Who is the actor starring in The Salt Road?", 2)[1] == "Otto Brandt"


def test_small_letters_name_too(index: SearchIndex, encoder: OnnxEncoder) -> None:
    assert titles(index, encoder, "where was the director of the salt road born", 3)[0] == "The Salt Road"


def test_without_a_name_words_and_meaning_decide(index: SearchIndex, encoder: OnnxEncoder) -> None:
    assert titles(index, encoder, "mineral won from the sea", 1) == ["Salt"]


def test_every_passage_comes_once_and_scores_fall(index: SearchIndex, encoder: OnnxEncoder) -> None:
    found = Retriever(index, encoder).find("The Salt Road director", Viewer.of(), 50)
    assert len({p.chunk_id for p in found}) == len(found)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


def test_what_one_may_not_read_changes_nothing(
    index: SearchIndex, make: Callable[..., SearchIndex], encoder: OnnxEncoder
) -> None:
    own = make(dict(reversed(PAGES.items())), {})
    for question in ("Where was Mira Kolbe born?", "Kolbe", "Where was the director of The Salt Road born?", "film"):
        whole = Retriever(index, encoder).find(question, Viewer.of(), 50)
        assert whole == Retriever(own, encoder).find(question, Viewer.of(), 50)
        if "Kolbe" in question:
            assert whole != Retriever(index, encoder).find(question, Viewer.of("board"), 50)


def test_deleting_the_bridge_takes_the_way(make: Callable[..., SearchIndex], encoder: OnnxEncoder) -> None:
    index = make(PAGES, {})
    index.apply(2, gone_documents=["Mira Kolbe"])
    assert "Mira Kolbe" not in titles(index, encoder, "Where was the director of The Salt Road born?", 50)
