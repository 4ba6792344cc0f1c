"""The projector: brings the graph to the state of the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, TextClause, func, select, text

from kg.failpoints import reached
from kg.ledger import schema as t
from kg.ledger.database import Ledger
from kg.ledger.deltas import Changes, EdgeKey, batched, newest, since
from kg.ports import GraphStore
from kg.projection.entities import named_entities
from kg.projection.everything import everything
from kg.types import DocumentNode, DocumentStatus, Edge, GraphDelta, Readers, Value, ValueNode

_SLICE = 2_000  # things a graph transaction


def project_graph(ledger: Ledger, graph: GraphStore) -> int:
    """Apply every delta that the graph has not seen.

    Returns:
        The delta number that the graph stands at afterwards.

    Raises:
        UnavailableError: the graph does not answer; what was applied stays, and the next call goes on.
    """
    position = graph.position()
    with ledger.read() as connection:
        target = newest(connection)
        if target == position:
            return position
        changes = everything(connection) if position == 0 else since(connection, position, target)
        for delta in slices(connection, changes, position):
            graph.apply(delta)
            reached("mid-projection")
        graph.apply(GraphDelta(position=target))
    reached("after-projection")
    return target


def slices(connection: Connection, changes: Changes, position: int) -> Iterator[GraphDelta]:
    """Nodes before edges, what is gone last; each slice may be applied again."""
    gone_entities: list[str] = []
    for ids in _cut(sorted(changes.entities)):
        entities = named_entities(connection, ids)
        gone_entities += [key for key in ids if key not in entities]
        yield GraphDelta(position, entities=tuple(entities[key].node for key in sorted(entities)))
    gone_edges: list[str] = []
    for keys in _cut(sorted(changes.edges)):
        edges, values, gone = _edges(connection, keys)
        gone_edges += gone
        yield GraphDelta(position, values=tuple(values), edges=tuple(edges))
    gone_documents: list[str] = []
    for ids in _cut(sorted(changes.documents), 200):
        documents = _documents(connection, ids)
        gone_documents += sorted(set(ids) - {document.id for document in documents})
        yield GraphDelta(position, documents=tuple(documents))
    s = t.statements.c
    alive: set[str] = set()
    for ids in batched(sorted(changes.values)):
        alive.update(
            connection.scalars(select(s.object_node).where(s.object_node.in_(ids), s.subject_node.is_not(None)))
        )
    gone_values = sorted(changes.values - alive)
    for ids in _cut(gone_edges):
        yield GraphDelta(position, gone_edges=tuple(ids))
    for ids in _cut(gone_documents):
        yield GraphDelta(position, gone_documents=tuple(ids))
    for ids in _cut(gone_entities):
        yield GraphDelta(position, gone_entities=tuple(ids))
    for ids in _cut(gone_values):
        yield GraphDelta(position, gone_values=tuple(ids))


def _cut(things: Sequence[Any], size: int = _SLICE) -> Iterator[list[Any]]:
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch


@cache
def _statements_of(count: int) -> TextClause:
    """The query for the statements of so many edges.

    SQLite reads the whole table to find rows whose columns are `IN` a list, and the index for those joined with one.
    """
    keys = ", ".join(f"(:a{place}, :p{place}, :b{place}, :r{place})" for place in range(count))
    return text(
        f"WITH wanted (a, p, b, r) AS (VALUES {keys}) "
        "SELECT s.subject_node, s.predicate, s.object_node, s.readers, s.id, s.confidence, s.valid_from, s.valid_to, "
        "m.value_kind, m.value_text, m.value_number, m.value_unit FROM wanted JOIN statements s "
        "ON s.subject_node = a AND s.predicate = p AND s.object_node = b AND s.readers = r "
        "JOIN mentions m ON m.id = s.object"
    )


def _edges(connection: Connection, keys: list[EdgeKey]) -> tuple[list[Edge], list[ValueNode], list[str]]:
    groups: dict[EdgeKey, list[tuple[str, float, str | None, str | None]]] = defaultdict(list)
    values: dict[str, Value] = {}
    for start in range(0, len(keys), 200):
        batch = keys[start : start + 200]
        parts = {
            f"{name}{place}": part for place, key in enumerate(batch) for name, part in zip("apbr", key, strict=True)
        }
        for a, p, b, r, statement, confidence, since_, until, kind, value, number, unit in connection.execute(
            _statements_of(len(batch)), parts
        ):
            groups[a, p, b, r].append((statement, confidence, since_, until))
            if kind is not None:
                values[b] = Value(kind, value, number, unit)
    edges = [_edge(key, rows) for key, rows in sorted(groups.items())]
    gone = [Edge(a, p, b, Readers.from_key(r), 0, 0.0, ()).id for a, p, b, r in keys if (a, p, b, r) not in groups]
    return edges, [ValueNode(key, value) for key, value in sorted(values.items())], gone


def _edge(key: EdgeKey, rows: list[tuple[str, float, str | None, str | None]]) -> Edge:
    subject, predicate, object_, readers = key
    doubt = 1.0
    for _, confidence, _, _ in sorted(rows):
        doubt *= 1.0 - confidence  # noisy or: each statement is one more witness
    times = {(since_, until) for _, _, since_, until in rows if since_ or until}
    valid_from, valid_to = times.pop() if len(times) == 1 else (None, None)
    return Edge(
        subject=subject,
        predicate=predicate,
        object=object_,
        readers=Readers.from_key(readers),
        support=len(rows),
        confidence=round(1.0 - doubt, 6),
        statement_ids=tuple(sorted(row[0] for row in rows)),
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _documents(connection: Connection, ids: list[str]) -> list[DocumentNode]:
    d, c, m, local_ = t.documents.c, t.chunks.c, t.mentions.c, t.locals_.c
    ready = DocumentStatus.READY.value
    chunks: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
    counts: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = connection.execute(
        select(c.document_id, c.id, c.ordinal, c.start, c.end).where(c.document_id.in_(ids)).order_by(c.ordinal)
    )
    for document, chunk, ordinal, start, end in rows:
        chunks[document].append((chunk, ordinal, start, end))
    mentions = connection.execute(
        select(m.document_id, m.chunk_id, local_.node_id, func.count())
        .join(t.locals_, local_.id == m.local_id)
        .where(m.document_id.in_(ids), local_.node_id.is_not(None))
        .group_by(m.document_id, m.chunk_id, local_.node_id)
    )
    for document, chunk, node, count in mentions:
        counts[document][chunk, node] = count
    query = select(d.id, d.external_id, d.uri, d.title, d.readers, d.date).where(d.id.in_(ids), d.status == ready)
    return [
        DocumentNode(
            id=row.id,
            external_id=row.external_id,
            uri=row.uri,
            title=row.title,
            readers=Readers.from_key(row.readers),
            date=row.date,
            chunks=tuple(chunks[row.id]),
            mentions=tuple((chunk, node, count) for (chunk, node), count in sorted(counts[row.id].items())),
        )
        for row in connection.execute(query.order_by(d.id))
    ]
