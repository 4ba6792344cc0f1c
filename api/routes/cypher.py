"""The graph itself, for those who may."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from api import shapes
from api.routes.context import Ctx, Who, documented
from assistant.ask.queries import posed

router = APIRouter(tags=["graph"])


@router.post(
    "/cypher",
    summary="Query the graph",
    responses=documented({"columns": ["e.name"], "rows": [["LinkedIn"], ["Microsoft"]], "truncated": False}),
)
def cypher(query: shapes.Cypher, context: Ctx, caller: Who) -> dict[str, Any]:
    """Run one read-only Cypher statement over the whole graph, whoever may read what stands in it.

    Only keys that were made for it may; `truncated` tells when there were more rows than the limit.
    """
    caller.may(caller.cypher, "Cypher sees everything, so it needs a key made for it: loregraph keys add NAME --cypher")
    result = context.service.graph.query(query.query, query.parameters, limit=query.limit, timeout=query.timeout)
    return {
        "columns": list(result.columns),
        "rows": [[plain(cell) for cell in row] for row in result.rows],
        "truncated": result.truncated,
    }


@router.post(
    "/cypher/question",
    summary="Write the query of a question",
    responses=documented(
        {
            "queries": [
                {
                    "form": "CEO of [Microsoft]",
                    "score": 0.94,
                    "cypher": "MATCH (n1:Entity {id: $e0})\nMATCH (n1)-[r0:`CEO`]->(n2) ...",
                    "parameters": {"e0": "m51c2"},
                    "sparql": "SELECT DISTINCT ?answer WHERE { ... }",
                }
            ]
        }
    ),
)
def question(asked: shapes.Question, context: Ctx, caller: Who) -> dict[str, Any]:
    """Say what a question may mean, with the Cypher and the SPARQL of each reading, the likeliest first; none is run.

    The Cypher filters by what the asker may see; the SPARQL is for the asker's own export as Turtle.
    """
    session = context.service.asker.understood(asked.question, caller.viewer(asked.groups))
    return {"queries": [asdict(one) for one in posed(session)]}


def plain(cell: Any) -> Any:
    """Say a value of the graph in JSON: nodes and relationships by their properties, times in ISO 8601."""
    if cell is None or isinstance(cell, bool | int | float | str):
        return cell
    if hasattr(cell, "nodes") and hasattr(cell, "relationships"):  # a path
        return {
            "nodes": [plain(node) for node in cell.nodes],
            "relationships": [plain(edge) for edge in cell.relationships],
        }
    if hasattr(cell, "labels"):
        return {"labels": sorted(cell.labels), "properties": plain(dict(cell.items()))}
    if hasattr(cell, "start_node"):
        return {"type": cell.type, "properties": plain(dict(cell.items()))}
    if isinstance(cell, dict):
        return {str(name): plain(value) for name, value in cell.items()}
    if isinstance(cell, list | tuple | set | frozenset):
        return [plain(value) for value in cell]
    if hasattr(cell, "iso_format"):
        return cell.iso_format()
    return str(cell)
