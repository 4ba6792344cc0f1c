"""The entities that a viewer may see, with the names he may see."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from kg.ledger import schema as t
from kg.ledger.visibility import visible
from kg.projection.entities import named_entities
from kg.types import EntityNode, Viewer


def named_nodes(connection: Connection, viewer: Viewer) -> Iterator[EntityNode]:
    """Yield visible entities that have a name, by id."""
    node = t.locals_.c.node_id
    query = select(node).distinct().where(node.is_not(None), visible(connection, viewer, t.locals_.c.readers))
    ids = sorted(key for key in connection.scalars(query) if key is not None)
    for start in range(0, len(ids), 2000):
        entities = named_entities(connection, ids[start : start + 2000])
        yield from (entities[key].node for key in sorted(entities))
