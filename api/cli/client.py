"""Finds who serves a data directory: a running service over HTTP, else this process."""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from api.settings import Settings
from kg.errors import LockedError

if TYPE_CHECKING:
    from api.worker import Worker

WAIT_FOR_SERVICE = 3.0  # seconds: a service that is starting holds the directory before it says where it listens


class ProblemError(Exception):
    """The service answered with a problem.

    Args:
        status: HTTP status.
        detail: What is wrong, for a person.
    """

    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        super().__init__(detail)


class Client:
    """Calls the API as the owner of the data directory.

    Args:
        http: Has the base URL and the token.
        worker: Runs jobs where the application is in this process.
    """

    def __init__(self, http: httpx.Client, worker: Worker | None) -> None:
        self._http = http
        self.worker = worker

    def call(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Any = None
    ) -> dict[str, Any]:
        """Call an operation; parameters that are None are left out.

        Raises:
            ProblemError: it answered with a problem.
        """
        response = self._http.request(method, path, params=_given(params), json=body)
        _check(response)
        found = response.json()
        assert isinstance(found, dict)
        return found

    def stream(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """Get a long answer piece by piece.

        Raises:
            ProblemError: it answered with a problem.
        """
        with self._http.stream("GET", path, params=_given(params)) as response:
            if response.status_code >= 400:
                response.read()
            _check(response)
            yield from response.iter_bytes()


@contextmanager
def connect(settings: Settings, *, graph: bool = False, jobs: bool = False) -> Iterator[Client]:
    """Reach whoever serves the data directory.

    Args:
        settings: Say which directory.
        graph: Whether the command reads the graph, which is then brought up to date first.
        jobs: Whether jobs are to run; unfinished ones are only mentioned otherwise.

    Raises:
        LockedError: another process holds the directory that is no service.
    """
    deadline = time.monotonic() + WAIT_FOR_SERVICE
    while True:
        remote = _running(settings)
        if remote is not None:
            try:
                yield Client(remote, None)
            finally:
                remote.close()
            return
        try:
            local = _opened(settings, graph=graph, jobs=jobs)
            client = local.__enter__()
        except LockedError as error:
            if time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            raise LockedError(f"{error}; wait until it is done (a service would have been asked)") from error
        try:
            yield client
        finally:
            local.__exit__(None, None, None)
        return


@contextmanager
def _opened(settings: Settings, *, graph: bool, jobs: bool) -> Iterator[Client]:
    from api.app import create_app
    from api.cli.transport import InProcess
    from api.service import Service
    from api.worker import Worker
    from kg.ledger import jobs as ledger_jobs

    fresh = not settings.data_dir.exists()
    service = Service.open(settings)
    worker = Worker(service)
    try:
        if fresh and not jobs:
            note(f"{settings.data_dir} is new and empty: `loregraph ingest PATH` fills it")
        with service.ledger.read() as connection:
            unfinished = ledger_jobs.queued(connection)
        if jobs:
            worker.start()
        elif unfinished:
            note(f"{unfinished} unfinished job(s): `loregraph ingest` goes on with them")
        if graph:
            service.settle()
        token = secrets.token_urlsafe(32)
        transport = InProcess(create_app(settings, service, worker, token))
        with httpx.Client(
            transport=transport, base_url="http://127.0.0.1", headers=_bearer(token), timeout=None
        ) as http:
            yield Client(http, worker)
    finally:
        worker.stop()
        service.close()


def _running(settings: Settings) -> httpx.Client | None:
    """A client of the service that holds the data directory, if one does."""
    try:
        said = json.loads(settings.service_path.read_text("utf-8"))
        os.kill(said["pid"], 0)
    except (FileNotFoundError, ProcessLookupError, ValueError, KeyError):
        return None
    http = httpx.Client(
        base_url=said["url"], headers=_bearer(said["token"]), timeout=httpx.Timeout(None, connect=2.0), trust_env=False
    )
    try:
        if http.get("/livez", timeout=2.0).status_code == 200:
            return http
    except httpx.TransportError:
        pass
    http.close()
    return None


def note(text: str) -> None:
    """Tell a person something beside the result."""
    print(text, file=sys.stderr)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _given(params: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (params or {}).items() if value is not None}


def _check(response: httpx.Response) -> None:
    if response.status_code < 400:
        return
    try:
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = response.text[:500]
    raise ProblemError(response.status_code, detail)
