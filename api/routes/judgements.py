"""Why mentions are one entity, and a person's word on it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.routes.context import Ctx, Reader, Who, documented
from kg.ledger import judgements
from kg.ledger.judgements import judgement_row
from kg.types import Verdict

router = APIRouter(tags=["judgements"])
_EXAMPLE = {
    "id": "j0c1f",
    "left": "m51c2",
    "right": "m91d0",
    "verdict": "same",
    "score": 0.97,
    "reasons": {"equal name": 4.1, "shared neighbours": 0.8},
    "decided_by": "fusion",
    "decided_at": "",
}
_DENIED = "this key may not judge"


class Opinion(BaseModel):
    """What a person says of two mentions."""

    model_config = ConfigDict(extra="forbid")

    left: str = Field(max_length=40, description="A mention id, as facts and exports give it", examples=["m51c2"])
    right: str = Field(max_length=40, description="Another", examples=["m91d0"])
    verdict: Verdict


@router.get("/judgements", summary="Explain mergers", responses=documented({"judgements": [_EXAMPLE]}))
def about(
    context: Ctx, viewer: Reader, of: Annotated[str, Query(max_length=40, description="A mention id or an entity id")]
) -> dict[str, Any]:
    """List why the mentions of an entity are one: each judgement with its score, feature by feature."""
    with context.service.ledger.read() as connection:
        return {"judgements": [judgement_row(one) for one in judgements.about(connection, of, viewer)]}


@router.post("/judgements", status_code=201, summary="Judge two mentions", responses=documented(_EXAMPLE, status=201))
def judge(opinion: Opinion, context: Ctx, caller: Who) -> dict[str, Any]:
    """Say that two mentions are, or are not, one thing; a person's word wins over scores."""
    caller.may(caller.writes, _DENIED)
    made = context.service.judge(opinion.left, opinion.right, opinion.verdict, caller.name, caller.sees)
    return judgement_row(made)


@router.delete("/judgements/{judgement}", summary="Take a judgement back", responses=documented({"undone": "j0c1f"}))
def undo(judgement: str, context: Ctx, caller: Who) -> dict[str, Any]:
    """Take a person's judgement back; what was decided before comes back exactly."""
    caller.may(caller.writes, _DENIED)
    context.service.undo(judgement)
    return {"undone": judgement}
