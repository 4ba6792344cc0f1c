"""What a projection that starts from nothing has to look at."""

from __future__ import annotations

from sqlalchemy import Connection, select

from kg.ledger import schema as t
from kg.ledger.deltas import Changes


def everything(connection: Connection) -> Changes:
    """What a projection that starts from nothing has to look at: all that is there."""
    s = t.statements.c
    edges = select(s.subject_node, s.predicate, s.object_node, s.readers).distinct()
    return Changes(
        documents=set(connection.scalars(select(t.documents.c.id))),
        entities=set(connection.scalars(select(t.locals_.c.entity_id).where(t.locals_.c.entity_id.is_not(None)))),
        edges={(a, p, b, r) for a, p, b, r in connection.execute(edges) if a is not None and b is not None},
        values=set(),
    )
