"""Errors as HTTP says them: one table, one shape (RFC 9457, application/problem+json)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.access import UnauthenticatedError
from kg import errors

log = logging.getLogger("loregraph")

# The first that fits counts.
STATUS: tuple[tuple[type[errors.LoregraphError], int, str], ...] = (
    (UnauthenticatedError, 401, "unauthenticated"),
    (errors.OntologyError, 422, "ontology"),
    (errors.QueryError, 400, "query"),
    (errors.SettingsError, 500, "settings"),
    (errors.InputError, 422, "input"),
    (errors.NotFoundError, 404, "not-found"),
    (errors.ConflictError, 409, "conflict"),
    (errors.PermissionDeniedError, 403, "permission-denied"),
    (errors.DocumentError, 422, "document"),
    (errors.LimitError, 422, "limit"),
    (errors.LockedError, 503, "locked"),
    (errors.StorageFullError, 507, "storage-full"),
    (errors.UnavailableError, 503, "unavailable"),
    (errors.LoregraphError, 500, "error"),
)


def problem(status: int, kind: str, detail: str, **more: Any) -> dict[str, Any]:
    """Put a problem together."""
    return {
        "type": f"urn:loregraph:problem:{kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }


def respond(status: int, kind: str, detail: str, **more: Any) -> JSONResponse:
    """Answer with a problem."""
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}.get(status)
    body = problem(status, kind, detail, **more)
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def register(app: FastAPI) -> None:
    """Make every error of an application a problem."""

    @app.exception_handler(errors.LoregraphError)
    def _ours(_request: Request, error: Exception) -> JSONResponse:
        status, kind = next((status, kind) for cls, status, kind in STATUS if isinstance(error, cls))
        if status >= 500:
            log.error("%s: %s", type(error).__name__, error)
        return respond(status, kind, str(error))

    @app.exception_handler(RequestValidationError)
    def _invalid(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        found = [{"at": "/".join(str(part) for part in e["loc"]), "message": e["msg"]} for e in error.errors()]
        first = f"{found[0]['at']}: {found[0]['message']}" if found else "the request is not valid"
        return respond(422, "input", first, errors=found)

    @app.exception_handler(HTTPException)
    def _http(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        kind = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        answer = respond(error.status_code, kind, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    def _unexpected(_request: Request, error: Exception) -> JSONResponse:
        # Starlette logs the traceback; the caller learns nothing of the inside.
        return respond(500, "error", "something unexpected went wrong; the service's log says what")
