"""What a viewer is answered and finds equals what he would in a store that holds only what he may read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest

from api.service import Service
from kg.ingest.remember import RememberingEncoder
from kg.types import Viewer
from nlp.pretrained import default_encoder_folder
from nlp.runtime.encoder import OnnxEncoder

from .worlds import PAPERS, QUERIES, QUESTIONS, VIEWERS, Paper, store


def _name(viewer: Viewer) -> str:
    return "+".join(sorted(viewer.groups)) or "public"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Viewer | None], Service]]:
    """The store of everything, for None, and for each viewer one of what he may read."""
    folder = tmp_path_factory.mktemp("stores")
    encoder = RememberingEncoder(OnnxEncoder(default_encoder_folder()))
    opened: dict[tuple[Paper, ...], Service] = {}

    def get(viewer: Viewer | None) -> Service:
        papers = tuple(paper for paper in PAPERS if viewer is None or paper.seen_by(viewer))
        if papers not in opened:
            opened[papers] = store(folder / str(len(opened)), papers, folder / "papers", encoder)
        return opened[papers]

    yield get
    for service in opened.values():
        service.close()


def answered(service: Service, viewer: Viewer) -> list[dict[str, Any]]:
    answers = []
    for question in QUESTIONS:
        answer = asdict(service.asker.ask(question, viewer))
        answer["trace"].pop("milliseconds", None)
        answers.append({"question": question, **answer})
    return answers


@pytest.mark.parametrize("viewer", VIEWERS, ids=_name)
def test_a_viewer_is_answered_as_if_the_rest_did_not_exist(stores: Any, viewer: Viewer) -> None:
    whole, own = answered(stores(None), viewer), answered(stores(viewer), viewer)
    assert len(whole) >= 40  # of five viewers: 200 questions
    for one, other in zip(whole, own, strict=True):
        assert one == other
    assert sum(not answer["abstained"] for answer in whole) >= 10


@pytest.mark.parametrize("viewer", VIEWERS, ids=_name)
def test_a_viewer_finds_as_if_the_rest_did_not_exist(stores: Any, viewer: Viewer) -> None:
    found = 0
    for query in (*QUERIES, *QUESTIONS[::3]):
        for limit in (3, 50):
            whole = stores(None).searcher.search(query, viewer, limit)
            assert whole == stores(viewer).searcher.search(query, viewer, limit), query
            found += len(whole)
    assert found


@pytest.mark.parametrize("viewer", VIEWERS, ids=_name)
def test_a_viewer_exports_as_if_the_rest_did_not_exist(stores: Any, viewer: Viewer) -> None:
    for format_name in ("jsonl", "ttl"):
        whole = "".join(stores(None).export(format_name, viewer))
        assert sorted(whole.splitlines()) == sorted("".join(stores(viewer).export(format_name, viewer)).splitlines())
        assert whole


def test_the_groups_make_a_difference(stores: Any) -> None:
    """Else the tests above would show nothing: who may read more is answered more."""
    public, staff, board = (answered(stores(None), viewer) for viewer in VIEWERS[:3])

    def said(answers: list[dict[str, Any]], question: str) -> str:
        return next(str(answer["text"]) for answer in answers if answer["question"] == question)

    ceo = "Who is the CEO of Halvor Systems?"
    assert "Greta Lindqvist" in said(board, ceo)
    assert "Greta Lindqvist" not in said(public, ceo) + said(staff, ceo)
    assert "41000" in said(staff, "What is the salary of Lena Moss?").replace(",", "")
    for more in (staff, board):
        different = [a["question"] for a, b in zip(public, more, strict=True) if a != b]
        assert len(different) >= 5
