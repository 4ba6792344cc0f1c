"""Queries that ask the same of a schema, as one value."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

from assistant.explore.query import Edge, Figure, Item, Node, Query, Term, Test
from kg.graphs.schema import Schema

_MOST_NODES = 6


def canonical(query: Query, schema: Schema) -> tuple[Any, ...]:
    """A value that queries share which say the same in other words.

    Labels that the schema implies are filled in, relationships have the one direction that it allows, conditions have
    no order, nodes have no names, rows are counted alike whatever of a row is counted, and DISTINCT falls where rows
    are distinct anyway.
    """
    query = implied(query, schema)
    grouped = any(isinstance(item, Figure) for item in query.returns)
    if query.keys is None and grouped:
        query = replace(query, distinct=False)
    if len(query.nodes) > _MOST_NODES:
        return _written(query, tuple(range(len(query.nodes))))
    # any numbering of the nodes is the same query: the least one stands for all
    return min((_written(query, order) for order in permutations(range(len(query.nodes)))), key=repr)


def same(left: Query, right: Query, schema: Schema) -> bool:
    """Whether two queries ask the same of a schema."""
    return canonical(left, schema) == canonical(right, schema)


def implied(query: Query, schema: Schema) -> Query:
    """A query with what the schema implies: labels, types and directions that are the only possible ones."""
    nodes, edges = list(query.nodes), list(query.edges)
    for _ in range(len(edges) + 1):
        for place, edge in enumerate(edges):
            ways = _ways(nodes, edge, schema)
            kinds = {kind for kind, _, _, _ in ways}
            if not edge.type and len(kinds) == 1:
                edge = replace(edge, type=kinds.pop())
            turned = {turn for _, turn, _, _ in ways}
            if edge.both and len(turned) == 1 and not (nodes[edge.start].label == nodes[edge.end].label != ""):
                start, end = (edge.end, edge.start) if turned == {True} else (edge.start, edge.end)
                edge = replace(edge, start=start, end=end, both=False)
            edges[place] = edge
            if not edge.both:
                for at, labels in ((edge.start, {a for _, _, a, _ in ways}), (edge.end, {b for _, _, _, b in ways})):
                    if not nodes[at].label and len(labels) == 1:
                        nodes[at] = Node(labels.pop())
    return replace(query, nodes=tuple(nodes), edges=tuple(edges))


def _ways(nodes: list[Node], edge: Edge, schema: Schema) -> list[tuple[str, bool, str, str]]:
    """How a relationship can stand in the schema: type, whether turned round, labels that it leads from and to."""
    found = []
    first, second = nodes[edge.start].label, nodes[edge.end].label
    for start, kind, end in schema.ends:
        if edge.type and kind != edge.type:
            continue
        if first in ("", start) and second in ("", end):
            found.append((kind, False, start, end))
        if edge.both and first in ("", end) and second in ("", start):
            found.append((kind, True, start, end))
    return found


def _written(query: Query, order: tuple[int, ...]) -> tuple[Any, ...]:
    number = {old: new for new, old in enumerate(order)}

    def edge(one: Edge) -> tuple[Any, ...]:
        ends = (number[one.start], number[one.end])
        return (one.type, *(sorted(ends) if one.both else ends), one.both)

    edges = sorted(((edge(one), place) for place, one in enumerate(query.edges)), key=repr)
    edge_number = {place: new for new, (_, place) in enumerate(edges)}

    def term(one: Term | None) -> tuple[Any, ...]:
        if one is None:
            return ()
        return (one.kind, (number if one.kind == "node" else edge_number)[one.at], one.property)

    def item(one: Item) -> tuple[Any, ...]:
        if isinstance(one, Term):
            return term(one)
        of = one.of
        if one.function == "count" and not one.distinct and of is not None and not of.property:
            of = None  # a row has all of its nodes and relationships
        return (one.function, term(of), one.distinct)

    def test(one: Test) -> tuple[Any, ...]:
        return (item(one.of), one.operator, _value(one.value), one.lower)

    return (
        tuple(query.nodes[old].label for old in order),
        tuple(one for one, _ in edges),
        tuple(sorted({test(one) for one in query.tests}, key=repr)),
        tuple(sorted(((number[a.at], a.type, a.outward, a.label, a.tests) for a in query.absent), key=repr)),
        None if query.keys is None else tuple(sorted(map(term, query.keys), key=repr)),
        tuple(sorted({test(one) for one in query.having}, key=repr)),
        tuple(item(one) for one in query.returns),
        query.distinct,
        tuple((item(one), descending) for one, descending in query.order),
        query.limit,
    )


def _value(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return ("truth", str(value))
    if isinstance(value, (int, float)):
        return ("number", float(value))
    if isinstance(value, tuple):
        if len(value) == 2 and value[0] == "datetime" and isinstance(value[1], str):
            return ("datetime", value[1].removesuffix("Z").removesuffix("T00:00:00"))  # midnight, in UTC
        return tuple(map(_value, value))
    return ("text", value)
