"""The same questions, answered from a real Neo4j."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.stores.neo4j import open_neo4j
from kg.types import Viewer

from .conftest import World, everything
from .test_ask import ANSWERS, NO_ANSWERS

pytestmark = pytest.mark.neo4j


@pytest.fixture(scope="module")
def worlds(make_world: Callable[..., World], tmp_path_factory: pytest.TempPathFactory) -> tuple[World, World]:
    graph = open_neo4j(*(os.environ[f"LOREGRAPH_TEST_NEO4J_{part}"] for part in ("URL", "USER", "PASSWORD")))
    graph.clear()
    return make_world(everything(_folder(tmp_path_factory))), make_world(everything(_folder(tmp_path_factory)), graph)


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("tables")


@pytest.mark.parametrize("viewer", [Viewer.of(), Viewer.of("board"), Viewer.all()], ids=["public", "board", "all"])
def test_both_engines_give_the_same_answers(worlds: tuple[World, World], viewer: Viewer) -> None:
    askers = [world.asker() for world in worlds]
    for question in [*(question for question, _ in ANSWERS), *(question for question, _, _ in NO_ANSWERS)]:
        embedded, neo4j = (asker.ask(question, viewer) for asker in askers)
        for answer in (embedded, neo4j):
            answer.trace.pop("milliseconds")  # type: ignore[attr-defined]
        assert embedded == neo4j, question
