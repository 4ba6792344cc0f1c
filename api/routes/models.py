"""Models: which there are, which serve, and who decided so. For administrators."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api.access import Caller
from api.models import label_map, listed, opener, shown, told
from api.problems import respond
from api.routes.context import Context, Ctx, Who, documented
from kg.errors import InputError
from nlp.registry.comparison import as_json, contender, side_by_side
from nlp.registry.gate import LEAST_SUPPORT, gate_of, keep
from nlp.registry.promotion import RefusedError, promote
from nlp.registry.references import is_reference
from nlp.registry.registry import CURRENT


def _admin(caller: Who) -> None:
    caller.may(caller.writes, "this key may not see or change models")


router = APIRouter(prefix="/models", tags=["models"], dependencies=[Depends(_admin)])
_EXAMPLE: dict[str, Any] = {
    "id": "pharma@3f2a1b9c8d7e", "name": "pharma", "task": "entities", "role": "extractor",
    "aliases": ["extractor/current"], "source": "copy", "added_at": "2026-01-31T09:00:00+00:00", "f1": 0.87,
}  # fmt: skip
_SLICE = {
    "part": "entities", "name": "label: Substance", "support": 212, "before": 0.81, "after": 0.87, "judged": True,
    "falls": False,
}  # fmt: skip
_VERDICT = {
    "gate": "9d0c", "candidate": "pharma@3f2a1b9c8d7e", "serving": "shipped@0b1c2d3e4f50", "texts": 120,
    "least_support": 50, "most_fall": 0.01, "refused": False, "slices": [_SLICE],
}  # fmt: skip
_Short = Annotated[str, StringConstraints(max_length=200)]
_Model = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LabelledTexts(_Sent):
    """A file of labelled texts; its name tells its format."""

    name: Annotated[str, StringConstraints(pattern=r"^[\w][\w. -]{0,99}$")] = "texts.jsonl"
    text: Annotated[str, StringConstraints(min_length=1)]


class Comparison(_Sent):
    """Two versions, and what they are compared on."""

    a: _Model
    b: _Model
    data: LabelledTexts


class Promotion(_Sent):
    """Which version is to serve."""

    model: _Model
    role: _Short = ""
    alias: _Short = CURRENT
    gate: LabelledTexts | None = None
    force: bool = False
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""
    least_support: Annotated[int, Field(ge=1)] = LEAST_SUPPORT


class Return(_Sent):
    """Which promotion to take back."""

    role: _Short = "extractor"
    alias: _Short = CURRENT
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


class NewGate(_Sent):
    """Labelled texts that judge what is promoted to a role."""

    role: _Short = "extractor"
    data: LabelledTexts
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


class NewModel(_Sent):
    """A model that is on the machine already."""

    model: _Model
    name: _Short = ""
    labels: dict[str, str] = {}
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


@router.get("", summary="List models", responses=documented({"models": [_EXAMPLE]}))
def all_models(context: Ctx) -> dict[str, Any]:
    """List every version, those that ship first, with the aliases that stand for it."""
    return listed(context.service.readers.registry)


@router.get("/history", summary="Who did what, when and why", responses=documented({"history": []}))
def history(context: Ctx) -> dict[str, Any]:
    """Give the whole history, oldest first."""
    return {"history": [told(event) for event in context.service.readers.registry.history()]}


@router.post(
    "",
    summary="Add a model",
    status_code=201,
    responses=documented(_EXAMPLE, "The version", 201),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                            "name": {"type": "string", "description": "What to call it"},
                            "label": {"type": "array", "items": {"type": "string"}, "description": "LABEL=NAME"},
                            "reason": {"type": "string"},
                        },
                        "required": ["file", "name"],
                    }
                }
            },
        }
    },
)
async def add(request: Request, context: Ctx, caller: Who) -> dict[str, Any]:
    """Add the files of a model folder (multipart/form-data).

    The owner of the data directory may name a folder, a spaCy pipeline or a package instead (application/json).
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        caller.may(caller.owner, "only the owner of the data directory may name what is on the machine: send files")
        try:
            sent = NewModel.model_validate_json(await request.body())
        except ValidationError as error:
            raise RequestValidationError(error.errors(include_context=False)) from error
        return await run_in_threadpool(_added, context, caller, sent)
    if kind != "multipart/form-data":
        raise HTTPException(415, "send application/json or multipart/form-data")
    async with request.form(max_files=100, max_fields=200) as form:
        files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        labels = label_map([value for value in form.getlist("label") if isinstance(value, str)])
        name, reason = (str(form.get(field) or "") for field in ("name", "reason"))
        return await run_in_threadpool(_uploaded, context, caller, files, name, labels, reason)


@router.post("/compare", summary="Compare two models", responses=documented({"slices": [{**_SLICE, "a": 0.8}]}))
def compare(wanted: Comparison, context: Ctx) -> dict[str, Any]:
    """Score two versions, each by itself, on labelled texts: in all, by label, language, source and length."""
    registry = context.service.readers.registry
    with _file(wanted.data) as file:
        gate = gate_of(file)
    one, other = (contender(registry, name, files=False) for name in (wanted.a, wanted.b))
    scored, parts = side_by_side(gate, one, other)
    names = {"a": one.version.id, "b": other.version.id}
    return {"texts": len(gate.examples), **names, "parts": list(parts), "slices": as_json(scored)}


@router.post("/gate", summary="Register a gate set", responses=documented({"role": "extractor", "gate": "9d0c"}))
def gate(wanted: NewGate, context: Ctx, caller: Who) -> dict[str, Any]:
    """Register the labelled texts that whatever is promoted to a role must not do worse on."""
    registry = context.service.readers.registry
    with _file(wanted.data) as file:
        digest = keep(registry.folder, file)
    registry.set_gate(wanted.role, digest, who=caller.name, why=wanted.reason or wanted.data.name)
    return {"role": wanted.role, "gate": digest}


@router.post(
    "/promote",
    summary="Let a model serve",
    responses=documented({"promoted": True, "model": _EXAMPLE["id"], "job": "j0a51", "verdict": _VERDICT}),
)
def promoted(wanted: Promotion, context: Ctx, caller: Who) -> Any:
    """Let a version serve; 409 where F1 falls by more than 1 on a slice of the gate set, unless it is forced.

    Documents that another model read are read again, as the job says.
    """
    readers = context.service.readers
    version = readers.registry.find(wanted.model)
    role = wanted.role or version.role
    with _file(wanted.gate) as file:
        try:
            event, verdict = promote(
                readers.registry, version, opener(readers, role),
                who=caller.name, why=wanted.reason, role=role, alias=wanted.alias, gate=file, forced=wanted.force,
                least=wanted.least_support,
            )  # fmt: skip
        except RefusedError as error:
            return _refused(error)
    said = {"role": role, "alias": wanted.alias, "previous": event.data["previous"], "forced": event.data["forced"]}
    found = verdict.as_json() if verdict else None
    return {"promoted": True, "model": version.id, **said, "verdict": found, "job": _kept_up(context)}


@router.post("/rollback", summary="Take a promotion back", responses=documented({"model": None, "job": "j0a51"}))
def rollback(wanted: Return, context: Ctx, caller: Who) -> dict[str, Any]:
    """Let an alias stand for what it stood for before; documents are read again, as the job says."""
    registry = context.service.readers.registry
    event, before = registry.rollback(wanted.role, who=caller.name, why=wanted.reason, alias=wanted.alias)
    said = {"role": wanted.role, "alias": wanted.alias, "previous": event.data["previous"]}
    return {"model": before.id if before else None, **said, "job": _kept_up(context)}


@router.get("/{wanted:path}", summary="Show a model", responses=documented({**_EXAMPLE, "history": []}))
def show(wanted: str, context: Ctx) -> dict[str, Any]:
    """Show a version with its history; by its id, its name (the newest), or as ROLE/ALIAS."""
    return shown(context.service.readers.registry, wanted)


def _kept_up(context: Context) -> str | None:
    job = context.service.keep_up()
    context.worker.wake()
    return job


def _refused(error: RefusedError) -> JSONResponse:
    return respond(409, "refused", str(error), verdict=error.verdict.as_json())


def _added(context: Context, caller: Caller, sent: NewModel) -> dict[str, Any]:
    if not is_reference(sent.model) and not Path(sent.model).is_absolute():
        raise InputError(f"{sent.model} is no absolute path")
    registry = context.service.readers.registry
    version = registry.add(sent.model, who=caller.name, name=sent.name, labels=sent.labels, why=sent.reason)
    return shown(registry, version.id)


def _uploaded(
    context: Context, caller: Caller, files: list[UploadFile], name: str, labels: dict[str, str], reason: str
) -> dict[str, Any]:
    registry = context.service.readers.registry
    if not files or not name:
        raise InputError("send the files of a model folder as `file`, and what to call it as `name`")
    context.service.spool.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=context.service.spool) as folder:
        for file in files:
            stored = re.split(r"[/\\]", file.filename or "")[-1]
            if stored in {"", ".", ".."}:
                raise InputError("each file needs a file name")
            with (Path(folder) / stored).open("wb") as out:
                shutil.copyfileobj(file.file, out)
        version = registry.add(folder, who=caller.name, name=name, labels=labels, why=reason)
    return shown(registry, version.id)


@contextmanager
def _file(sent: LabelledTexts | None) -> Iterator[Any]:
    """What was sent, as a file while it is needed."""
    if sent is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / sent.name
        path.write_text(sent.text, encoding="utf-8", newline="")
        yield path
