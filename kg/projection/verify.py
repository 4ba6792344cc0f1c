"""Checking that what is stored is whole: the ledger by itself, graph and index against the ledger."""

from __future__ import annotations

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
                problems.append(
                    f"the {name} stands at delta {position}, the ledger at {target}: start the service or rebuild"
                )
        if not problems:
            problems += _graph(connection, graph)
    return problems


def _ledger(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        for (message,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if message != "ok":
                yield f"the ledger's file is damaged: {message}"
    quote = func.substr(_d.text, _m.start + 1, _m.end - _m.start)
    wrong = (
        select(func.count()).select_from(t.mentions).join(t.documents, _d.id == _m.document_id).where(quote != _m.text)
    )
    if number := connection.scalar(wrong):
        yield f"{number} mentions do not stand where they say"
    ends = select(_m.id)
    loose = select(func.count()).where(or_(_s.subject.not_in(ends), _s.object.not_in(ends)))
    if number := connection.scalar(loose):
        yield f"{number} statements have an end that is not there"
    if number := connection.scalar(select(func.count()).select_from(t.unfused)):
        yield f"{number} keys wait to be fused"


def _graph(connection: Connection, graph: GraphStore) -> Iterator[str]:
    """Compare what should be in the graph, by id and content, with what is."""
    expected: dict[str, set[tuple[object, ...]]] = {
        kind: set() for kind in ("entities", "values", "edges", "documents")
    }
    for delta in slices(connection, everything(connection), 0):
        expected["entities"].update((node.id, node.name, node.mentions) for node in delta.entities)
        expected["values"].update((value.id,) for value in delta.values)
        expected["edges"].update((edge.id, edge.support, edge.statement_ids) for edge in delta.edges)
        expected["documents"].update((document.id, document.external_id) for document in delta.documents)
    found: dict[str, set[tuple[object, ...]]] = {kind: set() for kind in expected}
    for line in graph.dump():
        thing = json.loads(line)
        properties, labels = thing["properties"], thing.get("labels", ())
        if "Entity" in labels:
            found["entities"].add((properties["id"], properties["name"], properties["mentions"]))
        elif "Value" in labels:
            found["values"].add((properties["id"],))
        elif "Document" in labels:
            found["documents"].add((properties["id"], properties["external_id"]))
        elif "statement_ids" in properties:
            found["edges"].add((properties["id"], properties["support"], tuple(properties["statement_ids"])))
    for kind, things in expected.items():
        if missing := len(things - found[kind]):
            yield f"{missing} {kind} are missing from the graph or differ there: run `loregraph rebuild`"
        if surplus := len(found[kind] - things):
            yield f"{surplus} {kind} in the graph are not in the ledger or differ there: run `loregraph rebuild`"
