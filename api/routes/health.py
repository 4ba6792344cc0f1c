"""Whether the service lives, whether it serves, and its numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from api.problems import respond
from api.routes.context import Ctx, Who
from kg.errors import LoregraphError
from kg.ledger import jobs

router = APIRouter(tags=["operation"])


@router.get(
    "/livez",
    summary="Is it alive?",
    responses={200: {"content": {"application/json": {"example": {"status": "alive"}}}}},
)
def alive() -> dict[str, str]:
    """Answer as long as the process lives; needs no key."""
    return {"status": "alive"}


def _trouble(context: Ctx) -> str:
    try:
        with context.service.ledger.read() as connection:
            jobs.queued(connection)
        context.service.graph.position()
        context.service.index.position()
    except LoregraphError as error:
        return str(error)
    return ""


@router.get(
    "/readyz",
    summary="Does it serve?",
    responses={
        200: {"content": {"application/json": {"example": {"status": "ready"}}}},
        503: {"description": "Ledger, graph or index do not answer", "content": {"application/problem+json": {}}},
    },
)
def ready(trouble: Annotated[str, Depends(_trouble)]) -> Response:
    """Say whether ledger, graph and index answer; needs no key and says nothing of what they hold."""
    return respond(503, "unavailable", trouble) if trouble else JSONResponse({"status": "ready"})


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"example": 'loregraph_documents{status="ready"} 76.0\n'}}}},
)
def metrics(context: Ctx, caller: Who) -> Response:
    """Give counters and gauges in Prometheus' text format; where keys are set, a key that may write."""
    caller.may(caller.writes, "this key may not read the numbers, which count documents of everybody")
    return Response(context.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
