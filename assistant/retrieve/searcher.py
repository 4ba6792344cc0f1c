"""Search over passages: what was found, with its place in the document and the piece that matches."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.retrieve.retriever import Retriever
from kg.errors import InputError
from kg.index import snippet
from kg.ports import Passage
from kg.types import Viewer

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
        score: Share of the walk from the question's names and words, plus its rank; comparable within one search only.
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
        retriever: Finds and ranks them.
    """

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

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
        return [_hit(passage, text) for passage in self._retriever.find(text, viewer, limit)]


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
