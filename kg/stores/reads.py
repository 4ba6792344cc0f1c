"""What the port asks of the graph for one viewer. The filter by readers is inside every statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kg.types import EntityNode, Readers, Viewer

Read = Callable[[str, Mapping[str, Any]], list[list[Any]]]
Fact = tuple[str, str, str, float]


def _sees(variable: str) -> str:
    return f"($everything OR any(g IN {variable}.groups WHERE g IN $groups))"


def _by(viewer: Viewer, **more: Any) -> dict[str, Any]:
    return {"everything": viewer.everything, "groups": viewer.parameter, **more}


def find_entity(read: Read, entity_id: str, viewer: Viewer) -> EntityNode | None:
    """Return one entity, or None where there is none that the viewer may see."""
    rows = read(
        f"MATCH (e:Entity {{id: $id}}) WHERE {_sees('e')} "
        "RETURN e.id, labels(e), e.name, e.aliases, e.groups, e.mentions",
        _by(viewer, id=entity_id),
    )
    for identifier, labels, name, aliases, groups, mentions in rows:
        kind = min((label for label in labels if label != "Entity"), default="Entity")
        return EntityNode(identifier, kind, name, tuple(aliases), Readers.of(groups), mentions)
    return None


def find_neighbours(read: Read, entity_ids: Sequence[str], viewer: Viewer, limit: int) -> list[Fact]:
    """Return visible edges at these entities, strongest first, parallel edges folded into one.

    Args:
        read: Runs a statement.
        entity_ids: Where to look.
        viewer: Who asks.
        limit: How many edges.

    Returns:
        (subject id, predicate, object id, highest visible confidence).
    """
    order = f"ORDER BY confidence DESC, s, p, o LIMIT {int(limit)}"
    fold = "max(r.confidence) AS confidence"
    parameters = _by(viewer, ids=sorted(set(entity_ids)))
    outwards = (
        f"UNWIND $ids AS i MATCH (n:Entity {{id: i}})-[r]->(m) WHERE {_sees('r')} "
        f"RETURN i AS s, type(r) AS p, m.id AS o, {fold} {order}"
    )
    inwards = (
        f"UNWIND $ids AS i MATCH (n:Entity {{id: i}})<-[r]-(m:Entity) WHERE {_sees('r')} "
        f"RETURN m.id AS s, type(r) AS p, i AS o, {fold} {order}"
    )
    facts = {(s, p, o): c for statement in (outwards, inwards) for s, p, o, c in read(statement, parameters)}
    return sorted(((*fact, c) for fact, c in facts.items()), key=lambda f: (-f[3], f[:3]))[:limit]


def find_paths(read: Read, start: str, end: str, viewer: Viewer, longest: int, limit: int) -> list[tuple[str, ...]]:
    """Return the shortest visible paths between two entities, by a breadth-first search from both ends.

    Args:
        read: Runs a statement.
        start: Where paths begin.
        end: Where they end.
        viewer: Who asks; every entity and edge on a path is visible to him.
        longest: Most edges on a path.
        limit: How many paths.

    Returns:
        All paths of the least length, in the order of their text, `limit` at most: alternating ids and predicates, "<"
        before a predicate that is walked backwards. None where start and end are one, or not visible.
    """
    if start == end or any(find_entity(read, one, viewer) is None for one in (start, end)):
        return []
    # steps[n] = (predicate with direction, neighbour) of every entity that was expanded
    steps: dict[str, set[tuple[str, str]]] = {}
    reached: tuple[dict[str, int], dict[str, int]] = ({start: 0}, {end: 0})
    fronts: list[set[str]] = [{start}, {end}]
    depth = [0, 0]
    while sum(depth) < longest and all(fronts) and not reached[0].keys() & reached[1].keys():
        side = 0 if len(fronts[0]) <= len(fronts[1]) else 1
        _expand(read, fronts[side] - steps.keys(), viewer, steps)
        depth[side] += 1
        fronts[side] = {m for n in fronts[side] for _, m in steps.get(n, ())} - reached[side].keys()
        reached[side].update(dict.fromkeys(fronts[side], depth[side]))
    if not reached[0].keys() & reached[1].keys():
        return []
    return _walk(start, end, steps, reached, sum(depth), limit)


def _expand(read: Read, ids: Iterable[str], viewer: Viewer, steps: dict[str, set[tuple[str, str]]]) -> None:
    parameters = _by(viewer, ids=sorted(ids))
    for arrow, mark in (("-[r]->", ""), ("<-[r]-", "<")):
        statement = (
            f"UNWIND $ids AS i MATCH (n:Entity {{id: i}}){arrow}(m:Entity) WHERE {_sees('r')} "
            "RETURN DISTINCT i, type(r), m.id"
        )
        for one, predicate, other in read(statement, parameters):
            steps.setdefault(one, set()).add((mark + predicate, other))


def _walk(
    start: str,
    end: str,
    steps: Mapping[str, set[tuple[str, str]]],
    reached: tuple[Mapping[str, int], Mapping[str, int]],
    length: int,
    limit: int,
) -> list[tuple[str, ...]]:
    """List the paths of this length in order, going only where the end can still be reached in time."""
    # whichever end an edge was seen from, it can be walked from both
    both: dict[str, set[tuple[str, str]]] = {}
    for one, ways in steps.items():
        for predicate, other in ways:
            turned = predicate[1:] if predicate.startswith("<") else "<" + predicate
            both.setdefault(one, set()).add((predicate, other))
            both.setdefault(other, set()).add((turned, one))
    left = {end: 0}  # edges from here to the end
    front = {end}
    for distance in range(1, length + 1):
        front = {m for n in front for _, m in both.get(n, ())} - left.keys()
        left.update(dict.fromkeys(front, distance))
    found: list[tuple[str, ...]] = []
    stack: list[tuple[str, ...]] = [(start,)]
    while stack and len(found) < limit:
        path = stack.pop()
        if path[-1] == end:
            found.append(path)
            continue
        remaining = length - len(path) // 2
        onwards = sorted(both.get(path[-1], ()), reverse=True)
        stack += [(*path, p, m) for p, m in onwards if left.get(m, length) == remaining - 1]
    return found
