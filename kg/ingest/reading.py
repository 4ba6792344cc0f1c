"""From what extractors found in a document to what the ledger keeps of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kg.fusion.blocking import block_keys
from kg.fusion.within import local_entities
from kg.ingest.nearby import contacts_nearby
from kg.ingest.parsed import Record, TableSchema
from kg.ingest.parties import with_parties
from kg.ingest.reconcile import with_schemas
from kg.ingest.rows import TableReading, read_tables
from kg.ingest.schema import MENTIONED_IN
from kg.ingest.sentences import sentences
from kg.ledger.entries import Entry
from kg.ontology import Ontology
from kg.types import Chunk, Document, Evidence, Judgement, Mention, Reading, Span, SpanKind, Statement


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
    judgements: Sequence[Judgement] = (),
    tables: Ontology | None = None,
    schema: Sequence[TableSchema] = (),
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
        judgements: People's judgements.
        tables: The ontology that rows are read by, so that they say the same whatever reads the prose; `ontology` where
            None.
        schema: What is known of the tables.
    """
    rows = read_tables(document, records, source, tables or ontology, schema) if records else None
    return join(
        document, chunks, reading, rows, vectors, ontology=ontology, source=source, reader=reader, judgements=judgements
    )


def join(
    document: Document,
    chunks: tuple[Chunk, ...],
    reading: Reading,
    rows: TableReading | None,
    vectors: NDArray[np.float32] | None,
    *,
    ontology: Ontology,
    source: str,
    reader: str,
    judgements: Sequence[Judgement] = (),
) -> Entry:
    """Put together what the prose and the tables of one document say; arguments as for `make_entry`."""
    if {"Organization", "Person"} <= ontology.types.keys():
        reading = with_parties(document.text, reading)
    mentions, statements, same = _admitted(document, chunks, reading, ontology)
    keys: Mapping[str, str] = {}
    identifiers: Mapping[str, tuple[str, ...]] = {}
    schema = ""
    if rows is not None:
        mentions = list({mention.id: mention for mention in (*mentions, *rows.mentions)}.values())
        statements += rows.statements
        keys, identifiers, schema = rows.keys, rows.identifiers, rows.ontology.to_yaml()
        ontology = with_schemas(ontology, (rows.ontology,))
        statements += _noted(document, chunks, mentions, rows, ontology)

    def family(name: str) -> str:
        return ontology.ancestors(name)[-1]

    locals_ = local_entities(
        document.id,
        mentions,
        same,
        readers=document.readers,
        statements=statements,
        keys=keys,
        identifiers=identifiers,
        contacts=contacts_nearby(document.text, mentions, family, keys.keys()),
        context=_contexts(mentions, chunks, vectors),
        judgements=judgements,
        family=family,
    )
    return Entry(
        document=document,
        source=source,
        reader=reader,
        chunks=chunks,
        mentions=tuple(mentions),
        statements=tuple(statements),
        coreference=tuple(same),
        locals=tuple(locals_),
        blocks={local.id: frozenset(block_keys(local, judgements)) or frozenset({f"={local.id}"}) for local in locals_},
        schema=schema,
    )


def _noted(
    document: Document, chunks: tuple[Chunk, ...], mentions: Sequence[Mention], rows: TableReading, ontology: Ontology
) -> list[Statement]:
    """Link what was found in the free texts of rows to their rows; the sentence is the evidence."""
    types = {mention.id: mention.type for mention in rows.mentions}
    spans = {mention.id: (mention.start, mention.end) for mention in rows.mentions}
    texts = sorted(
        (statement.evidence.start, statement.evidence.end, statement.subject)
        for statement in rows.statements
        if spans[statement.object] == (statement.evidence.start, statement.evidence.end)  # free text: its own evidence
    )
    starts = [start for start, _, _ in texts]
    bounds = _Sentences(document.text, chunks)
    found = []
    for mention in mentions:
        place = bisect_right(starts, mention.start) - 1
        if place < 0 or mention.id in types or mention.kind is not SpanKind.NAME or mention.end > texts[place][1]:
            continue
        subject = texts[place][2]
        if ontology.admits(mention.type, MENTIONED_IN.name, types[subject]):
            start, end = bounds.around(mention.start, mention.end)
            evidence = Evidence(document.id, start, end, mention.extractor, mention.score)
            found.append(Statement(mention.id, MENTIONED_IN.name, subject, evidence))
    return found


def _admitted(
    document: Document, chunks: tuple[Chunk, ...], reading: Reading, ontology: Ontology
) -> tuple[list[Mention], list[Statement], list[tuple[str, str, float]]]:
    mentions: dict[str, Mention] = {}
    ids: list[str | None] = []
    for span in reading.spans:
        kind = ontology.types.get(span.type)
        if (
            kind is None
            or not 0 <= span.start < span.end <= len(document.text)
            or kind.value != (span.value is not None)
        ):
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


def _contexts(
    mentions: Sequence[Mention], chunks: tuple[Chunk, ...], vectors: NDArray[np.float32] | None
) -> dict[str, NDArray[np.float32]]:
    """The vector of the passage that each mention stands in."""
    if vectors is None or not chunks:
        return {}
    starts = [chunk.start for chunk in chunks]
    return {mention.id: vectors[max(0, bisect_right(starts, mention.start) - 1)] for mention in mentions}
