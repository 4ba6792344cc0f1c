"""Search over passages: words, meaning and the graph's neighbourhood, fused by rank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.ask.language import language_of
from assistant.ask.relate import ENCODED
from kg.errors import InputError
from kg.index import snippet
from kg.ports import ChunkIndex, Encoder, GraphStore, NameIndex, Passage, Sources
from kg.types import Viewer

RANK = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)."""
DEPTH = 50
"""How far down each ranking is read."""
NEAREST = 0.25
"""Least cosine of a passage that only its meaning brings in."""
NEIGHBOUR = 0.3
"""What a mention of a neighbour counts beside one of an entity that the query names."""
LONGEST = 1_000
"""Most characters of a query."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found.

    Attributes:
        document_id: Its document.
        external_id: The same as the caller calls it.
        uri: Where the document came from.
        title: The document's title.
        chunk_id: The passage.
        start: Where it begins in the document's text.
        end: Where it ends.
        snippet: The piece of it that matches best.
        matches: The matches in the snippet as (start, end).
        score: Sum of reciprocal ranks; comparable within one search only.
    """

    document_id: str
    external_id: str
    uri: str
    title: str
    chunk_id: str
    start: int
    end: int
    snippet: str
    matches: tuple[tuple[int, int], ...]
    score: float

    def marked(self, before: str = "**", after: str = "**") -> str:
        """The snippet with each match marked."""
        text = self.snippet
        for start, end in reversed(self.matches):
            text = f"{text[:start]}{before}{text[start:end]}{after}{text[end:]}"
        return text


class Searcher:
    """Searches passages, as a viewer may see them.

    Args:
        graph: For the neighbours of what a query names.
        names: Which entities a query names.
        chunks: Full text and vectors.
        sources: Passages by their ids.
        encoder: For the meaning of queries.
    """

    def __init__(
        self, graph: GraphStore, names: NameIndex, chunks: ChunkIndex, sources: Sources, encoder: Encoder
    ) -> None:
        self._graph = graph
        self._names = names
        self._chunks = chunks
        self._sources = sources
        self._encoder = encoder

    def search(self, query: str, viewer: Viewer, limit: int = 10) -> list[Hit]:
        """Find passages.

        Args:
            query: Words, a name or a question, in English or Chinese.
            viewer: Who asks: what he may not read influences neither hits, order nor scores.
            limit: Most hits.

        Returns:
            Best first, each passage once.

        Raises:
            InputError: the query is empty or too long, or the limit is below 1.
            UnavailableError: the graph does not answer.
        """
        text = " ".join(query.split())
        if not any(char.isalnum() for char in text):
            raise InputError("the query is empty")
        if len(text) > LONGEST:
            raise InputError(f"the query has {len(text)} characters; at most {LONGEST} are read")
        if limit < 1:
            raise InputError("limit is at least 1")
        depth = max(DEPTH, limit)
        rankings = [self._chunks.full_text(text, viewer, limit=depth), self._meant(text, viewer, depth)]
        rankings.append(self._around(text, viewer, depth))
        return [_hit(passage, text) for passage in fused(rankings)[:limit]]

    def _meant(self, text: str, viewer: Viewer, depth: int) -> list[Passage]:
        """Passages near in meaning, where the encoder understands the language."""
        if language_of(text).code not in ENCODED:
            return []
        near = self._chunks.nearest(self._encoder.encode([text])[0], viewer, limit=depth)
        return [passage for passage in near if passage.score >= NEAREST]

    def _around(self, text: str, viewer: Viewer, depth: int) -> list[Passage]:
        """Passages that mention what the query names, and those that mention its neighbours in the graph."""
        weights = self._weights(text, viewer)
        if not weights:
            return []
        seen = "" if viewer.everything else " WHERE any(g IN c.groups WHERE g IN $groups)"
        rows = self._graph.query(
            f"UNWIND $ids AS id MATCH (n:Entity {{id: id}}) MATCH (c:Chunk)-[m:MENTIONS]->(n){seen} "
            "RETURN id, c.id AS chunk, m.count AS count",
            {"ids": sorted(weights), **({} if viewer.everything else {"groups": viewer.parameter})},
        ).rows
        scores: dict[str, float] = defaultdict(float)
        for entity, chunk, count in sorted(rows):
            # Another entity counts more than another mention of the same one.
            scores[chunk] += weights[entity] * (2.0 - 1.0 / count)
        best = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))[:depth]
        return self._sources.passages(best, viewer)

    def _weights(self, text: str, viewer: Viewer) -> dict[str, float]:
        named: dict[str, float] = {}
        covered: list[tuple[int, int]] = []
        for start, end, entities in self._names.spans(text, viewer):
            if any(start < right and left < end for left, right in covered):
                continue
            covered.append((start, end))
            for entity in entities[:5]:
                named[entity.entity_id] = 1.0
        if not named:
            return {}
        weights = dict(named)
        for subject, _, object_, confidence in self._graph.neighbours(sorted(named), viewer, limit=100):
            other = object_ if subject in named else subject
            if other not in named:
                weights[other] = max(weights.get(other, 0.0), NEIGHBOUR * float(confidence))
        return weights


def fused(rankings: Iterable[Sequence[Passage]]) -> list[Passage]:
    """Fuse rankings by reciprocal rank.

    Args:
        rankings: Passages, best first, each once a ranking.

    Returns:
        Every passage once, best first, with the sum of 1 / (60 + rank) as its score; ties by id.
    """
    scores: dict[str, float] = defaultdict(float)
    passages: dict[str, Passage] = {}
    for ranking in rankings:
        for rank, passage in enumerate(ranking, 1):
            scores[passage.chunk_id] += 1.0 / (RANK + rank)
            passages.setdefault(passage.chunk_id, passage)
    order = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))
    return [replace(passages[chunk], score=scores[chunk]) for chunk in order]


def _hit(passage: Passage, query: str) -> Hit:
    piece, matches = snippet(passage.text, query)
    return Hit(
        passage.document_id,
        passage.external_id,
        passage.uri,
        passage.title,
        passage.chunk_id,
        passage.start,
        passage.end,
        piece,
        tuple(matches),
        round(passage.score, 6),
    )
