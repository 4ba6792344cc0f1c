"""SIGKILL in the middle of an ingestion: the next run goes on by itself, and nothing tells that there was one."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.service import Service
from api.settings import Settings
from kg.failpoints import NAMES
from kg.types import Viewer

LINES = """\
{"id": "a", "text": "Contoso Corporation was founded by Ada Lovelace in 1975. It has its headquarters in Redmond."}
{"id": "b", "text": "Grace Hopper is the CEO of Fabrikam Ltd. It is a subsidiary of Contoso.", "groups": ["board"]}
{"id": "c", "text": "Ada Lovelace was born in London. She is married to William King."}
"""
Everything = tuple[list[str], list[str], list[str]]
TABLE = "name,country,parent\nContoso,United States,\nFabrikam,Germany,Contoso\n"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "lines.jsonl").write_text(LINES)
    (folder / "companies.csv").write_text(TABLE)
    return folder


def everything(data_dir: Path, *, finish: bool) -> Everything:
    """The graph, the statements and the documents of a data directory, after unfinished jobs are done."""
    service = Service.open(Settings(data_dir=data_dir))
    try:
        if finish:
            assert [job.state.value for job in service.run_jobs()] in (["done"], [])
        assert service.verify() == []
        documents = sorted(f"{d.external_id} {d.status} {d.groups}" for d in all_documents(service))
        return list(service.dump()), list(service.export("jsonl", Viewer.all())), documents
    finally:
        service.close()


def all_documents(service: Service) -> Any:
    from kg.ledger import documents

    with service.ledger.read() as connection:
        return list(documents.all_listed(connection, Viewer.all()))


@pytest.mark.parametrize("point", NAMES)
def test_a_killed_ingestion_goes_on_as_if_nothing_had_happened(
    loregraph: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    corpus: Path,
    undisturbed: Everything,
    point: str,
) -> None:
    data_dir = tmp_path / "data"
    killed = loregraph(tmp_path, "ingest", str(corpus), "--data-dir", str(data_dir), LOREGRAPH_FAILPOINT=f"{point}:1")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert everything(data_dir, finish=True) == undisturbed
    assert len(undisturbed[2]) == 4
    assert len(undisturbed[1]) > 5


@pytest.fixture(scope="module")
def undisturbed(
    loregraph: Callable[..., subprocess.CompletedProcess[str]], corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> Everything:
    """What an ingestion of the same folder gives that is not killed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    done = loregraph(folder, "ingest", str(corpus), "--data-dir", str(folder / "data"))
    assert done.returncode == 0, done.stderr
    return everything(folder / "data", finish=False)
