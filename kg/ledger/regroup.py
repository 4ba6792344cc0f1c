"""Grouping the mentions of a stored document anew, after a person said that two of them are, or are not, one thing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from kg.fusion.blocking import block_keys
from kg.fusion.local import LocalEntity
from kg.fusion.within import local_entities
from kg.ledger import schema as t
from kg.ledger.deltas import Changes
from kg.ledger.entries import local_row
from kg.ledger.marking import mark_unfused
from kg.ledger.rows import mention_of, statement_of
from kg.types import Judgement, Readers

_m, _s, _l, _d = t.mentions.c, t.statements.c, t.locals_.c, t.documents.c


def regroup(
    connection: Connection, document_id: str, judgements: list[Judgement], family: Callable[[str], str]
) -> Changes:
    """Make the local entities of a document anew from its mentions and the reader's coreference.

    Args:
        connection: A write transaction.
        document_id: The document.
        judgements: All judgements of people.
        family: Maps a type to its root in the ontology.

    Returns:
        What changed; the caller records it and fuses.
    """
    changes = Changes.none()
    document = connection.execute(select(_d.readers, _d.coreference).where(_d.id == document_id)).one()
    readers = Readers.from_key(document.readers)
    rows = connection.execute(select(t.mentions).where(_m.document_id == document_id)).all()
    old = {row.id: row for row in connection.execute(select(t.locals_).where(_l.document_id == document_id))}
    held = {row.id: old[row.local_id] for row in rows if row.local_id in old}
    locals_ = local_entities(
        document_id,
        [mention_of(row) for row in rows],
        [(a, b, score) for a, b, score in document.coreference],
        readers=readers,
        statements=[
            statement_of(row) for row in connection.execute(select(t.statements).where(_s.document_id == document_id))
        ],
        keys={mention: local.key for mention, local in held.items() if local.key},
        identifiers={mention: local.identifiers for mention, local in held.items()},
        contacts={mention: local.contacts for mention, local in held.items()},
        context={
            mention: np.frombuffer(local.context, dtype=np.float32) for mention, local in held.items() if local.context
        },
        judgements=judgements,
        family=family,
    )
    changes.entities.update(row.entity_id for row in old.values() if row.entity_id is not None)
    changes.documents.add(document_id)
    _replace(connection, document_id, locals_, judgements)
    return changes


def _replace(connection: Connection, document_id: str, locals_: list[LocalEntity], judgements: list[Judgement]) -> None:
    mine = select(_l.id).where(_l.document_id == document_id)
    mark_unfused(connection, connection.scalars(mine).all())
    connection.execute(delete(t.blocks).where(t.blocks.c.local_id.in_(mine)))
    connection.execute(delete(t.locals_).where(_l.document_id == document_id))
    keys = {local.id: block_keys(local, judgements) or {f"={local.id}"} for local in locals_}
    if locals_:
        connection.execute(insert(t.locals_), [local_row(local) for local in locals_])
        connection.execute(
            insert(t.blocks), [{"key": key, "local_id": local} for local, mine in keys.items() for key in sorted(mine)]
        )
    for local in locals_:
        connection.execute(t.mentions.update().where(_m.id.in_(local.mentions)).values(local_id=local.id))
    mark_unfused(connection, keys)
