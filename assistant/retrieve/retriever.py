"""Finds passages for a question: by words, by meaning, and by the names that join passages with it and one another."""

from __future__ import annotations

from dataclasses import replace

from assistant.retrieve.asked import Asked
from assistant.retrieve.mentions import Mentions
from assistant.retrieve.neighbourhood import Neighbourhood
from assistant.retrieve.rankings import fused
from kg.ports import ChunkIndex, Encoder, Passage, Sources
from kg.types import Viewer

DEPTH = 50
"""How far down each ranking is read."""
NEAREST = 0.25
"""Least cosine of a passage that only its meaning brings in."""
RANKED = 0.01
"""What the rank by words and meaning counts beside the walk."""


class Retriever:
    """Finds passages, as a viewer may see them.

    Args:
        chunks: Full text, vectors and titles.
        encoder: For the meaning of questions.
        mentions: Entities that passages mention; without them passages are joined by titles alone.
        sources: Passages by their ids; needed with `mentions`.
    """

    def __init__(
        self, chunks: ChunkIndex, encoder: Encoder, mentions: Mentions | None = None, sources: Sources | None = None
    ) -> None:
        self._chunks = chunks
        self._encoder = encoder
        self._mentions = mentions
        self._sources = sources

    def find(self, text: str, viewer: Viewer, limit: int = 10) -> list[Passage]:
        """Find passages.

        Args:
            text: Words, a name or a question.
            viewer: Who asks: what he may not read influences neither passages, order nor scores.
            limit: Most passages.

        Returns:
            Best first, each once; a score compares within one search only.

        Raises:
            UnavailableError: the graph does not answer.
        """
        asked = Asked.read(text, self._encoder)
        depth = max(DEPTH, limit)
        rankings = [self._chunks.full_text(text, viewer, limit=depth)]
        if asked.vector is not None:
            near = self._chunks.nearest(asked.vector, viewer, limit=depth)
            rankings.append([passage for passage in near if passage.score >= NEAREST])
        found = fused(rankings)
        around = Neighbourhood(asked, viewer, self._chunks, found)
        around.by_titles()
        if self._mentions is not None and self._sources is not None:
            around.by_mentions(self._mentions, self._sources)
        scores = around.ranked()
        for passage in found:
            scores[passage.chunk_id] += RANKED * passage.score / found[0].score
        # Rounded, so that what is equal but for the order in which it was added up is a tie.
        ranked = {id: round(score, 9) for id, score in scores.items() if score > 0}
        best = sorted(ranked, key=lambda id: (-ranked[id], id))[:limit]
        return [replace(around.passages[id], score=ranked[id]) for id in best]
