"""What every route needs: the open service, and who calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from api.access import Caller, Gate
from api.metrics import Metrics
from api.service import Service
from api.settings import Settings
from api.worker import Worker
from kg.types import Viewer


@dataclass(frozen=True, slots=True)
class Context:
    """The parts that routes use."""

    service: Service
    worker: Worker
    gate: Gate
    metrics: Metrics
    settings: Settings


def _context(request: Request) -> Context:
    context = request.app.state.context
    assert isinstance(context, Context)
    return context


def _caller(request: Request) -> Caller:
    return _context(request).gate.caller(request)


def _groups(
    groups: Annotated[
        list[str] | None,
        Query(
            description="For whom to read: names, repeated or joined by commas; empty for what is public; "
            "left out for all that the caller may see.",
            max_length=200,
            examples=["board,hr"],
        ),
    ] = None,
) -> Sequence[str] | None:
    return None if groups is None else [name.strip() for part in groups for name in part.split(",") if name.strip()]


Ctx = Annotated[Context, Depends(_context)]
Who = Annotated[Caller, Depends(_caller)]
AskedGroups = Annotated[Sequence[str] | None, Depends(_groups)]


def _viewer(caller: Who, groups: AskedGroups) -> Viewer:
    return caller.viewer(groups)


Reader = Annotated[Viewer, Depends(_viewer)]


def documented(example: Any, description: str = "OK", status: int = 200) -> dict[int | str, dict[str, Any]]:
    """What an operation answers, for the OpenAPI description."""
    problem = {
        "application/problem+json": {
            "example": {
                "type": "urn:loregraph:problem:not-found",
                "title": "Not Found",
                "status": 404,
                "detail": "there is no document 'd2f1c0'",
            }
        }
    }
    return {
        status: {"description": description, "content": {"application/json": {"example": example}}},
        "4XX": {"description": "A problem that the caller can do something about", "content": problem},
        "5XX": {"description": "A problem of the service", "content": problem},
    }
