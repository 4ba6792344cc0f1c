"""Jobs: how far they are."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from api import shapes
from api.routes.context import Context, Ctx, Who, documented
from kg.ledger import documents, jobs
from kg.ledger.jobs import JobState

router = APIRouter(tags=["documents"])
EXAMPLE_JOB = {
    "id": "j0a51", "kind": "ingest", "state": "running", "reason": "", "attempts": 1, "waits_for": "",
    "submitted_at": "2026-01-31T09:00:00.000000+00:00", "finished_at": None,
    "progress": {"done": 3, "total": 12, "last": "/srv/files/microsoft.docx"},
    "sources": {"total": 12, "done": 2, "failed": 1}, "documents": {"ready": 2, "encrypted": 1},
    "failed_documents": [
        {"external_id": "/srv/files/plan.pdf", "title": "plan.pdf", "status": "encrypted", "reason": "Locked."}
    ],
    "dead_letters": [{"source": "/srv/files/plan.pdf", "attempts": 1, "reason": "encrypted: Locked."}],
}  # fmt: skip


def told(context: Context, job: str) -> dict[str, Any]:
    """Look a job up and say how far it is."""
    with context.service.ledger.read() as connection:
        known = jobs.get(connection, job)
        outcome, failed = documents.of_job(connection, job)
    running = known.state is JobState.RUNNING
    unfinished = running or known.state is JobState.QUEUED
    return shapes.job(
        known,
        context.worker.progress() if running else None,
        context.worker.trouble if unfinished else "",
        outcome,
        failed,
    )


@router.get("/jobs/{job}", summary="Follow a job", responses=documented(EXAMPLE_JOB))
def show(job: str, context: Ctx, caller: Who) -> dict[str, Any]:
    """Say how far a job is, what became of its documents, and what could not be read and why.

    A job is `queued`, `running`, `done` or `failed`; single sources that failed do not make it fail.
    """
    caller.may(caller.writes, "this key may not follow jobs")
    return told(context, job)
