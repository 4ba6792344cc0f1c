"""Open questions: pairs of entities that fusion leaves for a person to decide, with what stands about each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, or_, select

from kg.errors import NotFoundError
from kg.ledger import schema as t
from kg.ledger.visibility import visible
from kg.types import Question, Viewer

_q, _m, _d, _c = t.questions.c, t.mentions.c, t.documents.c, t.chunks.c
_left, _right = t.locals_.alias("left_local"), t.locals_.alias("right_local")
LONGEST = 300
"""Characters of a passage that is shown beside a question."""


class Passage(NamedTuple):
    """A passage in which an entity is mentioned."""

    external_id: str
    title: str
    text: str


def open_questions(
    connection: Connection, viewer: Viewer, *, of: str | None = None, limit: int = 100, offset: int = 0
) -> list[Question]:
    """List questions, the likeliest pairs first.

    Args:
        connection: The ledger.
        viewer: Who asks; a question is visible where both its mentions are.
        of: Only questions about the entity of this id.
        limit: Most questions to return.
        offset: How many to pass over.
    """
    query = _visible(connection, viewer).order_by(_q.score.desc(), _q.id).limit(limit).offset(offset)
    if of is not None:
        query = query.where(or_(_q.left == of, _q.right == of))
    return [_question(row) for row in connection.execute(query)]


def count_questions(connection: Connection, viewer: Viewer) -> int:
    """How many questions a viewer may see."""
    return int(connection.scalar(select(func.count()).select_from(_visible(connection, viewer).subquery())) or 0)


def find_question(connection: Connection, identifier: str, viewer: Viewer) -> Question:
    """Return a question.

    Raises:
        NotFoundError: there is none, no longer, or none that the viewer may see.
    """
    row = connection.execute(_visible(connection, viewer).where(_q.id == identifier)).first()
    if row is None:
        raise NotFoundError(f"there is no open question {identifier!r}")
    return _question(row)


def passages(connection: Connection, entity: str, viewer: Viewer, limit: int = 2) -> list[Passage]:
    """Show where an entity is mentioned, a passage a document, in the order of the documents' names."""
    quote = func.substr(_d.text, _c.start + 1, func.min(_c.end) - _c.start)
    query = (
        select(_d.external_id, _d.title, quote)
        .join(t.documents, _d.id == _m.document_id)
        .join(t.chunks, _c.id == _m.chunk_id)
        .where(_m.node_id == entity, visible(connection, viewer, _d.readers))
        .group_by(_d.external_id, _d.title, _d.text, _c.start)
        .order_by(_d.external_id, _c.start)
        .limit(20 * limit)
    )
    found: dict[str, Passage] = {}
    for external_id, title, text in connection.execute(query):
        found.setdefault(external_id, Passage(external_id, title, " ".join(text.split())[:LONGEST]))
    return list(found.values())[:limit]


def question_row(question: Question) -> dict[str, Any]:
    """Write a row."""
    return {
        "id": question.id,
        "left": question.left,
        "right": question.right,
        "score": question.score,
        "reasons": dict(question.reasons),
    }


def _question(row: Any) -> Question:
    reasons: Mapping[str, float] = row.reasons
    return Question(row.left, row.right, row.score, dict(reasons))


def _visible(connection: Connection, viewer: Viewer) -> Any:
    left, right = t.mentions.alias("left_mention"), t.mentions.alias("right_mention")
    return (
        select(t.questions)
        .join(left, left.c.id == _q.left)
        .join(_left, _left.c.id == left.c.local_id)
        .join(right, right.c.id == _q.right)
        .join(_right, _right.c.id == right.c.local_id)
        .where(visible(connection, viewer, _left.c.readers), visible(connection, viewer, _right.c.readers))
    )
