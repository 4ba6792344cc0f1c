"""The JSON that is spoken: one model for each thing, with an example of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from kg.ledger.documents import StoredDocument
from kg.ledger.jobs import Job
from kg.types import Answer, Citation

if TYPE_CHECKING:
    from assistant.retrieve.searcher import Hit


def _printable(group: str) -> str:
    if not group.isprintable() or "," in group:
        raise ValueError("a group is printable and has no comma")
    return group


Group = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_printable)]
Groups = Annotated[list[Group], Field(max_length=200)]
EXAMPLE_DOCUMENT = {
    "id": "d2f1c0",
    "uri": "file:///srv/files/microsoft.docx",
    "external_id": "/srv/files/microsoft.docx",
    "title": "Microsoft",
}
EXAMPLE_QUOTE = "In 2016, Microsoft bought LinkedIn, a professional network."


class _Sent(BaseModel):
    """What a caller sends: an unknown key is an error, not a surprise."""

    model_config = ConfigDict(extra="forbid")


class Question(_Sent):
    """A question, and for whom it is asked."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"question": "Who owns LinkedIn?", "groups": ["board"]}]}
    )

    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    groups: Groups | None = None
    history: Annotated[
        list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]],
        Field(max_length=20, description="Questions asked before it, the earliest first, that it may point back to"),
    ] = []


class NewDocument(_Sent):
    """A document as text."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"id": "note-17", "title": "Note", "text": EXAMPLE_QUOTE, "groups": ["board"], "date": "2025-03-01"}
            ]
        },
    )

    id: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = None
    title: Annotated[str, StringConstraints(max_length=2000)] = ""
    text: Annotated[str, StringConstraints(min_length=1)]
    groups: Groups | None = None
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d\d(-\d\d([T ].{1,30})?)?)?$")] | None = None


class Cypher(_Sent):
    """A read-only query."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"query": "MATCH (e:Entity) RETURN e.name ORDER BY e.name LIMIT $n", "parameters": {"n": 5}}]
        },
    )

    query: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    parameters: dict[str, Any] = {}
    limit: Annotated[int, Field(ge=1, le=100_000)] = 10_000
    timeout: Annotated[float, Field(gt=0, le=60)] = 10.0


def reference(document_id: str, uri: str, external_id: str, title: str) -> dict[str, Any]:
    """Name a document."""
    return {"id": document_id, "uri": uri, "external_id": external_id, "title": title}


def citation(cited: Citation) -> dict[str, Any]:
    """Say a citation in JSON."""
    return {
        "document": reference(cited.document_id, cited.uri, cited.external_id, cited.title),
        "start": cited.start,
        "end": cited.end,
        "quote": cited.quote,
    }


def answer(found: Answer) -> dict[str, Any]:
    """Say an answer in JSON; the first column of `rows` holds the answer's values."""
    return {
        "answer": found.text,
        "rows": [list(row) for row in found.rows],
        "abstained": found.abstained,
        "confidence": found.confidence,
        "query": found.query,
        "citations": [citation(cited) for cited in found.citations],
        "trace": dict(found.trace),
    }


def hit(found: Hit) -> dict[str, Any]:
    """Say a passage that was found in JSON; `matches` are offsets into the snippet."""
    return {
        "document": reference(found.document_id, found.uri, found.external_id, found.title),
        "start": found.start,
        "end": found.end,
        "snippet": found.snippet,
        "matches": [list(match) for match in found.matches],
        "score": found.score,
    }


def document(stored: StoredDocument) -> dict[str, Any]:
    """Say what is known of a document in JSON, with its text where that was read."""
    said: dict[str, Any] = {
        "id": stored.id,
        "uri": stored.uri,
        "external_id": stored.external_id,
        "title": stored.title,
        "groups": list(stored.groups),
        "status": stored.status.value,
        "reason": stored.reason,
        "date": stored.date,
        "media_type": stored.media_type,
        "ingested_at": stored.ingested_at,
    }
    if stored.text is not None:
        said |= {"text": stored.text, "metadata": dict(stored.metadata or {})}
    return said


def job(
    known: Job,
    progress: tuple[int, int, str] | None,
    trouble: str,
    outcome: dict[str, int],
    failed: Sequence[StoredDocument],
) -> dict[str, Any]:
    """Say how far a job is in JSON.

    Args:
        known: The job as it stands in the ledger.
        progress: Sources done, sources in all and the last one, where the job is running right now.
        trouble: Why it stands still; empty where it does not.
        outcome: Number of its documents by status.
        failed: Those of its documents that could not be read.
    """
    done, total, last = progress or (known.done + known.failed, known.total, "")
    return {
        "id": known.id,
        "kind": known.kind,
        "state": known.state.value,
        "reason": known.reason,
        "attempts": known.attempts,
        "submitted_at": known.submitted_at,
        "finished_at": known.finished_at,
        "waits_for": trouble,
        "progress": {"done": done, "total": total, "last": last},
        "sources": {"total": known.total, "done": known.done, "failed": known.failed},
        "documents": outcome,
        "failed_documents": [
            {"external_id": d.external_id, "title": d.title, "status": d.status.value, "reason": d.reason}
            for d in failed
        ],
        "dead_letters": [{"source": s, "attempts": n, "reason": r} for s, n, r in known.dead_letters],
    }
