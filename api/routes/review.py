"""The review queue: pairs of entities that fusion leaves for people to decide, and mentions taken out of an entity."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.routes.context import Ctx, Reader, Who, documented
from kg.errors import NotFoundError
from kg.ledger import questions
from kg.ledger.judgements import judgement_row
from kg.projection.entities import named_entities
from kg.types import Question, Verdict, Viewer

router = APIRouter(tags=["review"])
_SIDE = {
    "entity_id": "m51c2",
    "name": "Alfreds Futterkiste",
    "type": "Customer",
    "mentions": 3,
    "passages": [{"external_id": "crm.csv", "title": "crm", "text": "name: Alfreds Futterkiste; city: Berlin"}],
}
_EXAMPLE = {
    "id": "q7d10",
    "score": 0.41,
    "reasons": {"bias": -1.55, "one name in the other": -1.3, "shared phone": 3.5, "other address": -1.0},
    "left": _SIDE,
    "right": {**_SIDE, "entity_id": "m91d0", "name": "Alfreds"},
}
_JUDGED = {
    "id": "j0c1f",
    "left": "m51c2",
    "right": "m91d0",
    "verdict": "same",
    "score": 1.0,
    "reasons": {"person": 1.0},
    "decided_by": "ann",
    "decided_at": "2026-11-24T15:00:00+00:00",
}
_DENIED = "this key may not judge"


class Decision(BaseModel):
    """What a person answers to an open question."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict


class Split(BaseModel):
    """Mentions to take out of their entity."""

    model_config = ConfigDict(extra="forbid")

    mentions: list[Annotated[str, Field(max_length=40)]] = Field(
        min_length=1, max_length=100, description="Mention ids of one entity, as facts and exports give them"
    )


@router.get(
    "/review", summary="What a person should decide", responses=documented({"total": 1, "questions": [_EXAMPLE]})
)
def queue(
    context: Ctx,
    viewer: Reader,
    of: Annotated[str | None, Query(max_length=40, description="Only questions about this entity")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """List pairs of entities that may be one, likeliest first: what speaks for and against it, and where they stand."""
    with context.service.ledger.read() as connection:
        found = questions.open_questions(connection, viewer, of=of, limit=limit, offset=offset)
        asked = [said for question in found if (said := _said(connection, question, viewer)) is not None]
        return {"total": questions.count_questions(connection, viewer), "questions": asked}


@router.post(
    "/review/split", status_code=201, summary="Take mentions out", responses=documented({"judgements": []}, status=201)
)
def split(chosen: Split, context: Ctx, caller: Who) -> dict[str, Any]:
    """Take mentions out of their entity; each judgement that it took can be taken back."""
    caller.may(caller.writes, _DENIED)
    made = context.service.split(chosen.mentions, caller.name, caller.sees)
    return {"judgements": [judgement_row(one) for one in made]}


@router.get("/review/{question}", summary="One open question", responses=documented(_EXAMPLE))
def one(question: str, context: Ctx, viewer: Reader) -> dict[str, Any]:
    """Return an open question."""
    with context.service.ledger.read() as connection:
        said = _said(connection, questions.find_question(connection, question, viewer), viewer)
    if said is None:
        raise NotFoundError(f"there is no open question {question!r}")
    return said


@router.post("/review/{question}", status_code=201, summary="Decide", responses=documented(_JUDGED, status=201))
def decide(question: str, decision: Decision, context: Ctx, caller: Who) -> dict[str, Any]:
    """Answer an open question: a person's judgement, which wins over scores until it is taken back."""
    caller.may(caller.writes, _DENIED)
    with context.service.ledger.read() as connection:
        found = questions.find_question(connection, question, caller.sees)
    return judgement_row(context.service.judge(found.left, found.right, decision.verdict, caller.name, caller.sees))


def _said(connection: Connection, question: Question, viewer: Viewer) -> dict[str, Any] | None:
    named = named_entities(connection, (question.left, question.right))
    sides = {}
    for side, entity in (("left", question.left), ("right", question.right)):
        if entity not in named:
            return None
        node = named[entity].node
        shown = [passage._asdict() for passage in questions.passages(connection, entity, viewer)]
        sides[side] = {
            "entity_id": entity,
            "name": node.name,
            "type": node.type,
            "mentions": node.mentions,
            "passages": shown,
        }
    return {"id": question.id, "score": question.score, "reasons": dict(question.reasons), **sides}
