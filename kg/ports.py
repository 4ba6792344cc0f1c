"""What others implement: the graph, the indexes, the readers of text. There is no read without a `Viewer`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kg.types import Citation, EntityNode, GraphDelta, Page, Reading, Viewer

Row = tuple[Any, ...]


class Extractor(Protocol):
    """Reads documents: mentions, relations between them, coreference."""

    name: str  # name and version, as it is kept with each statement

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        """Read a batch of documents; one reading for each, offsets into its text."""
        ...


class Encoder(Protocol):
    """Turns texts into vectors whose dot product is a similarity.

    A text's vector depends on that text alone, never on what is encoded beside it: others may be able to read that.
    """

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts.

        Returns:
            Unit vectors, shape (len(texts), dimensions).
        """
        ...


@dataclass(frozen=True, slots=True)
class Result:
    """What a query returned."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    truncated: bool = False


class GraphStore(Protocol):
    """The projected graph."""

    def position(self) -> int:
        """The ledger's delta number that the graph stands at; 0 when empty."""
        ...

    def apply(self, delta: GraphDelta) -> None:
        """Apply a change and its position in one transaction.

        Raises:
            UnavailableError: the engine does not answer; nothing was applied.
            StorageFullError: the disk is full; nothing was applied.
        """
        ...

    def query(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, *, limit: int = 10_000, timeout: float = 10.0
    ) -> Result:
        """Run one read-only statement as the least-privilege user.

        Args:
            cypher: The statement. Its author filters by viewer.
            parameters: Its parameters.
            limit: Most rows to fetch; `Result.truncated` tells when there were more.
            timeout: Seconds.

        Raises:
            QueryError: the engine refused it.
            LimitError: it ran past its time.
            UnavailableError: the engine does not answer.
        """
        ...

    def entity(self, entity_id: str, viewer: Viewer) -> EntityNode | None:
        """One entity, or None where there is none that the viewer may see."""
        ...

    def neighbours(self, entity_ids: Sequence[str], viewer: Viewer, *, limit: int = 200) -> list[Row]:
        """Visible edges at these entities as (subject id, predicate, object id, confidence), strongest first."""
        ...

    def paths(self, start: str, end: str, viewer: Viewer, *, longest: int = 4, limit: int = 5) -> list[tuple[str, ...]]:
        """Shortest visible paths as alternating ids and predicates; "<" before a predicate that is walked backwards."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Numbers of `entities`, `values`, `edges`, `documents`, `chunks`, whoever may see them."""
        ...

    def dump(self) -> Iterator[str]:
        """The canonical dump, a JSON object a line: nodes then edges, sorted, without engine ids or times."""
        ...

    def clear(self) -> None:
        """Empty the graph, position included."""
        ...

    def close(self) -> None:
        """Release the engine."""
        ...


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that a search found."""

    document_id: str
    external_id: str
    uri: str
    title: str
    chunk_id: str
    start: int
    end: int
    text: str
    score: float


class ChunkIndex(Protocol):
    """Full text, vectors, titles over chunks. What a viewer may not read influences neither hits, order nor scores."""

    def full_text(self, query: str, viewer: Viewer, *, limit: int = 20) -> list[Passage]:
        """Passages that hold the words, best first (BM25)."""
        ...

    def nearest(self, vector: NDArray[np.float32], viewer: Viewer, *, limit: int = 20) -> list[Passage]:
        """Passages nearest in meaning, best first (cosine)."""
        ...

    def cosines(self, vector: NDArray[np.float32], passages: Sequence[Passage], viewer: Viewer) -> list[float]:
        """How near passages are in meaning; 0 for one that is not visible or has no vector."""
        ...

    def titles(
        self, texts: Sequence[str], viewer: Viewer, *, cased: bool = True
    ) -> list[list[tuple[int, int, tuple[str, ...]]]]:
        """The stretches of each text that equal a visible document's title: (start, end, ids of the documents).

        Args:
            texts: Passages, or a question.
            viewer: Who asks.
            cased: Whether a title must begin as names do; a single word always must.
        """
        ...

    def rarity(self, names: Sequence[str], viewer: Viewer) -> list[float]:
        """How rare each name is among visible passages: from 1 where none holds it towards 0 where all do."""
        ...

    def openings(self, documents: Sequence[str], viewer: Viewer) -> list[Passage]:
        """The first passage of each visible document that has one, in the order given, score 0."""
        ...


@dataclass(frozen=True, slots=True)
class Extract:
    """A stretch of a text that answers a question.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends.
        chance: How likely it is right, where the text has an answer at all or not: 0 to 1.
    """

    start: int
    end: int
    chance: float


class AnswerReader(Protocol):
    """Reads answers out of texts.

    What it reads in a text depends on that text and the question alone: others may be able to read the texts beside it.
    """

    name: str  # name and version

    def read(self, questions: Sequence[tuple[str, str]], most: int = 1) -> list[list[Extract]]:
        """Answer each question from its text.

        Args:
            questions: Pairs of a question and a text.
            most: Answers of a text at most.

        Returns:
            For each the likeliest answers that do not overlap, however unlikely, best first; none where the text holds
            no word.
        """
        ...


@dataclass(frozen=True, slots=True)
class Named:
    """An entity that a name may stand for."""

    entity_id: str
    type: str
    name: str  # its canonical name
    alias: str  # the alias that matched
    score: float  # 1.0 for an equal normalised alias, else a similarity
    mentions: int  # visible mentions: popularity


class NameIndex(Protocol):
    """Names and aliases of entities, as a viewer may see them."""

    def find(self, name: str, viewer: Viewer, *, limit: int = 10) -> list[Named]:
        """Entities whose name or alias is like this one: equal first, then fuzzy."""
        ...

    def spans(self, text: str, viewer: Viewer) -> list[tuple[int, int, list[Named]]]:
        """Every stretch of a text (start, end) that equals a known alias after normalisation, longest first."""
        ...


class Sources(Protocol):
    """The way from facts and chunks back to the documents' own words."""

    def cite(self, statement_ids: Sequence[str], viewer: Viewer) -> list[Citation]:
        """The sentences that visible statements rest on, in the order given; invisible ones are left out."""
        ...

    def passages(self, chunk_ids: Sequence[str], viewer: Viewer) -> list[Passage]:
        """Visible chunks, in the order given, score 0."""
        ...
