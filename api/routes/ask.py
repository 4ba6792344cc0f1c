"""Questions and searches."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api import shapes
from api.routes.context import Ctx, Reader, Who, documented
from assistant.dialogue import Dialogue

router = APIRouter(tags=["answers"])
_CITED = {"document": shapes.EXAMPLE_DOCUMENT, "start": 0, "end": 59, "quote": shapes.EXAMPLE_QUOTE}


@router.post(
    "/ask",
    summary="Ask a question",
    responses=documented(
        {
            "answer": "LinkedIn is a subsidiary of Microsoft.",
            "rows": [["Microsoft", "m51c2"]],
            "abstained": False,
            "confidence": 0.93,
            "query": "MATCH (a:Entity {id: $e0})-[r:SUBSIDIARY_OF]->(b:Entity) RETURN b.name, b.id",
            "citations": [_CITED],
            "trace": {},
        }
    ),
)
def ask(question: shapes.Question, context: Ctx, caller: Who) -> dict[str, Any]:
    """Answer from the graph, with the query that found the answer and the sentences that it rests on.

    Where nothing is found the answer says what was looked for, and `abstained` is true. With `history` the question may
    point back ("and who founded it?"); the trace then says under `read_as` how it was read.
    """
    dialogue = Dialogue(context.service.asker)
    answer = dialogue.ask(question.question, caller.viewer(question.groups), question.history)
    context.metrics.questions.labels("abstained" if answer.abstained else "answered").inc()
    return shapes.answer(answer)


@router.get(
    "/search",
    summary="Search passages",
    responses=documented(
        {"results": [{**_CITED, "snippet": shapes.EXAMPLE_QUOTE, "matches": [[9, 18]], "score": 0.031}]}
    ),
)
def search(
    context: Ctx,
    viewer: Reader,
    q: Annotated[
        str, Query(min_length=1, max_length=2000, description="Words, in any order", examples=["Microsoft LinkedIn"])
    ],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> dict[str, Any]:
    """Find passages by their words, by their meaning, and by what the graph says is near; best first.

    `matches` are the stretches of the snippet that were asked for.
    """
    return {"results": [shapes.hit(hit) for hit in context.service.searcher.search(q, viewer, limit)]}
