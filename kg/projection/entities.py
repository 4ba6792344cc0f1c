"""Reading entities out of the ledger as every viewer may see them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from kg.fusion.local import row_of
from kg.fusion.naming import display_name
from kg.ledger import schema as t
from kg.ledger.deltas import batched
from kg.types import EntityNode, Readers, SpanKind


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """An entity with every name that somebody uses for it.

    Attributes:
        node: What stands in the graph.
        aliases: Name, who may know that it is one, and how often these see it.
    """

    node: EntityNode
    aliases: tuple[tuple[str, Readers, int], ...]


def named_entities(connection: Connection, entity_ids: Iterable[str]) -> dict[str, NamedEntity]:
    """Read entities that have a name; those without one, and those that are gone, are left out.

    The name, type and readers of an entity come from the documents of its birth stratum alone: the ones whose readers
    cover all others, so that everybody who may see the entity may see those.
    """
    members: dict[str, list[tuple[str, str, str, str | None]]] = defaultdict(list)
    names: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    local_, m = t.locals_.c, t.mentions.c
    for batch in batched(sorted(set(entity_ids))):
        columns = local_.entity_id, local_.readers, local_.type, local_.family, local_.key
        for entity, *about in connection.execute(select(*columns).where(local_.entity_id.in_(batch))):
            members[entity].append(tuple(about))
        query = (
            select(m.node_id, m.text, local_.readers, m.kind, func.count())
            .join(t.locals_, local_.id == m.local_id)
            .where(m.node_id.in_(batch))
            .group_by(m.node_id, m.text, local_.readers, m.kind)
        )
        for entity, text, readers, kind, count in connection.execute(query):
            seen[entity][readers] += count
            if kind == SpanKind.NAME.value:
                names[entity][" ".join(text.split()), readers] += count
    assembled = (_assemble(entity, members[entity], names[entity], seen[entity]) for entity in members)
    return {entity.node.id: entity for entity in assembled if entity is not None}


def _assemble(
    entity: str, members: list[tuple[str, str, str, str | None]], names: Counter[tuple[str, str]], seen: Counter[str]
) -> NamedEntity | None:
    keys = {readers: Readers.from_key(readers) for readers, *_ in members}
    birth = min(keys, key=lambda key: (-sum(keys[key].covers(other) for other in keys.values()), key))
    born = {text: count for (text, readers), count in names.items() if readers == birth}
    if not born:  # a row that is referred to by its key alone: it is not there, or not for all who read of it
        born = {row_of(key): seen[birth] for readers, _, _, key in members if readers == birth and key}
        names = Counter({**names, **{(text, birth): count for text, count in born.items()}})
    if not born:  # what only narrower readers call it is not for all who see it
        return None
    types = Counter((kind, family) for readers, kind, family, _ in members if readers == birth)
    kind, family = min(types, key=lambda pair: (-types[pair], pair))
    node = EntityNode(
        id=entity,
        type=kind,
        name=display_name(family, born),
        aliases=tuple(sorted(born)),
        readers=keys[birth],
        mentions=seen[birth],
    )
    aliases = tuple((text, keys[readers], count) for (text, readers), count in sorted(names.items()))
    return NamedEntity(node, aliases)
