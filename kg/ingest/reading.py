"""From what extractors found in a document to what the ledger keeps of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kg.fusion.blocking import block_keys
from kg.fusion.local import Fact, LocalEntity
from kg.fusion.normalise import normalise_name
from kg.fusion.within import local_entities
from kg.ingest.parsed import Record
from kg.ingest.rows import TableReading, read_tables
from kg.ingest.sentences import sentences
from kg.ledger.entries import Entry
from kg.ontology import Ontology
from kg.types import Chunk, Document, Evidence, Mention, Reading, Span, Statement, Value


def make_entry(
    document: Document,
    chunks: tuple[Chunk, ...],
    reading: Reading,
    records: Sequence[Record],
    vectors: NDArray[np.float32] | None,
    *,
    ontology: Ontology,
    source: str,
    reader: str,
) -> Entry:
    """Put together what one document says.

    Args:
        document: The document.
        chunks: Its passages.
        reading: What the extractors found; what the ontology does not admit is left out.
        records: The rows of its tables.
        vectors: One unit vector a chunk, shape (chunks, dimensions), or None.
        ontology: What may be written.
        source: The file or database it came out of.
        reader: Names of the extractors.
    """
    mentions, statements, same = _admitted(document, chunks, reading, ontology)
    locals_ = local_entities(document.id, mentions, same, readers=document.readers, ontology=ontology)
    tables = read_tables(document, records, source, ontology) if records else TableReading((), (), (), Ontology(name=""))
    mentions += [mention for mention in tables.mentions if mention.id not in {m.id for m in mentions}] if records else []
    statements += tables.statements
    everything = [*locals_, *tables.locals]
    facts = _facts(mentions, statements, everything)
    contexts = _contexts(mentions, chunks, vectors)
    complete = tuple(
        replace(local, facts=facts[local.id], context=_mean([contexts[m] for m in local.mentions if m in contexts]))
        for local in everything
    )
    return Entry(
        document=document,
        source=source,
        reader=reader,
        chunks=chunks,
        mentions=tuple(mentions),
        statements=tuple(statements),
        locals=complete,
        blocks={local.id: block_keys(local) or frozenset({f"={local.id}"}) for local in complete},
        schema=tables.ontology.to_yaml() if records else "",
    )


def _admitted(
    document: Document, chunks: tuple[Chunk, ...], reading: Reading, ontology: Ontology
) -> tuple[list[Mention], list[Statement], list[tuple[str, str, float]]]:
    mentions: dict[str, Mention] = {}
    ids: list[str | None] = []
    for span in reading.spans:
        kind = ontology.types.get(span.type)
        if kind is None or not 0 <= span.start < span.end <= len(document.text) or kind.value != (span.value is not None):
            ids.append(None)
            continue
        mention = _mention(document, span)
        mentions.setdefault(mention.id, mention)
        ids.append(mention.id)
    bounds = _Sentences(document.text, chunks)
    statements: dict[str, Statement] = {}
    for link in reading.links:
        head, tail = ids[link.head], ids[link.tail]
        if head is None or tail is None or head == tail:
            continue
        subject, object_ = mentions[head], mentions[tail]
        if not ontology.admits(subject.type, link.predicate, object_.type):
            continue
        start, end = bounds.around(min(subject.start, object_.start), max(subject.end, object_.end))
        if link.start is not None and link.end is not None:
            start, end = link.start, link.end
        evidence = Evidence(document.id, start, end, link.extractor, min(1.0, max(0.0, link.score)))
        statement = Statement(head, link.predicate, tail, evidence)
        known = statements.get(statement.id)
        if known is None or known.evidence.confidence < evidence.confidence:
            statements[statement.id] = statement
    same = [(a, b, score) for i, j, score in reading.same if (a := ids[i]) is not None and (b := ids[j]) is not None]
    return list(mentions.values()), list(statements.values()), same


def _mention(document: Document, span: Span) -> Mention:
    text = document.text[span.start : span.end]
    return Mention(
        document.id, span.start, span.end, span.type, text, span.kind, span.score, span.value, span.extractor
    )


class _Sentences:
    """Finds the sentences around two places of a text; each chunk is cut once, when it is first needed."""

    def __init__(self, text: str, chunks: tuple[Chunk, ...]) -> None:
        self._text = text
        self._chunks = chunks
        self._starts = [chunk.start for chunk in chunks]
        self._cut: dict[int, list[tuple[int, int]]] = {}

    def around(self, start: int, end: int) -> tuple[int, int]:
        """From the start of the sentence that holds `start` to the end of the one that holds `end`."""
        return min(self._of(start)[0], start), max(self._of(end - 1)[1], end)

    def _of(self, place: int) -> tuple[int, int]:
        index = bisect_right(self._starts, place) - 1
        if index < 0:
            return place, place + 1
        if index not in self._cut:
            chunk = self._chunks[index]
            self._cut[index] = sentences(self._text, chunk.start, chunk.end)
        cut = self._cut[index]
        number = bisect_right([start for start, _ in cut], place) - 1
        return cut[number] if number >= 0 else (place, place + 1)


def _facts(
    mentions: Sequence[Mention], statements: Sequence[Statement], locals_: Sequence[LocalEntity]
) -> dict[str, tuple[Fact, ...]]:
    """What the document says of each local entity, with other ends that can be compared across documents."""
    local_of = {mention: local for local in locals_ for mention in local.mentions}
    by_id = {mention.id: mention for mention in mentions}
    found: dict[str, set[Fact]] = defaultdict(set)

    def end(mention_id: str) -> str | None:
        value: Value | None = by_id[mention_id].value
        if value is not None:
            return f"{value.kind}:{value.text}"
        local = local_of.get(mention_id)
        if local is None:
            return None
        return local.key or (normalise_name(local.names[0][0]) if local.names else None)

    for statement in statements:
        for here, there, outgoing in (
            (statement.subject, statement.object, True),
            (statement.object, statement.subject, False),
        ):
            local, other = local_of.get(here), end(there)
            if local is not None and other:
                found[local.id].add(Fact(statement.predicate, outgoing, other))
    return {local.id: tuple(sorted(found[local.id])) for local in locals_}


def _contexts(
    mentions: Sequence[Mention], chunks: tuple[Chunk, ...], vectors: NDArray[np.float32] | None
) -> dict[str, NDArray[np.float32]]:
    """The vector of the passage that each mention stands in."""
    if vectors is None or not chunks:
        return {}
    starts = [chunk.start for chunk in chunks]
    return {mention.id: vectors[max(0, bisect_right(starts, mention.start) - 1)] for mention in mentions}


def _mean(vectors: list[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    if not vectors:
        return None
    mean = np.mean(vectors, axis=0, dtype=np.float32)
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length, dtype=np.float32) if length > 0 else None
