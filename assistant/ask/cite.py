"""From what was found to the documents' own words."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.ask.run import Found, Outcome
from kg.ports import GraphStore, Sources
from kg.types import Citation, Viewer

CITED = 10
"""Most quotes of an answer."""
EACH = 3
"""Most statements quoted for one row."""


def citations(
    found: Sequence[Found], outcome: Outcome, graph: GraphStore, sources: Sources, viewer: Viewer
) -> list[Citation]:
    """Quote what an answer rests on.

    Args:
        found: The rows of the answer.
        outcome: What they are of.
        graph: Knows which passages mention an entity.
        sources: From statements and passages to quotes.
        viewer: Who asks.

    Returns:
        Quotes of the rows' statements, the first of each row first; of passages that mention the rows' things where no
        statement is behind them, as when everything of a type was asked for.
    """
    wanted = [each.sources[place] for place in range(EACH) for each in found if place < len(each.sources)]
    quotes = sources.cite(list(dict.fromkeys(wanted))[: 2 * CITED], viewer) if wanted else []
    if not quotes:
        ids = [each.id for each in found if each.id] or [entity for _, entity in outcome.listed]
        quotes = _mentions(ids[:CITED], graph, sources, viewer)
    return list(dict.fromkeys(quotes))[:CITED]


def _mentions(ids: Sequence[str], graph: GraphStore, sources: Sources, viewer: Viewer) -> list[Citation]:
    """Passages that name entities, one for each."""
    if not ids:
        return []
    seen = "" if viewer.everything else "WHERE any(g IN c.groups WHERE g IN $groups) "
    result = graph.query(
        f"UNWIND $ids AS id MATCH (n:Entity {{id: id}}) MATCH (c:Chunk)-[:MENTIONS]->(n) {seen}"
        "WITH id, min(c.id) AS chunk RETURN id, chunk",
        {"ids": list(ids), **({} if viewer.everything else {"groups": viewer.parameter})},
        limit=len(ids),
    )
    chunk_of = {row[0]: row[1] for row in result.rows}
    passages = sources.passages([chunk_of[entity] for entity in ids if entity in chunk_of], viewer)
    return [Citation(p.document_id, p.uri, p.external_id, p.title, p.start, p.end, p.text) for p in passages]
