"""Judgements: why two mentions are, or are not, one entity; kept, explained and undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from kg.errors import NotFoundError
from kg.fusion.local import LocalEntity
from kg.fusion.resolve import admit
from kg.ledger import schema as t
from kg.ledger.deltas import batched
from kg.ledger.marking import mark_unfused
from kg.ledger.regroup import regroup
from kg.ledger.visibility import visible
from kg.types import Judgement, Readers, Verdict, Viewer

_j, _m, _l, _b = t.judgements.c, t.mentions.c, t.locals_.c, t.blocks.c


def judge(
    connection: Connection,
    left: str,
    right: str,
    verdict: Verdict,
    *,
    person: str,
    viewer: Viewer,
    family: Callable[[str], str],
) -> Judgement:
    """Keep a person's judgement; it wins over scores from the next fusing on.

    Args:
        connection: A write transaction.
        left: A mention id.
        right: Another.
        verdict: What the person says of them.
        person: Who says it.
        viewer: What the person may see.
        family: Maps a type to its root in the ontology.

    Raises:
        NotFoundError: a mention does not exist, or he may not see it.
        ConflictError: someone said the opposite, or the two stand before readers that do not contain one another.
    """
    one, other = _local(connection, left, viewer), _local(connection, right, viewer)
    low, high = sorted((left, right))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    judgement = Judgement(low, high, verdict, 1.0, {"person": 1.0}, person, now)
    admit(judgement, one, other, about(connection, left, viewer))
    connection.execute(delete(t.judgements).where(_j.id == judgement.id))
    connection.execute(insert(t.judgements), [judgement_row(judgement)])
    tie = f"j|{judgement.id}"
    present = set(connection.scalars(select(_b.local_id).where(_b.key == tie)))
    rows = [{"key": tie, "local_id": local.id} for local in (one, other) if local.id not in present]
    if rows and one.id != other.id:
        connection.execute(insert(t.blocks), rows)
    mark_unfused(connection, (one.id, other.id))
    if one.document_id == other.document_id:
        regroup(connection, one.document_id, by_people(connection), family).record(connection)
    return judgement


def withdraw(connection: Connection, judgement_id: str, *, family: Callable[[str], str]) -> None:
    """Undo a person's judgement; what fusion decided before comes back.

    Raises:
        NotFoundError: no person made such a judgement.
    """
    row = connection.execute(select(t.judgements).where(_j.id == judgement_id, _j.decided_by != "fusion")).first()
    if row is None:
        raise NotFoundError(f"there is no judgement {judgement_id!r} by a person")
    query = select(_m.local_id, _m.document_id).where(_m.id.in_((row.left, row.right)))
    ends = connection.execute(query).all()
    ids = [end.local_id for end in ends]
    connection.execute(delete(t.judgements).where(_j.id == judgement_id))
    mark_unfused(connection, ids)
    connection.execute(delete(t.blocks).where(_b.key == f"j|{judgement_id}"))
    if len(ends) == 2 and ends[0].document_id == ends[1].document_id:
        regroup(connection, ends[0].document_id, by_people(connection), family).record(connection)


def about(connection: Connection, identifier: str, viewer: Viewer) -> list[Judgement]:
    """Every judgement on a mention, or on any mention of an entity, those inside one document included.

    Args:
        connection: The ledger.
        identifier: A mention id or an entity id.
        viewer: Who asks; a judgement is visible where both its mentions are.
    """
    chosen = or_(_m.id == identifier, _m.node_id == identifier)
    mentions = select(_m.id).where(chosen)
    query = select(t.judgements).where(or_(_j.left.in_(mentions), _j.right.in_(mentions)))
    found = {row.id: judgement_of(row) for row in connection.execute(query)}
    inside = select(_l.links).where(_l.id.in_(select(_m.local_id).where(chosen)))
    for links in connection.scalars(inside):
        for left, right, score, reasons in links:
            judgement = Judgement(left, right, Verdict.SAME, score, reasons)
            found.setdefault(judgement.id, judgement)
    ends = {end for judgement in found.values() for end in (judgement.left, judgement.right)}
    seen: set[str] = set()
    for batch in batched(sorted(ends)):
        query = select(_m.id).join(t.locals_, _l.id == _m.local_id).where(_m.id.in_(batch))
        seen.update(connection.scalars(query.where(visible(connection, viewer, _l.readers))))
    shown = [judgement for judgement in found.values() if {judgement.left, judgement.right} <= seen]
    return sorted(shown, key=lambda judgement: (judgement.left, judgement.right))


def by_people(connection: Connection) -> list[Judgement]:
    """Every judgement that a person made."""
    query = select(t.judgements).where(_j.decided_by != "fusion").order_by(_j.id)
    return [judgement_of(row) for row in connection.execute(query)]


def judgement_of(row: Any) -> Judgement:
    """Read a row."""
    return Judgement(
        row.left, row.right, Verdict(row.verdict), row.score, dict(row.reasons), row.decided_by, row.decided_at
    )


def judgement_row(judgement: Judgement) -> dict[str, Any]:
    """Write a row."""
    return {
        "id": judgement.id,
        "left": judgement.left,
        "right": judgement.right,
        "verdict": judgement.verdict.value,
        "score": judgement.score,
        "reasons": dict(judgement.reasons),
        "decided_by": judgement.decided_by,
        "decided_at": judgement.decided_at,
    }


def _local(connection: Connection, mention: str, viewer: Viewer) -> LocalEntity:
    query = select(_l.id, _l.document_id, _l.readers, _l.type, _l.family).join(t.mentions, _m.local_id == _l.id)
    row = connection.execute(query.where(_m.id == mention, visible(connection, viewer, _l.readers))).first()
    if row is None:
        raise NotFoundError(f"there is no mention {mention!r}")
    return LocalEntity(row.document_id, Readers.from_key(row.readers), row.type, row.family, (row.id,))
