"""Engines to run a suite on: the embedded one always, a real Neo4j where the tests marked `neo4j` are selected."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kg.stores.bolt import BoltStore
from kg.stores.embedded import open_embedded
from kg.stores.neo4j import open_neo4j


class Engine(NamedTuple):
    name: str
    open: Callable[[Path], BoltStore]  # the folder is the embedded engine's


def neo4j_store() -> BoltStore:
    return open_neo4j(*(os.environ[f"LOREGRAPH_TEST_NEO4J_{part}"] for part in ("URL", "USER", "PASSWORD")))


@pytest.fixture(scope="session", params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine("neo4j", lambda _: neo4j_store()) if request.param == "neo4j" else Engine("embedded", open_embedded)


@pytest.fixture(scope="session")
def shared_store(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoltStore]:
    store = engine.open(tmp_path_factory.mktemp("graph"))
    yield store
    store.close()


@pytest.fixture
def store(shared_store: BoltStore) -> BoltStore:
    shared_store.clear()
    return shared_store
