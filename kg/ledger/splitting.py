"""Taking mentions out of an entity: people's judgements, as few as it takes until what is left is without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, select

from kg.errors import ConflictError, NotFoundError
from kg.ledger import schema as t
from kg.ledger.fusing import fuse
from kg.ledger.judgements import judge
from kg.ledger.visibility import visible
from kg.types import Judgement, Readers, Verdict, Viewer

_m, _l = t.mentions.c, t.locals_.c
Locals = dict[str, tuple[str | None, Readers]]  # local id -> its entity and readers


def split(
    connection: Connection,
    mentions: Sequence[str],
    *,
    person: str,
    viewer: Viewer,
    family: Callable[[str], str],
    functional: Iterable[str],
) -> list[Judgement]:
    """Take mentions of one entity out of it; together they stay one where their names and facts allow.

    What else their documents say of the entity goes with them. Where one document says all that there is of it, the
    mentions alone are taken out.

    Args:
        connection: A write transaction; it is fused when this returns.
        mentions: Mention ids.
        person: Who says it.
        viewer: What the person may see; nothing is said of mentions that he may not.
        family: Maps a type to its root in the ontology.
        functional: Relations of which a subject has at most one object.

    Returns:
        The judgements it took; withdrawing them restores what was.

    Raises:
        NotFoundError: a mention does not exist, or the person may not see it.
        ConflictError: the mentions are not of one entity, or nothing of it is left without them.
    """
    functional = frozenset(functional)
    out = {mention: _local_of(connection, mention, viewer) for mention in mentions}
    before = _entity(connection, set(out.values()), viewer)
    taken, rest = set(out.values()), before.keys() - set(out.values())
    made: list[Judgement] = []

    def apart(left: str, right: str) -> None:
        made.append(judge(connection, left, right, Verdict.DIFFERENT, person=person, viewer=viewer, family=family))

    if not rest:
        if len(taken) > 1:
            raise ConflictError("nothing of the entity would be left")
        others = sorted(_mentions(connection, taken) - set(mentions))
        if not others:
            raise ConflictError("nothing of the entity would be left")
        for mention in mentions:
            for other in others:
                apart(mention, other)
        fuse(connection, functional).record(connection)
        return made
    pairs = []
    for left in sorted(taken):
        near = [right for right in sorted(rest) if _comparable(before, left, right)]
        if not near:
            raise ConflictError(
                "no document about the rest of the entity has readers that include these, or are in them"
            )
        pairs.append((left, min(near, key=lambda right: (not before[right][1].public, -len(before[right][1].groups)))))
    judged: set[tuple[str, str]] = set()
    while pairs:  # who is apart from one of the entity may still be with others of it, whom nothing keeps from either
        for left, right in pairs:
            apart(left, right)
            judged.add((left, right))
        fuse(connection, functional).record(connection)
        now = _entities(connection, before.keys())
        pairs = [
            (left, right)
            for left in sorted(taken)
            for right in sorted(rest)
            if now[left] == now[right] and (left, right) not in judged and _comparable(before, left, right)
        ]
    return made


def _comparable(locals_: Locals, left: str, right: str) -> bool:
    mine, yours = locals_[left][1], locals_[right][1]
    return mine.covers(yours) or yours.covers(mine)


def _local_of(connection: Connection, mention: str, viewer: Viewer) -> str:
    query = select(_m.local_id).join(t.locals_, _l.id == _m.local_id)
    local = connection.scalar(query.where(_m.id == mention, visible(connection, viewer, _l.readers)))
    if local is None:
        raise NotFoundError(f"there is no mention {mention!r}")
    return str(local)


def _entity(connection: Connection, locals_: set[str], viewer: Viewer) -> Locals:
    """Everything visible of the entity that these local entities belong to."""
    entities = set(connection.scalars(select(_l.entity_id).where(_l.id.in_(locals_)).distinct()))
    if len(entities) != 1:
        raise ConflictError("the mentions are not of one entity")
    query = select(_l.id, _l.entity_id, _l.readers).where(_l.entity_id == entities.pop())
    rows = connection.execute(query.where(visible(connection, viewer, _l.readers)))
    return {row.id: (row.entity_id, Readers.from_key(row.readers)) for row in rows}


def _entities(connection: Connection, locals_: Iterable[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for local in locals_:
        found[local] = connection.scalar(select(_l.entity_id).where(_l.id == local))
    return found


def _mentions(connection: Connection, locals_: set[str]) -> set[str]:
    return set(connection.scalars(select(_m.id).where(_m.local_id.in_(locals_))))
