"""A promotion: documents are read again, and stand as if the promoted model had read them from the start."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.service import Service
from api.settings import Settings
from kg.ingest.remember import RememberingEncoder
from kg.ledger import jobs
from kg.types import Viewer
from nlp.pretrained import default_encoder_folder, default_reader_folder
from nlp.registry.registry import Registry
from nlp.runtime.encoder import OnnxEncoder

from .worlds import PAPERS, ingest, write

State = tuple[list[str], list[str]]


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The joint reader that ships, made to say only what it is rather sure of: another model, really run."""
    folder = tmp_path_factory.mktemp("models") / "careful"
    shutil.copytree(default_reader_folder(), folder)
    config = json.loads((folder / "config.json").read_text())
    config["decision"] |= {"link": 0.8, "mention": 0.6}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Service]]:
    encoder = RememberingEncoder(OnnxEncoder(default_encoder_folder()))
    opened: list[Service] = []

    def made() -> Service:
        # No reader but what is promoted, beside the rules, so that a promotion changes much.
        settings = Settings(data_dir=tmp_path_factory.mktemp("store") / "data", reader="rules")
        service = Service.open(settings)
        service.__dict__["encoder"] = encoder
        opened.append(service)
        return service

    yield made
    for service in opened:
        service.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, tuple[str, ...]]]:
    return write(PAPERS, tmp_path_factory.mktemp("papers"))


def state(service: Service) -> State:
    assert service.verify() == []
    return list(service.dump()), sorted("".join(service.export("jsonl", Viewer.all())).splitlines())


def fingerprints(service: Service) -> set[tuple[str, ...]]:
    from sqlalchemy import select

    from kg.ledger import schema as t

    with service.ledger.read() as connection:
        return {tuple(row) for row in connection.execute(select(t.documents.c.external_id, t.documents.c.fingerprint))}


def test_reading_again_is_having_read_so_from_the_start(
    make: Callable[[], Service], careful: Path, files: list[tuple[Path, tuple[str, ...]]]
) -> None:
    old, new = make(), make()
    ingest(old, files)
    before, marks = state(old), fingerprints(old)
    for service in (old, new):
        registry = service.readers.registry
        registry.promote(registry.add(careful, who="ann"), who="ann")
    done = old.run_jobs()
    assert [(job.kind, job.state.value, job.failed) for job in done] == [("reread", "done", 0)]
    assert done[0].documents == done[0].total == len(PAPERS)
    ingest(new, files)
    after = state(old)
    assert after == state(new)
    assert after != before
    assert len(after[1]) > len(before[1]) + 10
    assert fingerprints(old) == fingerprints(new)
    readers = {json.loads(line)["extractor"] for line in after[1]}
    assert readers >= {"table@1", old.readers.registry.find("careful").id}

    ingest(old, files)  # what was read again is known: nothing is to be done
    assert state(old) == after

    old.readers.registry.rollback("extractor", who="ann")
    assert [(job.kind, job.documents) for job in old.run_jobs()] == [("reread", len(PAPERS))]
    assert state(old) == before
    assert fingerprints(old) == marks


def test_a_promotion_is_picked_up_between_batches(make: Callable[[], Service], careful: Path, tmp_path: Path) -> None:
    """Another process promotes while a job runs: the next batch is read by the new model, and the rest again."""
    service = make()
    path = tmp_path / "many.jsonl"
    text = "Halvor Systems was founded by Ines Okafor in 1987."
    path.write_text("".join(json.dumps({"id": f"d{n}", "text": f"{text} {n}"}) + "\n" for n in range(130)))
    other = Registry(service.settings.models_path)
    read = service.readers.current
    batches: list[str] = []

    def current() -> Any:
        if len(batches) == 1:
            other.promote(other.add(careful, who="ann"), who="ann")
        reader = read()
        batches.append(reader.extractor.name)
        return reader

    service.readers.current = current  # type: ignore[method-assign]
    service.submit([str(path)])
    done = service.run_jobs()
    assert [job.kind for job in done] == ["ingest", "reread"]
    assert batches[:3] == ["rules@1", f"rules@1+{other.find('careful').id}", f"rules@1+{other.find('careful').id}"]
    assert done[1].documents == 64  # the first batch
    assert service.verify() == []
    assert len(list(service.export("jsonl", Viewer.all()))) >= 130


def test_a_broken_promotion_stops_the_queue_and_says_so(make: Callable[[], Service], careful: Path) -> None:
    from kg.errors import UnavailableError

    service = make()
    registry = service.readers.registry
    version = registry.add(careful, who="ann")
    registry.promote(version, who="ann")
    shutil.rmtree(registry.folder / "versions")
    with pytest.raises(UnavailableError, match="rollback"):
        service.run_jobs()
    registry.rollback("extractor", who="ann")
    assert {job.state.value for job in service.run_jobs()} == {"done"}


@pytest.mark.parametrize("point", ["after-read:2", "before-commit:2", "after-commit:1", "mid-projection:1"])
def test_a_killed_rereading_goes_on(
    loregraph: Callable[..., subprocess.CompletedProcess[str]],
    make: Callable[[], Service],
    careful: Path,
    tmp_path: Path,
    lines: Path,
    read_by_careful: State,
    point: str,
) -> None:
    data_dir = tmp_path / "data"
    service = Service.open(Settings(data_dir=data_dir, reader="rules"))
    service.submit([str(lines)])
    service.run_jobs()
    service.close()
    registry = Registry(data_dir / "models")
    registry.promote(registry.add(careful, who="ann"), who="ann")
    killed = loregraph(
        tmp_path, "ingest", "--data-dir", str(data_dir), LOREGRAPH_READER="rules", LOREGRAPH_FAILPOINT=point
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    service = Service.open(Settings(data_dir=data_dir, reader="rules"))
    try:
        service.run_jobs()
        with service.ledger.read() as connection:
            newest = jobs.recent(connection, 1)[0]
        assert (newest.kind, newest.state.value, newest.failed, newest.done) == ("reread", "done", 0, 70)
        assert state(service) == read_by_careful
    finally:
        service.close()


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lines") / "lines.jsonl"
    text = "Grace Hopper is the CEO of Fabrikam Ltd. Fabrikam was founded by Ada Lovelace in"
    path.write_text("".join(json.dumps({"id": f"d{n}", "text": f"{text} {1900 + n}."}) + "\n" for n in range(70)))
    return path


@pytest.fixture(scope="module")
def read_by_careful(make: Callable[[], Service], careful: Path, lines: Path) -> State:
    service = make()
    registry = service.readers.registry
    registry.promote(registry.add(careful, who="ann"), who="ann")
    service.submit([str(lines)])
    service.run_jobs()
    return state(service)
