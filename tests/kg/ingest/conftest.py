from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.ingest.parsed import Parsed

sys.path.append(str(Path(__file__).parent))  # for ingest_samples: tests are no packages


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Parsed]:
    """Write a file and read the one document in it."""
    from ingest_samples import check, parts_of

    def read_file(name: str, content: str | bytes) -> Parsed:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (part,) = parts_of(path)
        assert isinstance(part, Parsed)
        check(part)
        return part

    return read_file
