"""Which passages mention which entities, and which entities are neighbours: asked of the graph, as a viewer sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.ports import GraphStore, NameIndex
from kg.types import Viewer

HOMONYMS = 5
"""Entities that one name may stand for, the most mentioned first."""
NEIGHBOURS = 100
"""Edges of named entities that are followed, the strongest first."""
WIDEST = 200
"""An entity that more passages mention joins none of them: it is in everything."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity in a passage.

    Attributes:
        entity_id: The entity.
        chunk_id: The passage.
        count: How often it stands there.
    """

    entity_id: str
    chunk_id: str
    count: int


class Mentions:
    """Reads mentions from the graph.

    Args:
        graph: Where passages mention entities.
        names: Which entities a text names.
    """

    def __init__(self, graph: GraphStore, names: NameIndex) -> None:
        self._graph = graph
        self._names = names

    def named(self, text: str, viewer: Viewer) -> dict[str, tuple[int, int]]:
        """The entities that a question names, each with its stretch; of stretches that overlap the longest counts."""
        found: dict[str, tuple[int, int]] = {}
        covered: list[tuple[int, int]] = []
        for start, end, entities in self._names.spans(text, viewer):
            if any(start < right and left < end for left, right in covered):
                continue
            covered.append((start, end))
            for entity in entities[:HOMONYMS]:
                found.setdefault(entity.entity_id, (start, end))
        return found

    def neighbours(self, entities: Sequence[str], viewer: Viewer) -> Mapping[tuple[str, str], float]:
        """Edges from these entities to others, as (this, other) with the confidence of the surest fact."""
        found: dict[tuple[str, str], float] = {}
        if entities:
            own = set(entities)
            for subject, _, object_, confidence in self._graph.neighbours(sorted(own), viewer, limit=NEIGHBOURS):
                for one, other in ((subject, object_), (object_, subject)):
                    if one in own and other not in own:
                        found[(one, other)] = max(found.get((one, other), 0.0), float(confidence))
        return found

    def of(self, entities: Iterable[str], viewer: Viewer) -> list[Mention]:
        """Where entities are mentioned; those that more than `WIDEST` passages mention are left out."""
        ids = sorted(set(entities))
        if not ids:
            return []
        seen, parameters = _seen(viewer)
        rows = self._graph.query(
            f"UNWIND $ids AS id MATCH (n:Entity {{id: id}}) MATCH (c:Chunk)-[m:MENTIONS]->(n){seen} "
            "RETURN id, c.id AS chunk, m.count AS count",
            {"ids": ids, **parameters},
        ).rows
        found = [Mention(entity, chunk, int(count)) for entity, chunk, count in sorted(rows)]
        wide = _wide(found)
        return [mention for mention in found if mention.entity_id not in wide]

    def within(self, chunks: Iterable[str], viewer: Viewer) -> list[Mention]:
        """What passages mention."""
        ids = sorted(set(chunks))
        if not ids:
            return []
        seen, parameters = _seen(viewer)
        rows = self._graph.query(
            f"UNWIND $ids AS id MATCH (c:Chunk {{id: id}})-[m:MENTIONS]->(n:Entity){seen} "
            "RETURN n.id, c.id AS chunk, m.count AS count",
            {"ids": ids, **parameters},
        ).rows
        return [Mention(entity, chunk, int(count)) for entity, chunk, count in sorted(rows)]


def _seen(viewer: Viewer) -> tuple[str, dict[str, object]]:
    if viewer.everything:
        return "", {}
    return " WHERE any(g IN c.groups WHERE g IN $groups)", {"groups": viewer.parameter}


def _wide(mentions: Iterable[Mention]) -> set[str]:
    counts: dict[str, int] = {}
    for mention in mentions:
        counts[mention.entity_id] = counts.get(mention.entity_id, 0) + 1
    return {entity for entity, count in counts.items() if count > WIDEST}
