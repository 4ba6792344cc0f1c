"""One service over a small corpus, with the real engine and the real models, for all tests of the API."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.cli.transport import InProcess
from api.keys import KeyStore
from api.service import Service
from api.settings import Settings
from api.worker import Worker

TOKEN = "the-owner's-token"
OWNER = {"Authorization": f"Bearer {TOKEN}"}

COMPANY = """Contoso Corporation was founded by Ada Lovelace on April 4, 1975. The company has its headquarters
in Redmond. Satya Nadella is the chief executive officer of Contoso Corporation."""
BOARD = "The board of Fabrikam Ltd met in Berlin. Grace Hopper is the chief executive officer of Fabrikam Ltd."


@dataclass
class Api:
    """An open service and a client of it that sits on this machine."""

    settings: Settings
    service: Service
    worker: Worker
    client: httpx.Client

    def wait(self, job: str) -> dict[str, Any]:
        """Follow a job to its end."""
        for _ in range(600):
            found: dict[str, Any] = self.client.get(f"/v1/jobs/{job}", headers=OWNER).json()
            if found["state"] in ("done", "failed"):
                return found
            time.sleep(0.05)
        raise AssertionError(f"the job does not end: {found}")

    def add(self, **document: Any) -> dict[str, Any]:
        """Add a document and wait until it is in."""
        answer = self.client.post("/v1/documents", json=document, headers=OWNER)
        assert answer.status_code == 202, answer.text
        return self.wait(answer.json()["id"])

    @property
    def keys(self) -> KeyStore:
        """The keys of this service."""
        return KeyStore(self.settings.keys_path)


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("api") / "data", max_upload_bytes=2 << 20)
    service = Service.open(settings)
    worker = Worker(service)
    worker.start()
    app = create_app(settings, service, worker, TOKEN)
    with httpx.Client(transport=InProcess(app), base_url="http://localhost", timeout=60) as client:
        api = Api(settings, service, worker, client)
        api.add(id="company", title="Contoso", text=COMPANY)
        api.add(id="board/minutes", title="Minutes", text=BOARD, groups=["board"], date="2025-03-01")
        yield api
    worker.stop()
    service.close()


@pytest.fixture
def api(opened: Api) -> Iterator[Api]:
    """The service, without keys; a test's own keys are gone afterwards."""
    yield opened
    opened.settings.keys_path.unlink(missing_ok=True)


@pytest.fixture
def spool(api: Api) -> Iterator[Path]:
    api.service.spool.mkdir(exist_ok=True)
    yield api.service.spool
    shutil.rmtree(api.service.spool, ignore_errors=True)
