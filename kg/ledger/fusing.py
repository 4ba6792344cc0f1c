"""Fusing what is new: the entities that a change can touch are judged again, and only those."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from kg.fusion.affected import Mark, affected
from kg.fusion.local import Fact, LocalEntity, table_of
from kg.fusion.resolve import Resolution, resolve
from kg.ledger import schema as t
from kg.ledger.deltas import Changes, batched
from kg.ledger.entries import forget_decisions
from kg.ledger.judgements import by_people, judgement_row
from kg.ledger.marking import marks
from kg.ledger.questions import question_row
from kg.types import Readers

_b, _l, _m, _s = t.blocks.c, t.locals_.c, t.mentions.c, t.statements.c


def fuse(connection: Connection, functional: Iterable[str]) -> Changes:
    """Resolve every local entity that is connected to a change, and note what became of it.

    Args:
        connection: A write transaction.
        functional: Relations of which a subject has at most one object.

    Returns:
        What changed; the caller records it.
    """
    changes = Changes.none()
    marks = set(map(Mark.from_text, connection.scalars(select(t.unfused.c.key))))
    if not marks:
        return changes
    ids = affected(marks, _Blocks(connection))
    locals_ = _load(connection, ids)
    resolution = resolve(locals_, by_people(connection), functional=frozenset(functional))
    _assign(connection, locals_, resolution, changes)
    _keep_reasons(connection, locals_, resolution)
    connection.execute(delete(t.unfused))
    return changes


class _Blocks:
    """The stored block keys as a `kg.fusion.BlockIndex`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def marks_of(self, local_ids: Set[str]) -> set[Mark]:
        """The keys of these local entities with their tables."""
        return set(marks(self._connection, local_ids))

    def holding(self, keys: Set[str]) -> Iterator[tuple[str, str, str]]:
        """The local entities that have one of these keys: the key, its id, and the table that it is a row of."""
        query = select(_b.key, _b.local_id, _l.key).join(t.locals_, _l.id == _b.local_id)
        for batch in batched(sorted(keys)):
            for key, local, row in self._connection.execute(query.where(_b.key.in_(batch))):
                yield key, local, "" if row is None else table_of(row)


def _load(connection: Connection, ids: set[str]) -> list[LocalEntity]:
    members: dict[str, list[str]] = {}
    rows: list[Any] = []
    for batch in batched(sorted(ids)):
        query = select(_l.id, _l.document_id, _l.readers, _l.type, _l.family, _l.key, _l.names, _l.facts, _l.context)
        query = query.add_columns(_l.identifiers, _l.contacts)
        rows += connection.execute(query.where(_l.id.in_(batch))).all()
        for local, mention in connection.execute(select(_m.local_id, _m.id).where(_m.local_id.in_(batch))):
            members.setdefault(local, []).append(mention)
    return [
        LocalEntity(
            document_id=row.document_id,
            readers=Readers.from_key(row.readers),
            type=row.type,
            family=row.family,
            mentions=tuple(sorted(members[row.id])),
            names=tuple((name, count) for name, count in row.names),
            facts=tuple(Fact(*fact) for fact in row.facts),
            key=row.key,
            identifiers=tuple(row.identifiers),
            contacts=tuple(row.contacts),
            context=None if row.context is None else np.frombuffer(row.context, dtype=np.float32),
        )
        for row in rows
    ]


def _assign(connection: Connection, locals_: list[LocalEntity], resolution: Resolution, changes: Changes) -> None:
    by_id = {local.id: local for local in locals_}
    after: dict[str, tuple[str, str | None]] = {}
    for entity in resolution.entities:
        after.update((member, (entity.id, entity.id if entity.named else None)) for member in entity.members)
    before: dict[str, tuple[str | None, str | None]] = {}
    for batch in batched(sorted(by_id)):
        for row in connection.execute(select(_l.id, _l.entity_id, _l.node_id).where(_l.id.in_(batch))):
            before[row.id] = (row.entity_id, row.node_id)
    moved = [local for local in locals_ if before[local.id] != after[local.id]]
    if not moved:
        return
    for local in moved:
        changes.entities.update(entity for entity in (before[local.id][0], after[local.id][0]) if entity is not None)
        changes.documents.add(local.document_id)
    mentions = [mention for local in moved for mention in local.mentions]
    _edges(connection, mentions, changes)
    connection.execute(
        update(t.locals_)
        .where(_l.id == bindparam("local"))
        .values(entity_id=bindparam("entity"), node_id=bindparam("node")),
        [{"local": local.id, "entity": after[local.id][0], "node": after[local.id][1]} for local in moved],
    )
    rows = [
        {"mention": mention, "entity": after[local.id][0], "node": after[local.id][1]}
        for local in moved
        for mention in local.mentions
    ]
    of_mention, of_subject, of_object = (column == bindparam("mention") for column in (_m.id, _s.subject, _s.object))
    connection.execute(update(t.mentions).where(of_mention).values(node_id=bindparam("entity")), _only(rows, "entity"))
    ends = _only(rows, "node")
    connection.execute(update(t.statements).where(of_subject).values(subject_node=bindparam("node")), ends)
    connection.execute(update(t.statements).where(of_object).values(object_node=bindparam("node")), ends)
    _edges(connection, mentions, changes)


def _only(rows: list[dict[str, str | None]], column: str) -> list[dict[str, str | None]]:
    return [{"mention": row["mention"], column: row[column]} for row in rows]


def _edges(connection: Connection, mentions: list[str], changes: Changes) -> None:
    """Note the edges that statements at these mentions belong to at this moment."""
    for batch in batched(mentions):
        query = select(_s.subject_node, _s.predicate, _s.object_node, _s.readers)
        for subject, predicate, object_, readers in connection.execute(
            query.where(or_(_s.subject.in_(batch), _s.object.in_(batch)))
        ):
            if subject is not None and object_ is not None:
                changes.edges.add((subject, predicate, object_, readers))


def _keep_reasons(connection: Connection, locals_: list[LocalEntity], resolution: Resolution) -> None:
    """Replace the automatic judgements and the open questions between these local entities."""
    forget_decisions(connection, (mention for local in locals_ for mention in local.mentions))
    rows = [judgement_row(judgement) for judgement in resolution.judgements if judgement.decided_by == "fusion"]
    if rows:
        connection.execute(insert(t.judgements), rows)
    if resolution.questions:
        connection.execute(insert(t.questions), [question_row(question) for question in resolution.questions])
