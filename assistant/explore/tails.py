"""What a query returns, groups and orders by, as a shape without names; and how a shape is put on a pattern."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations
from typing import Any

from assistant.explore.patterns import Pattern
from assistant.explore.query import Figure, Item, Query, Term, Test
from kg.graphs.schema import Schema

_NAMES = ("name", "title", "displayname", "screenname", "username", "label", "fullname", "companyname", "text", "id")
ROLES = "TABCDE"
"""What nodes are called in a shape: what is asked for, and its neighbours, nearest first."""

Shape = tuple[Any, ...]
"""Keys, returns, order, distinct, limit, having, tests for null; properties as slots."""


def display(label: str, schema: Schema) -> str:
    """The property that names the things of a label; empty where none does."""
    properties = schema.nodes.get(label, {})
    by_word = {name.replace("_", "").lower(): name for name in properties}
    for wanted in _NAMES[:-2]:
        if wanted in by_word:
            return by_word[wanted]
    named = [name for name in properties if name.lower().endswith(("name", "title"))]
    return named[0] if named else next((name for name, p in properties.items() if p.kind == "text"), "")


@dataclass(frozen=True, slots=True)
class Placed:
    """A shape on a pattern: which node plays which role, and which property fills which slot."""

    shape: Shape
    roles: tuple[int, ...]
    slots: tuple[str, ...]


def place_of(query: Query, schema: Schema, numbers: Sequence[float]) -> Placed:
    """Take the names out of what a query returns.

    Args:
        query: A query whose labels are filled in.
        schema: Of its graph.
        numbers: The numbers that its question holds: a limit is one of them, or fixed.
    """
    roles = _roles(query)
    tested = {(t.of.kind, t.of.at, t.of.property) for t in query.tests if isinstance(t.of, Term)}
    slots: dict[tuple[str, int, str], int] = {}

    def term(one: Term) -> tuple[Any, ...]:
        who: Any = ROLES[roles.index(one.at)] if one.kind == "node" else _edge_role(query, roles, one.at)
        if not one.property:
            return (one.kind, who)
        if one.kind == "node" and one.property == display(query.nodes[one.at].label, schema):
            return (one.kind, who, "N")
        key = (one.kind, one.at, one.property)
        if key in tested and sum(1 for k, a, _ in tested if (k, a) == key[:2]) == 1:
            return (one.kind, who, "C")
        return (one.kind, who, slots.setdefault(key, len(slots)))

    def item(one: Item) -> tuple[Any, ...]:
        if isinstance(one, Term):
            return term(one)
        of = one.of
        if one.function == "count" and not one.distinct and of is not None and not of.property:
            of = None
        return (one.function, term(of) if of else None, one.distinct)

    def number(value: float) -> Any:
        return "said" if value in numbers else value

    nulls = [test for test in query.tests if test.operator.startswith("is ")]
    shape = (
        None if query.keys is None else tuple(map(term, query.keys)),
        tuple(map(item, query.returns)),
        tuple((item(one), descending) for one, descending in query.order),
        query.distinct,
        None if query.limit is None else number(float(query.limit)),
        tuple((item(t.of), t.operator, number(float(t.value))) for t in query.having if isinstance(t.value, float)),
        tuple((term(t.of), t.operator) for t in nulls if isinstance(t.of, Term)),
    )
    return Placed(shape, tuple(roles), tuple(name for _, _, name in slots))


def put(
    placed: Placed,
    pattern: Pattern,
    tests: Sequence[Test],
    limit: float | None,
    having: Sequence[tuple[str, float]],
    schema: Schema,
) -> Query | None:
    """Put a shape on a pattern; None where it does not fit."""
    keys, returns, order, distinct, limited, conditions, nulls = placed.shape
    roles, slots = placed.roles, placed.slots
    base = Query(pattern.nodes, pattern.edges, tuple(tests))

    def term(one: tuple[Any, ...]) -> Term:
        kind, who, *rest = one
        at = roles[ROLES.index(who)] if kind == "node" else _edge_at(base, roles, who)
        if not rest:
            return Term(kind, at)
        (what,) = rest
        if what == "N":
            name = display(pattern.nodes[at].label, schema)
        elif what == "C":
            named = {t.of.property for t in tests if isinstance(t.of, Term) and (t.of.kind, t.of.at) == (kind, at)}
            name = named.pop() if len(named) == 1 else ""
        else:
            name = slots[what]
        if not name:
            raise LookupError
        return Term(kind, at, name)

    def item(one: tuple[Any, ...]) -> Item:
        if one[0] in ("node", "edge"):
            return term(one)
        function, of, unique = one
        return Figure(function, term(of) if of else None, unique)

    if limited == "said" and limit is None:
        return None
    said = list(having)
    tested = []
    try:
        for what, operator, value in conditions:
            if value == "said":
                if not said:
                    return None
                operator, value = said.pop(0)
            tested.append(Test(item(what), operator, float(value)))
        return replace(
            base,
            tests=(*tests, *(Test(term(what), operator) for what, operator in nulls)),
            keys=None if keys is None else tuple(map(term, keys)),
            returns=tuple(map(item, returns)),
            order=tuple((item(what), descending) for what, descending in order),
            distinct=distinct,
            limit=None if limited is None else int(limit if limited == "said" else limited),  # type: ignore[arg-type]
            having=tuple(tested),
        )
    except (LookupError, ValueError):
        return None


def shaped_for(shape: Shape) -> tuple[int, bool, bool]:
    """What a shape needs: how many nodes, a limit that is said, a number of things that is said."""
    text = repr(shape)
    most = max((ROLES.index(role) for role in ROLES if f"'{role}'" in text), default=0)
    edge = max((int(n) for n in "12345" if f"('edge', {n}" in text), default=0)
    return max(most, edge) + 1, shape[4] == "said", any(value == "said" for _, _, value in shape[5])


def castings(pattern: Pattern) -> Iterator[tuple[int, ...]]:
    """Which nodes may play which roles: neighbours before those further off."""
    for order in permutations(range(len(pattern.nodes))):
        away = _distances(pattern, order[0])
        if all(away[a] <= away[b] for a, b in pairwise(order)):
            yield order


def slots_of(shape: Shape) -> list[tuple[int, str, str, str]]:
    """The open slots of a shape: number, "node" or "edge", role, and what for: "key", "return", "order", a function."""
    found: dict[int, tuple[int, str, str, str]] = {}

    def look(one: Any, use: str) -> None:
        if one is None:
            return
        if one[0] in ("node", "edge"):
            if len(one) == 3 and isinstance(one[2], int):
                known = found.get(one[2])
                found[one[2]] = (one[2], one[0], str(one[1]), f"{known[3]} {use}" if known else use)
        else:
            look(one[1], one[0])

    keys, returns, order, _, _, conditions, nulls = shape
    for one in keys or ():
        look(one, "key")
    for one in returns:
        look(one, "return")
    for one, descending in order:
        look(one, "order down" if descending else "order up")
    for one, _, _ in conditions:
        look(one, "having")
    for one, _ in nulls:
        look(one, "null")
    return [found[number] for number in sorted(found)]


def owner_of(kind: str, role: str, roles: Sequence[int], pattern: Pattern) -> tuple[str, int]:
    """The label or type that a slot's property belongs to, and its place; an empty name where there is none."""
    try:
        if kind == "node":
            at = roles[ROLES.index(role)]
            return pattern.nodes[at].label, at
        at = _edge_at(Query(pattern.nodes, pattern.edges), roles, int(role))
        return pattern.edges[at].type, at
    except LookupError:
        return "", -1


# --- roles ---


def _roles(query: Query) -> list[int]:
    items: list[Item] = [*(query.keys or ()), *query.returns, *(item for item, _ in query.order)]
    terms = [one.of if isinstance(one, Figure) else one for one in items]
    target = next((t.at for t in terms if t is not None and t.kind == "node"), 0)
    pattern = Pattern(query.nodes, query.edges)
    away = _distances(pattern, target)
    mentioned = [t.at for t in terms if t is not None and t.kind == "node"]
    order = {at: place for place, at in reversed(list(enumerate(mentioned)))}
    return sorted(range(len(query.nodes)), key=lambda at: (away[at], order.get(at, 99), at))


def _distances(pattern: Pattern, start: int) -> list[int]:
    away = [9] * len(pattern.nodes)
    away[start] = 0
    for _ in pattern.nodes:
        for edge in pattern.edges:
            a, b = away[edge.start], away[edge.end]
            away[edge.start], away[edge.end] = min(a, b + 1), min(b, a + 1)
    return away


def _edge_role(query: Query, roles: Sequence[int], at: int) -> int:
    return _edge_order(query, roles).index(at) + 1


def _edge_at(query: Query, roles: Sequence[int], role: int) -> int:
    return _edge_order(query, roles)[role - 1]


def _edge_order(query: Query, roles: Sequence[int]) -> list[int]:
    number = {at: place for place, at in enumerate(roles)}
    return sorted(
        range(len(query.edges)),
        key=lambda k: (sorted((number[query.edges[k].start], number[query.edges[k].end])), k),
    )
