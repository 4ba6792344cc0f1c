"""Checking that what is stored is whole: the ledger by itself, graph and index against the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from sqlalchemy import Connection, func, or_, select

from kg.index import SearchIndex
from kg.ledger import schema as t
from kg.ledger.database import Ledger
from kg.ledger.deltas import newest
from kg.ports import GraphStore
from kg.projection.everything import everything
from kg.projection.graph import slices

_d, _m, _s = t.documents.c, t.mentions.c, t.statements.c


def verify(ledger: Ledger, graph: GraphStore, index: SearchIndex) -> list[str]:
    """Check everything.

    Returns:
        A sentence for each problem; none when all is well.
    """
    problems: list[str] = []
    with ledger.read() as connection:
        problems += _ledger(connection)
        target = newest(connection)
        for name, position in (("graph", graph.position()), ("index", index.position())):
            if position != target:
                problems.append(f"the {name} stands at delta {position}, the ledger at {target}: start the service or rebuild")
        if not problems:
            problems += _graph(connection, graph)
    return problems


def _ledger(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        for (message,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if message != "ok":
                yield f"the ledger's file is damaged: {message}"
    quote = func.substr(_d.text, _m.start + 1, _m.end - _m.start)
    wrong = select(func.count()).select_from(t.mentions).join(t.documents, _d.id == _m.document_id).where(quote != _m.text)
    if number := connection.scalar(wrong):
        yield f"{number} mentions do not stand where they say"
    ends = select(_m.id)
    loose = select(func.count()).where(or_(_s.subject.not_in(ends), _s.object.not_in(ends)))
    if number := connection.scalar(loose):
        yield f"{number} statements have an end that is not there"
    if number := connection.scalar(select(func.count()).select_from(t.unfused)):
        yield f"{number} keys wait to be fused"


def _graph(connection: Connection, graph: GraphStore) -> Iterator[str]:
    """Compare ids and contents of what should be in the graph with what is."""
    expected = {kind: 0 for kind in ("entities", "values", "edges", "documents", "chunks")}
    entities, values, edges = set(), set(), set()
    for delta in slices(connection, everything(connection), 0):
        entities.update((node.id, node.name, node.mentions) for node in delta.entities)
        values.update(value.id for value in delta.values)
        edges.update((edge.id, edge.support, edge.confidence) for edge in delta.edges)
        expected["documents"] += len(delta.documents)
        expected["chunks"] += sum(len(document.chunks) for document in delta.documents)
    expected.update(entities=len(entities), values=len(values), edges=len(edges))
    found = graph.counts()
    for kind, number in expected.items():
        if found[kind] != number:
            yield f"the graph holds {found[kind]} {kind}, the ledger says {number}: run `loregraph rebuild`"
