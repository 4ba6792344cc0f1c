"""The graph around one question: passages, and the names that join them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from assistant.retrieve.asked import Asked, cased
from assistant.retrieve.mentions import Mentions
from assistant.retrieve.pagerank import Node, pagerank
from kg.ports import ChunkIndex, Passage, Sources
from kg.types import Viewer

TITLE, ELSEWHERE, MENTION, FACT = 1.0, 0.05, 0.3, 0.3
"""What leads from a name: to the opening of the document that it titles, to a passage that was found and names it, to
passages that mention the entity, and to the entity's neighbours in the graph."""
LEAST, BESIDE, NEAR = 0.1, 1.0, 1.0
"""What leads from a passage to a name: something in any case, more beside words of the question, most where what it
leads to is near the question in meaning."""
RARE = 0.6
"""From this rarity on a name counts in full: the square root of the passages, or so, may hold it."""
FOUND = 0.01
"""Where a walk begins: at each name of the question by its rarity, and this much at the best passage that was found."""
BEGIN = 10
"""Passages that were found at which a walk begins."""
BRIDGES = 5
"""Passages that were found whose names are followed, beside those that the question names."""


class Neighbourhood:
    """Collects passages and names around a question and ranks the passages.

    Args:
        asked: The question.
        viewer: Who asks.
        chunks: Titles, rarity and meaning.
        found: Passages that its words and its meaning found, best first.
    """

    def __init__(self, asked: Asked, viewer: Viewer, chunks: ChunkIndex, found: Sequence[Passage]) -> None:
        self._asked = asked
        self._viewer = viewer
        self._chunks = chunks
        self._found = found
        self.passages: dict[str, Passage] = {passage.chunk_id: passage for passage in found}
        self._edges: dict[tuple[Node, Node], float] = defaultdict(float)
        self._start: dict[Node, float] = defaultdict(float)
        self._near: dict[str, float] = {}
        self._named: list[tuple[int, int]] = []

    def by_titles(self) -> None:
        """Join passages by the titles that the question names, then by those that their openings name."""
        (named,) = self._chunks.titles([self._asked.text], self._viewer, cased=cased(self._asked.text))
        documents = self._open(id for _, _, ids in named for id in ids)
        first: list[Passage] = []
        said = [self._asked.text[start:end] for start, end, _ in named]
        for (start, end, ids), rare in zip(named, self._chunks.rarity(said, self._viewer), strict=True):
            self._named.append((start, end))
            for id in ids:
                if id in documents:
                    self._start[("title", id)] += min(1.0, rare / RARE) / len(ids)
                    first.append(documents[id])
        first += [passage for passage in self._found[:BRIDGES] if passage not in first]
        self._follow(first)

    def by_mentions(self, mentions: Mentions, sources: Sources) -> None:
        """Join passages by the entities that they mention, and by those entities' neighbours."""
        text, viewer = self._asked.text, self._viewer
        named = mentions.named(text, viewer)
        self._named += named.values()
        said = [text[start:end] for start, end in named.values()]
        counts: dict[tuple[int, int], int] = defaultdict(int)
        for span in named.values():
            counts[span] += 1
        for (entity, span), rare in zip(named.items(), self._chunks.rarity(said, viewer), strict=True):
            self._start[("entity", entity)] += min(1.0, rare / RARE) / counts[span]
        around = mentions.neighbours(list(named), viewer)
        for (one, other), confidence in sorted(around.items()):
            self._edges[(("entity", one), ("entity", other))] += FACT * confidence
        best = [passage.chunk_id for passage in self._found[:BRIDGES]]
        bridges = {mention.entity_id for mention in mentions.within(best, viewer)}
        told = mentions.of({*named, *bridges, *(other for _, other in around)}, viewer)
        new = sorted({mention.chunk_id for mention in told} - set(self.passages))
        self._add(sources.passages(new, viewer))
        self._measure(self.passages[m.chunk_id] for m in told if m.chunk_id in self.passages)
        shares: dict[str, float] = defaultdict(float)
        for mention in told:
            shares[mention.entity_id] += self._gate(mention.chunk_id)
        for mention in told:
            if mention.chunk_id in self.passages:
                name, place = ("entity", mention.entity_id), ("passage", mention.chunk_id)
                # Another entity counts more than another mention of the same one.
                often = 2.0 - 1.0 / mention.count
                share = shares[mention.entity_id]
                self._edges[(name, place)] += MENTION * often * self._gate(mention.chunk_id) / share
                if mention.entity_id not in named:
                    self._edges[(place, name)] += LEAST / max(1.0, share)

    def ranked(self) -> dict[str, float]:
        """Score every passage: its share of the walk, as a part of the largest."""
        for rank, passage in enumerate(self._found[:BEGIN]):
            self._start[("passage", passage.chunk_id)] += FOUND * passage.score / self._found[0].score / (1 + rank)
        walk = pagerank(self._edges, self._start)
        scores = {id: walk.get(("passage", id), 0.0) for id in self.passages}
        most = max(scores.values(), default=0.0)
        return {id: score / most if most else 0.0 for id, score in scores.items()}

    def _follow(self, passages: Sequence[Passage]) -> None:
        """Follow the titles that passages name, each by what stands beside it and what it leads to."""
        texts = [passage.text for passage in passages]
        links = self._chunks.titles(texts, self._viewer)
        documents = self._open(id for stretches in links for _, _, ids in stretches for id in ids)
        said = [text[s:e] for text, stretches in zip(texts, links, strict=True) for s, e, _ in stretches]
        rare = dict(zip(said, self._chunks.rarity(said, self._viewer), strict=True))
        wanted = self._asked.left(self._named)
        for passage, stretches in zip(passages, links, strict=True):
            for start, end, ids in stretches:
                beside = self._asked.beside(passage.text, start, end, wanted)
                for id in ids:
                    if id not in documents or id == passage.document_id:
                        continue
                    gate = LEAST + BESIDE * beside + NEAR * self._gate(documents[id].chunk_id)
                    weight = gate * min(1.0, rare[passage.text[start:end]] / RARE) / len(ids)
                    edge = (("passage", passage.chunk_id), ("title", id))
                    self._edges[edge] = max(self._edges[edge], weight)
                    if ("title", id) in self._start:  # a passage that tells of what the question names
                        self._edges[(("title", id), ("passage", passage.chunk_id))] = ELSEWHERE

    def _open(self, documents: Iterable[str]) -> Mapping[str, Passage]:
        """Bring in the openings of documents, and join them with their titles."""
        openings = self._chunks.openings(sorted(set(documents)), self._viewer)
        self._add(openings)
        self._measure(openings)
        for passage in openings:
            self._edges[(("title", passage.document_id), ("passage", passage.chunk_id))] = TITLE
        return {passage.document_id: passage for passage in openings}

    def _add(self, passages: Iterable[Passage]) -> None:
        for passage in passages:
            self.passages.setdefault(passage.chunk_id, passage)

    def _measure(self, passages: Iterable[Passage]) -> None:
        new = {passage.chunk_id: passage for passage in passages if passage.chunk_id not in self._near}
        if self._asked.vector is None or not new:
            return
        cosines = self._chunks.cosines(self._asked.vector, list(new.values()), self._viewer)
        self._near.update(zip(new, cosines, strict=True))

    def _gate(self, chunk: str) -> float:
        """How near a passage is to the question: what spreads to it is in proportion."""
        return max(0.05, self._near.get(chunk, 0.05))
