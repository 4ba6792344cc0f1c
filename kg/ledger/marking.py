"""Noting what has to be fused again: the block keys of local entities that came, changed or are about to go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, insert, select

from kg.fusion.affected import Mark
from kg.fusion.local import table_of
from kg.ledger import schema as t
from kg.ledger.deltas import batched

_b, _l = t.blocks.c, t.locals_.c


def marks(connection: Connection, local_ids: Iterable[str]) -> Iterator[Mark]:
    """The block keys of stored local entities, each with the table that it is a row of."""
    query = select(_b.key, _l.key).join(t.locals_, _l.id == _b.local_id)
    for batch in batched(sorted(local_ids)):
        for key, row in connection.execute(query.where(_b.local_id.in_(batch))):
            yield Mark.of(key, "" if row is None else table_of(row))


def mark_unfused(connection: Connection, local_ids: Iterable[str]) -> None:
    """Note that what stored local entities meet must be judged again: after they came, before they go."""
    note(connection, marks(connection, local_ids))


def note(connection: Connection, changed: Iterable[Mark]) -> None:
    """Note marks."""
    texts = {mark.text for mark in changed}
    present: set[str] = set()
    for batch in batched(sorted(texts)):
        present.update(connection.scalars(select(t.unfused.c.key).where(t.unfused.c.key.in_(batch))))
    missing = sorted(texts - present)
    if missing:
        connection.execute(insert(t.unfused), [{"key": text} for text in missing])
