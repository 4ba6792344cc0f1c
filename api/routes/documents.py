"""Documents: taking them in, listing, reading and deleting them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api import shapes
from api.routes.context import Ctx, Reader, Who, documented
from api.routes.jobs import EXAMPLE_JOB, told
from api.uploads import Upload
from kg.ledger import documents
from kg.types import DocumentStatus

router = APIRouter(tags=["documents"])
_EXAMPLE: dict[str, Any] = {
    **shapes.EXAMPLE_DOCUMENT, "groups": [], "status": "ready", "reason": "", "date": None,
    "media_type": "text/plain", "ingested_at": "2026-01-31T09:00:00+00:00",
}  # fmt: skip
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": shapes.NewDocument.model_json_schema()},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "groups": {
                            "type": "string",
                            "description": "Who may read it, joined by commas; empty for everybody",
                        },
                        "id": {
                            "type": "string",
                            "description": "External id of a single file; its name where left out",
                        },
                        "title": {"type": "string", "description": "Title of a single file; its own where left out"},
                    },
                    "required": ["file"],
                }
            },
        },
    }
}


@router.post(
    "/documents",
    summary="Add documents",
    status_code=202,
    responses=documented(EXAMPLE_JOB, "A job that reads them; `Location` says where to follow it", 202),
    openapi_extra=_BODY,
)
async def add(
    request: Request,
    response: Response,
    context: Ctx,
    caller: Who,
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=200, description="The same key with the same body is the same job")
    ] = None,
) -> dict[str, Any]:
    """Add files (multipart/form-data) or one document as text (application/json).

    A document of an external id that is known takes the earlier one's place.
    """
    caller.may(caller.writes, "this key may not add documents")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    upload = Upload(context.service)
    key = None if idempotency_key is None else f"{caller.name}:{idempotency_key}"
    try:
        if kind == "application/json":
            sent = await _validated(request)
            await run_in_threadpool(upload.add_text, sent)
            groups = list(sent.groups or ())
        elif kind == "multipart/form-data":
            groups = await _take_files(request, upload)
        else:
            raise HTTPException(415, "send application/json or multipart/form-data")
        job = await run_in_threadpool(upload.submit, groups, key)
    except BaseException:
        await run_in_threadpool(upload.discard)
        raise
    context.worker.wake()
    response.headers["Location"] = f"/v1/jobs/{job}"
    return await run_in_threadpool(told, context, job)


async def _validated(request: Request) -> shapes.NewDocument:
    try:
        return shapes.NewDocument.model_validate_json(await request.body())
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_context=False)) from error


async def _take_files(request: Request, upload: Upload) -> list[str]:
    async with request.form(max_files=1000, max_fields=50) as form:
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        unknown = sorted(set(fields) - {"groups", "id", "title"})
        if unknown:
            raise HTTPException(422, f"unknown form field {unknown[0]!r}; known: file, groups, id, title")
        said = [value for value in form.getlist("groups") if isinstance(value, str)]
        named = [name.strip() for value in said for name in value.split(",") if name.strip()]
        try:
            groups = TypeAdapter(shapes.Groups).validate_python(named)
        except ValidationError as error:
            raise RequestValidationError(error.errors(include_context=False)) from error
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if len(files) > 1 and (fields.get("id") or fields.get("title")):
            raise HTTPException(422, "id and title are for a single file")
        for file in files:
            identity, title = fields.get("id") or None, fields.get("title") or None
            await run_in_threadpool(upload.add_file, file.file, file.filename or "", identity, title)
    return groups


@router.get("/documents", summary="List documents", responses=documented({"documents": [_EXAMPLE], "next": None}))
def listed(
    context: Ctx,
    viewer: Reader,
    after: Annotated[str, Query(max_length=5000, description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    status: Annotated[DocumentStatus | None, Query(description="Only those of this status")] = None,
) -> dict[str, Any]:
    """List documents by external id; `next` leads to the following page."""
    with context.service.ledger.read() as connection:
        page = documents.listed(connection, viewer, after=after, limit=limit + 1, status=status)
    more = page[limit - 1].external_id if len(page) > limit else None
    return {"documents": [shapes.document(found) for found in page[:limit]], "next": more}


@router.get(
    "/documents/{identifier:path}",
    summary="Read a document",
    responses=documented({**_EXAMPLE, "text": shapes.EXAMPLE_QUOTE, "metadata": {}}),
)
def show(identifier: str, context: Ctx, viewer: Reader) -> dict[str, Any]:
    """Give a document and its text; it may be named by its id, its external id or its URI."""
    with context.service.ledger.read() as connection:
        return shapes.document(documents.find(connection, identifier, viewer))


@router.delete("/documents/{identifier:path}", summary="Delete a document", responses=documented({"deleted": "d2f1c0"}))
def delete(identifier: str, context: Ctx, caller: Who) -> dict[str, Any]:
    """Remove a document and all that only it supported; it may be named by its id, its external id or its URI."""
    caller.may(caller.writes, "this key may not delete documents")
    return {"deleted": context.service.delete_document(identifier, caller.sees)}
