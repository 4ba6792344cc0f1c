"""The ideas that the house rests on, through the service and the real engine; many sequences: tests/kg/ledger."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.service import Service
from kg.ingest.remember import RememberingEncoder
from kg.types import Viewer
from nlp.pretrained import default_encoder_folder
from nlp.runtime.encoder import OnnxEncoder

from .worlds import PAPERS, QUERIES, QUESTIONS, Paper, ingest, store, write

ALL = Viewer.all()
State = tuple[list[str], list[str]]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all stores read from: the path is part of what a document is called."""
    return tmp_path_factory.mktemp("papers")


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, papers: Path) -> Iterator[Callable[[list[Paper]], Service]]:
    encoder = RememberingEncoder(OnnxEncoder(default_encoder_folder()))
    opened: list[Service] = []

    def made(some: list[Paper]) -> Service:
        opened.append(store(tmp_path_factory.mktemp("store"), some, papers, encoder))
        return opened[-1]

    yield made
    for service in opened:
        service.close()


@pytest.fixture(scope="module")
def whole(make: Any) -> Service:
    """The store of all papers, read in their order; each test leaves it as it was."""
    return make(list(PAPERS))  # type: ignore[no-any-return]


def state(service: Service) -> State:
    assert service.verify() == []
    return list(service.dump()), sorted("".join(service.export("jsonl", ALL)).splitlines())


def test_any_order_gives_the_same_graph(make: Any, whole: Service) -> None:
    shuffled = list(PAPERS)
    random.Random(3).shuffle(shuffled)
    assert state(make(shuffled)) == state(whole)


def test_reading_twice_is_reading_once(whole: Service, papers: Path) -> None:
    before = state(whole)
    ingest(whole, write(PAPERS, papers))
    assert state(whole) == before


def test_deleting_is_never_having_seen(make: Any, whole: Service, papers: Path) -> None:
    before = state(whole)
    gone = [PAPERS[n] for n in random.Random(5).sample(range(len(PAPERS)), 5)]
    for paper in gone:
        name = str(papers / paper.name) if paper.name.endswith(".csv") else paper.name
        whole.delete_document(name, ALL)
    assert state(whole) == state(make([paper for paper in PAPERS if paper not in gone]))
    ingest(whole, write(gone, papers))
    assert state(whole) == before


def test_a_changed_document_replaces_itself(make: Any, whole: Service, papers: Path) -> None:
    before = state(whole)
    changed = Paper(
        "halvor", "Halvor Systems was founded by Ada Winter in 1990. It has its headquarters in Breda.", ("law",)
    )
    ingest(whole, write([changed], papers))
    after = state(whole)
    assert after == state(make([changed if paper.name == "halvor" else paper for paper in PAPERS]))
    assert after != before
    ingest(whole, write(PAPERS[:1], papers))
    assert state(whole) == before


def test_rebuilding_changes_nothing(whole: Service) -> None:
    before = state(whole)
    answers = [whole.asker.ask(question, ALL).text for question in QUESTIONS[:8]]
    found = [whole.searcher.search(query, ALL, 10) for query in QUERIES]
    whole.rebuild()
    assert state(whole) == before
    assert [whole.asker.ask(question, ALL).text for question in QUESTIONS[:8]] == answers
    assert [whole.searcher.search(query, ALL, 10) for query in QUERIES] == found
