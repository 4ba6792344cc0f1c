"""A Neo4j that dies and comes back."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from kg.errors import SettingsError, UnavailableError
from kg.stores.neo4j import open_neo4j
from kg.types import EntityNode, GraphDelta, Readers, Viewer
from tests.neo4j.server import neo4j

ADA = EntityNode("m1", "Person", "Ada", (), Readers.of(None), 1)
EVE = EntityNode("m2", "Person", "Eve", (), Readers.of(None), 1)


@pytest.mark.neo4j
@pytest.mark.timeout(400)
def test_a_store_outlives_its_server(tmp_path: Path) -> None:
    with neo4j(tmp_path) as server:
        with pytest.raises(SettingsError):
            open_neo4j(server.url, server.user, "wrong")
        store = open_neo4j(server.url, server.user, server.password)
        store.apply(GraphDelta(1, (ADA,)))
        os.kill(server.pid, signal.SIGKILL)
        for call in (
            store.position,
            lambda: store.apply(GraphDelta(2, (EVE,))),
            lambda: store.query("RETURN 1"),
            lambda: store.entity("m1", Viewer.all()),
        ):
            start = time.monotonic()
            with pytest.raises(UnavailableError):
                call()
            assert time.monotonic() - start < 30  # retries are bounded
    with neo4j(tmp_path):
        assert store.position() == 1
        store.apply(GraphDelta(2, (EVE,)))
        assert store.query("MATCH (n:Entity) RETURN count(n)").rows == ((2,),)
        store.close()
