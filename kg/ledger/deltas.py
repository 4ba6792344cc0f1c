"""Numbered deltas: what changed, so that the projections know what to look at again.

A delta names a thing (a document, an entity, an edge, a value) and says nothing of its state: a projection reads the
state that the ledger holds by then. So applying deltas twice, late or together gives the same graph.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select

from kg.ledger.schema import deltas

EdgeKey = tuple[str, str, str, str]  # subject node, predicate, object node, Readers.key


class Changes(NamedTuple):
    """What to look at again, each set without doubles."""

    documents: set[str]
    entities: set[str]
    edges: set[EdgeKey]
    values: set[str]

    @classmethod
    def none(cls) -> Changes:
        """No changes yet."""
        return cls(set(), set(), set(), set())

    def record(self, connection: Connection) -> None:
        """Number these changes as part of the transaction that made them."""
        rows = [
            *({"kind": "document", "key": key} for key in sorted(self.documents)),
            *({"kind": "entity", "key": key} for key in sorted(self.entities)),
            *({"kind": "edge", "key": json.dumps(key)} for key in sorted(self.edges)),
            *({"kind": "value", "key": key} for key in sorted(self.values)),
        ]
        if rows:
            connection.execute(insert(deltas), rows)


def newest(connection: Connection) -> int:
    """The number of the newest delta; 0 before the first."""
    return int(connection.scalar(select(func.coalesce(func.max(deltas.c.position), 0))) or 0)


def since(connection: Connection, position: int, until: int) -> Changes:
    """Everything that changed after `position`, up to and with `until`."""
    changes = Changes.none()
    query = select(deltas.c.kind, deltas.c.key).where(deltas.c.position > position, deltas.c.position <= until)
    for kind, key in connection.execute(query.distinct()):
        if kind == "document":
            changes.documents.add(key)
        elif kind == "entity":
            changes.entities.add(key)
        elif kind == "edge":
            subject, predicate, object_, readers = json.loads(key)
            changes.edges.add((subject, predicate, object_, readers))
        else:
            changes.values.add(key)
    return changes


def batched(keys: Iterable[str], size: int = 500) -> Iterable[list[str]]:
    """Cut keys into lists that fit the parameters of one statement."""
    batch: list[str] = []
    for key in keys:
        batch.append(key)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
