"""Reading statements with both their mentions and their evidence, as a viewer may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select

from kg.errors import NotFoundError
from kg.ledger import schema as t
from kg.ledger.visibility import visible
from kg.types import Citation, Value, Viewer


@dataclass(frozen=True, slots=True)
class FactEnd:
    """One end of a fact: the mention as it stands in the document, and what it stands for."""

    mention_id: str
    text: str
    type: str
    start: int
    end: int
    node_id: str | None
    value: Value | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement with its evidence's own words."""

    id: str
    predicate: str
    subject: FactEnd
    object: FactEnd
    citation: Citation
    confidence: float
    extractor: str
    valid_from: str | None
    valid_to: str | None


_s, _d = t.statements.c, t.documents.c
_subject, _object = t.mentions.alias("subject_mention"), t.mentions.alias("object_mention")
_PAGE = 1000


def facts(
    connection: Connection,
    viewer: Viewer,
    *,
    entity: str | None = None,
    predicate: str | None = None,
    document: str | None = None,
    after: str = "",
    limit: int | None = None,
) -> Iterator[Fact]:
    """Yield visible facts by id.

    Args:
        connection: The ledger.
        viewer: Who asks.
        entity: Only facts at this entity, which may be given by the id of any of its mentions.
        predicate: Only facts of this relation.
        document: Only facts that this document states.
        after: Only facts whose id comes after this one: the last of the page before.
        limit: Most facts to yield.
    """
    conditions: list[ColumnElement[bool]] = [visible(connection, viewer, _s.readers)]
    if entity is not None:
        node = entity_of(connection, entity, viewer)
        conditions.append(or_(_subject.c.node_id == node, _object.c.node_id == node))
    if predicate is not None:
        conditions.append(_s.predicate == predicate)
    if document is not None:
        conditions.append(_s.document_id == document)
    left = limit
    while left is None or left > 0:
        size = _PAGE if left is None else min(left, _PAGE)
        page = _page(connection, [*conditions, _s.id > after], size)
        yield from page
        if len(page) < size:
            return
        after = page[-1].id
        left = None if left is None else left - len(page)


def entity_of(connection: Connection, identifier: str, viewer: Viewer) -> str:
    """The entity that an entity id or the id of any of its mentions stands for.

    Raises:
        NotFoundError: there is none that the viewer may see.
    """
    m, locals_ = t.mentions.c, t.locals_.c
    query = (
        select(m.node_id)
        .join(t.locals_, locals_.id == m.local_id)
        .where(or_(m.node_id == identifier, m.id == identifier))
    )
    node = connection.scalar(query.where(visible(connection, viewer, locals_.readers)).limit(1))
    if node is None:
        raise NotFoundError(f"there is no entity {identifier!r}")
    return str(node)


def citations(connection: Connection, statement_ids: Sequence[str], viewer: Viewer) -> list[Citation]:
    """The evidence of visible statements, in the order given."""
    found: dict[str, Citation] = {}
    for start in range(0, len(statement_ids), 500):
        batch = list(statement_ids[start : start + 500])
        page = _page(connection, [visible(connection, viewer, _s.readers), _s.id.in_(batch)], len(batch))
        found.update((fact.id, fact.citation) for fact in page)
    return [found[key] for key in statement_ids if key in found]


def _page(connection: Connection, conditions: list[ColumnElement[bool]], size: int) -> list[Fact]:
    quote = func.substr(_d.text, _s.start + 1, _s.end - _s.start)
    query = (
        select(
            _s.id, _s.predicate, _s.start, _s.end, _s.confidence, _s.extractor, _s.valid_from, _s.valid_to,
            quote.label("quote"), _d.id.label("document"), _d.uri, _d.external_id, _d.title,
            *(column.label(f"s_{column.name}") for column in _subject.c),
            *(column.label(f"o_{column.name}") for column in _object.c),
        )
        .join(t.documents, _d.id == _s.document_id)
        .join(_subject, _subject.c.id == _s.subject)
        .join(_object, _object.c.id == _s.object)
        .where(*conditions)
        .order_by(_s.id)
        .limit(size)
    )  # fmt: skip
    return [_fact(row._mapping) for row in connection.execute(query)]


def _fact(row: RowMapping) -> Fact:
    get = row.__getitem__
    citation = Citation(
        document_id=get("document"),
        uri=get("uri"),
        external_id=get("external_id"),
        title=get("title"),
        start=get("start"),
        end=get("end"),
        quote=get("quote"),
    )
    ends = []
    for side in ("s", "o"):
        kind = get(f"{side}_value_kind")
        value = Value(kind, get(f"{side}_value_text"), get(f"{side}_value_number"), get(f"{side}_value_unit"))
        ends.append(
            FactEnd(
                mention_id=get(f"{side}_id"),
                text=get(f"{side}_text"),
                type=get(f"{side}_type"),
                start=get(f"{side}_start"),
                end=get(f"{side}_end"),
                node_id=get(f"{side}_node_id"),
                value=value if kind is not None else None,
            )
        )
    return Fact(
        id=get("id"),
        predicate=get("predicate"),
        subject=ends[0],
        object=ends[1],
        citation=citation,
        confidence=get("confidence"),
        extractor=get("extractor"),
        valid_from=get("valid_from"),
        valid_to=get("valid_to"),
    )
