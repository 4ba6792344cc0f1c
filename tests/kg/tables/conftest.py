from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import postgres as peer

sys.path.append(str(Path(__file__).parent))  # for table_samples: tests are no packages


@pytest.fixture(scope="session")
def postgres() -> Iterator[peer.Load]:
    """Run a PostgreSQL server; loads a dump into a new database of it and gives its URL."""
    if not peer.installed():
        pytest.skip("PostgreSQL's programs are not installed")
    with peer.server() as load:
        yield load
