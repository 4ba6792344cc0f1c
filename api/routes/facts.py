"""What is known: statements with their evidence, by entity, relation and document."""

from __future__ import annotations

import heapq
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Connection

from api import shapes
from api.routes.context import Context, Ctx, Reader, documented
from kg.errors import NotFoundError
from kg.export.jsonl import fact_json
from kg.ledger import documents
from kg.ledger.facts import Fact, entity_of
from kg.ledger.facts import facts as stated
from kg.types import Viewer

router = APIRouter(tags=["facts"])
_EXAMPLE = {
    "id": "s77ab",
    "predicate": "SUBSIDIARY_OF",
    "subject": {"text": "LinkedIn", "type": "Organization", "start": 27, "end": 35, "entity_id": "m91d0"},
    "object": {"text": "Microsoft", "type": "Organization", "start": 9, "end": 18, "entity_id": "m51c2"},
    "document": {name: shapes.EXAMPLE_DOCUMENT[name] for name in ("id", "uri", "external_id")},
    "evidence": {"start": 0, "end": 59, "text": shapes.EXAMPLE_QUOTE},
    "confidence": 0.97,
    "extractor": "business-1",
}
After = Annotated[str, Query(max_length=100, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("/facts", summary="List statements", responses=documented({"facts": [_EXAMPLE], "next": None}))
def facts(
    context: Ctx,
    viewer: Reader,
    entity: Annotated[
        str | None, Query(max_length=2000, description="An entity: its id, that of a mention, or a name")
    ] = None,
    predicate: Annotated[
        str | None, Query(max_length=100, description="A relation of the ontology", examples=["CEO"])
    ] = None,
    document: Annotated[str | None, Query(max_length=5000, description="A document: id, external id or URI")] = None,
    after: After = "",
    limit: Limit = 100,
) -> dict[str, Any]:
    """List statements, each with the sentence that says it; `next` leads to the following page."""
    if predicate is not None:
        context.service.ontology(viewer).relation(predicate)
    with context.service.ledger.read() as connection:
        stated_by = None if document is None else documents.find(connection, document, viewer).id
        entities: list[str | None] = [None] if entity is None else [*_entities(context, connection, entity, viewer)]
        streams = [
            stated(connection, viewer, entity=e, predicate=predicate, document=stated_by, after=after, limit=limit + 1)
            for e in entities
        ]
        page = _distinct(streams, limit + 1)
    return _paged("facts", page, limit)


@router.get(
    "/entities/{entity}",
    summary="Show an entity",
    responses=documented(
        {
            "id": "m91d0", "type": "Organization", "name": "LinkedIn", "aliases": ["LinkedIn", "LinkedIn Corp."],
            "mentions": 7, "statements": [_EXAMPLE], "next": None,
        }
    ),
)  # fmt: skip
def show(entity: str, context: Ctx, viewer: Reader, after: After = "", limit: Limit = 100) -> dict[str, Any]:
    """Give an entity's name and aliases, and what is stated about it; the id of any of its mentions will do."""
    with context.service.ledger.read() as connection:
        node = context.service.graph.entity(entity_of(connection, entity, viewer), viewer)
        if node is None:
            raise NotFoundError(f"there is no entity {entity!r}")
        page = list(stated(connection, viewer, entity=node.id, after=after, limit=limit + 1))
    told = {
        "id": node.id,
        "type": node.type,
        "name": node.name,
        "aliases": list(node.aliases),
        "mentions": node.mentions,
    }
    return told | _paged("statements", page, limit)


def _entities(context: Context, connection: Connection, named: str, viewer: Viewer) -> list[str]:
    """The entity of this id, or every one of this name.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    try:
        return [entity_of(connection, named, viewer)]
    except NotFoundError:
        found = [match.entity_id for match in context.service.index.find(named, viewer, limit=20) if match.score >= 1.0]
        if not found:
            raise
        return list(dict.fromkeys(found))


def _distinct(streams: list[Any], limit: int) -> list[Fact]:
    """Merge pages that are each sorted by id; a fact between two of the entities is in both."""
    merged = heapq.merge(*streams, key=lambda fact: fact.id)
    return list(islice({fact.id: fact for fact in merged}.values(), limit))


def _paged(name: str, page: list[Fact], limit: int) -> dict[str, Any]:
    more = page[limit - 1].id if len(page) > limit else None
    return {name: [fact_json(fact) for fact in page[:limit]], "next": more}
