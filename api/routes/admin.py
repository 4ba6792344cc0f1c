"""What only the owner may do: he shows the token that stands in the data directory. The command line uses it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

from api import shapes
from api.routes.context import Ctx, Reader, Who
from api.routes.jobs import told
from kg.errors import InputError
from kg.ingest.walk import walk
from kg.ledger import jobs
from kg.tables.found import data_sets


def _owner(caller: Who) -> None:
    caller.may(caller.owner, "this is for the owner of the data directory, by the command line")


router = APIRouter(prefix="/admin", include_in_schema=False, dependencies=[Depends(_owner)])


class Paths(BaseModel):
    """Files and folders of this machine, and databases, to read; YAML that says what the tables of some mean."""

    model_config = ConfigDict(extra="forbid")

    paths: list[Path] = []
    databases: list[str] = []
    groups: shapes.Groups = []
    format: str | None = None
    mappings: dict[str, str] = {}


@router.post("/ingest", status_code=202)
def ingest(wanted: Paths, response: Response, context: Ctx) -> dict[str, Any]:
    """Queue the reading of files and folders."""
    relative = next((path for path in wanted.paths if not path.is_absolute()), None)
    if relative is not None:
        raise InputError(f"{relative} is no absolute path")
    files = list(walk(wanted.paths))
    tables, rest = data_sets(files, wanted.databases) if wanted.format is None else ([], files)
    if not rest and not tables:
        raise InputError("there is no file to read: " + ", ".join(str(path) for path in wanted.paths))
    tables = [replace(one, mapping=wanted.mappings.get(one.name, "")) for one in tables]
    job = context.service.submit(
        [str(path) for path in rest], groups=wanted.groups, format_name=wanted.format, tables=tables
    )
    context.worker.wake()
    response.headers["Location"] = f"/v1/jobs/{job}"
    return told(context, job)


@router.post("/reread")
def reread(context: Ctx) -> dict[str, Any]:
    """Queue the reading anew of what another model read than the one that is promoted; None where none was."""
    job = context.service.keep_up()
    context.worker.wake()
    return {"job": job}


@router.get("/jobs")
def recent(context: Ctx, limit: Annotated[int, Query(ge=1, le=1000)] = 20) -> dict[str, Any]:
    """List the newest jobs."""
    with context.service.ledger.read() as connection:
        known = [job.id for job in jobs.recent(connection, limit)]
    return {"jobs": [told(context, job) for job in known]}


@router.get("/status")
def status(context: Ctx, viewer: Reader) -> dict[str, Any]:
    """Say how much there is."""
    return context.service.status(viewer)


@router.post("/rebuild")
def rebuild(context: Ctx) -> dict[str, Any]:
    """Make graph and index anew from the ledger."""
    context.service.rebuild()
    return {"rebuilt": True}


@router.get("/verify")
def verify(context: Ctx) -> dict[str, Any]:
    """Compare the graph and the index with the ledger."""
    problems = context.service.verify()
    return {"sound": not problems, "problems": problems}


@router.get("/dump")
def dump(context: Ctx) -> StreamingResponse:
    """Stream the canonical dump."""
    lines = (line.rstrip("\n") + "\n" for line in context.service.dump())
    return _streamed(lines, "application/x-ndjson")


@router.get("/export")
def export(context: Ctx, viewer: Reader, format: Literal["jsonl", "ttl", "graphml"] = "jsonl") -> StreamingResponse:
    """Stream everything that a viewer may see."""
    kinds = {"jsonl": "application/x-ndjson", "ttl": "text/turtle", "graphml": "application/xml"}
    return _streamed(iter(context.service.export(format, viewer)), kinds[format])


def _streamed(pieces: Iterator[str], media_type: str) -> StreamingResponse:
    """Stream text; what fails at the first piece is still told as a problem."""
    first = list(itertools.islice(pieces, 1))
    return StreamingResponse(_gathered(itertools.chain(first, pieces)), media_type=media_type)


def _gathered(pieces: Iterator[str], size: int = 1 << 16) -> Iterator[bytes]:
    """Join small pieces: each costs a change of threads."""
    waiting: list[str] = []
    length = 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= size:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting, length = [], 0
    yield "".join(waiting).encode("utf-8", "replace")
