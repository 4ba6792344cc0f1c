"""The HTTP application: routes, errors, limits, put together over one open service."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI

from api import problems
from api.access import Gate
from api.keys import KeyStore
from api.limits import BodyLimit, Headers
from api.metrics import Measured, Metrics
from api.routes import admin, ask, cypher, documents, facts, health, jobs, judgements, models, page, review
from api.routes.context import Context
from api.service import Service
from api.settings import Settings
from api.worker import Worker

DESCRIPTION = """\
Documents become statements with sources; questions become queries whose answers cite those statements.

Callers show a key, `Authorization: Bearer lg_...`, and read what its groups may read; `groups` in a request can only
narrow that. While no key is set, only the machine itself is answered, and `groups` are taken as given. Errors are
`application/problem+json` (RFC 9457).
"""


def create_app(settings: Settings, service: Service, worker: Worker, token: str) -> FastAPI:
    """Put the application together.

    Args:
        settings: The settings.
        service: The open data directory.
        worker: Runs its jobs.
        token: What the owner shows to do everything.
    """
    app = FastAPI(
        title="Loregraph",
        version=_version(),
        description=DESCRIPTION,
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
    )
    gate = Gate(settings, KeyStore(settings.keys_path), token)
    app.state.context = Context(service, worker, gate, Metrics(service), settings)
    problems.register(app)
    for part in (ask, documents, jobs, facts, judgements, review, models, cypher, admin):
        app.include_router(part.router, prefix="/v1")
    app.include_router(health.router)
    app.include_router(health.router, prefix="/v1", include_in_schema=False)
    app.include_router(page.router)
    app.add_middleware(Headers)
    app.add_middleware(BodyLimit, uploads=settings.max_upload_bytes)
    app.add_middleware(Measured)
    return app


def _version() -> str:
    try:
        return version("loregraph")
    except PackageNotFoundError:
        return "0"
