from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.retrieve.searcher import Searcher
from kg.errors import InputError
from kg.ledger.sources import LedgerSources
from kg.ontology import Ontology
from kg.types import Viewer

from .conftest import COMPANIES, PEOPLE, World, entry

PUBLIC = Viewer.of()


@pytest.fixture(scope="module")
def searcher(world: World) -> Searcher:
    return world.searcher()


def test_words_come_first_and_are_marked(searcher: Searcher) -> None:
    first = searcher.search("grey heron mascot", PUBLIC)[0]
    assert first.external_id == "companies"
    assert "**heron**" in first.marked()
    assert [first.snippet[start:end] for start, end in first.matches] == ["mascot", "grey", "heron"]


def test_the_graph_brings_in_passages_that_share_no_word(searcher: Searcher, world: World) -> None:
    hits = searcher.search("Quarry Bank", PUBLIC)
    assert "Quarry Bank" in hits[0].snippet
    # Its founder's birthplace is told elsewhere, in words of its own.
    assert any("Lagos" in hit.snippet for hit in hits)


def test_meaning_finds_other_words(searcher: Searcher) -> None:
    assert any("chief executive officer" in hit.snippet for hit in searcher.search("boss of a firm", PUBLIC)[:3])


def test_chinese(searcher: Searcher) -> None:
    first = searcher.search("杭州的公司", PUBLIC)[0]
    assert first.external_id == "chinese"
    assert "**" in first.marked()


def test_offsets_are_of_the_document(searcher: Searcher, world: World) -> None:
    sources = LedgerSources(world.ledger)
    for hit in searcher.search("Rotterdam headquarters", PUBLIC):
        (passage,) = sources.passages([hit.chunk_id], PUBLIC)
        assert (passage.start, passage.end) == (hit.start, hit.end)


def test_what_one_may_not_read_changes_nothing(make_world: Callable[..., World]) -> None:
    ontology = Ontology.load()
    public = [entry(ontology, "companies", COMPANIES), entry(ontology, "people", PEOPLE)]
    secret = [
        entry(ontology, f"secret {i}", [(text.replace("Rotterdam", "Oslo"), []) for text, _ in COMPANIES], ["board"])
        for i in range(3)
    ]
    worlds = [make_world(public), make_world([*public, *secret])]
    for query in ("Halvor Systems", "who founded Quarry Bank", "Rotterdam", "Oslo", "Ines Okafor Lagos"):
        found = [w.searcher().search(query, PUBLIC) for w in worlds]
        assert found[0] == found[1]
        assert all("secret" not in hit.external_id for hit in found[1])


@pytest.mark.parametrize("query", ["", "  ?! "])
def test_empty_queries_are_refused(searcher: Searcher, query: str) -> None:
    with pytest.raises(InputError):
        searcher.search(query, PUBLIC)
