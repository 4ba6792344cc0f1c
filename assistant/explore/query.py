"""Queries over a property graph as values: a pattern, conditions, what is grouped, returned and ordered.

This is what questions are read as where the graph is not of our making: labels, relationship types and properties stand
for themselves. `text` writes Cypher; `reading.py` reads it back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Function = Literal["count", "sum", "avg", "min", "max", "collect"]
Literal_ = str | float | bool | None | tuple["Literal_", ...]
"""A literal; a tuple is a list, or a call of date or datetime: ("date", "2019-01-01")."""

CALLS = ("date", "datetime")


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the pattern; without a label it may be any."""

    label: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship of the pattern between two of its nodes, by their places; `both` where either way will do."""

    type: str
    start: int
    end: int
    both: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A node or relationship of the pattern, or a property of it."""

    kind: Literal["node", "edge"]
    at: int
    property: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A function over the rows of a group; `count` without a term counts rows."""

    function: Function
    of: Term | None = None
    distinct: bool = False


Item = Term | Figure


@dataclass(frozen=True, slots=True)
class Test:
    """A condition: =, <>, <, >, <=, >=, contains, starts with, ends with, in, is null, is not null."""

    __test__ = False  # no class of tests, for pytest

    of: Item
    operator: str
    value: Literal_ = None
    lower: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """That a node has no relationship of a kind."""

    at: int
    type: str
    outward: bool
    label: str = ""
    tests: tuple[tuple[str, str, Literal_], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A query.

    Attributes:
        nodes: Nodes of the pattern.
        edges: Its relationships.
        tests: Conditions on what matches, all of which hold.
        absent: What may not be there.
        keys: What rows are grouped by before they are returned; None where returning groups them, if anything does.
        having: Conditions on figures of a group.
        returns: What is returned.
        distinct: Equal rows once.
        order: By what, and whether the greatest comes first.
        limit: Most rows.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    tests: tuple[Test, ...] = ()
    absent: tuple[Absent, ...] = ()
    keys: tuple[Term, ...] | None = None
    having: tuple[Test, ...] = ()
    returns: tuple[Item, ...] = ()
    distinct: bool = False
    order: tuple[tuple[Item, bool], ...] = ()
    limit: int | None = None


def text(query: Query) -> str:
    """Write a query in Cypher, names quoted where they need it, literals in the text."""
    return _Writer(query).write()


class _Writer:
    def __init__(self, query: Query) -> None:
        self._query = query
        taken: set[str] = set()
        self._nodes = [_variable(node.label or "n", taken) for node in query.nodes]
        self._edges = [_variable(edge.type or "r", taken) for edge in query.edges]
        self._figures: dict[Figure, str] = {}

    def write(self) -> str:
        query = self._query
        lines = [f"MATCH {self._pattern()}"]
        where = [self._test(test) for test in query.tests] + [self._absent(absent) for absent in query.absent]
        if where:
            lines.append(f"WHERE {' AND '.join(where)}")
        distinct = "DISTINCT " if query.distinct else ""
        if query.keys is None:
            returned = ", ".join(self._named(item) for item in query.returns)
            return "\n".join([*lines, f"RETURN {distinct}{returned}", *self._tail()])
        figures = dict.fromkeys(
            item
            for item in (*query.returns, *(t.of for t in query.having), *(i for i, _ in query.order))
            if isinstance(item, Figure)
        )
        lines.append("WITH " + ", ".join([*map(self._term, query.keys), *map(self._named, figures)]))
        self._figures = {figure: self._alias(figure) for figure in figures}
        if query.having:
            lines.append(f"WHERE {' AND '.join(self._test(test) for test in query.having)}")
        lines.append(f"RETURN {distinct}" + ", ".join(self._item(item) for item in query.returns))
        return "\n".join([*lines, *self._tail()])

    def _tail(self) -> list[str]:
        query, lines = self._query, []
        if query.order:
            order = [f"{self._item(item)}{' DESC' if descending else ''}" for item, descending in query.order]
            lines.append(f"ORDER BY {', '.join(order)}")
        if query.limit is not None:
            lines.append(f"LIMIT {query.limit}")
        return lines

    def _pattern(self) -> str:
        query = self._query
        said: set[int] = set()
        chains: list[str] = []
        left = list(range(len(query.edges)))
        tail = -1
        while left:
            place = next((k for k in left if tail in (query.edges[k].start, query.edges[k].end)), left[0])
            edge = query.edges[place]
            if tail not in (edge.start, edge.end):
                tail = edge.end if edge.end in said and edge.start not in said else edge.start
                chains.append(self._node(tail, said))
            onward = tail == edge.start
            tail = edge.end if onward else edge.start
            name = self._edges[place] if self._uses_edge(place) else ""
            inside = f"[{name}{':' + quoted(edge.type) if edge.type else ''}]"
            left_, right = ("-", "-") if edge.both else ("-", "->") if onward else ("<-", "-")
            chains[-1] += f"{left_}{inside}{right}{self._node(tail, said)}"
            left.remove(place)
        chains += [self._node(at, said) for at in range(len(query.nodes)) if at not in said]
        return ", ".join(chains)

    def _node(self, at: int, said: set[int]) -> str:
        label = self._query.nodes[at].label
        first = at not in said
        said.add(at)
        return f"({self._nodes[at]}{':' + quoted(label) if label and first else ''})"

    def _uses_edge(self, place: int) -> bool:
        query = self._query
        items: list[Item] = [*query.returns, *(query.keys or ()), *(item for item, _ in query.order)]
        items += [test.of for test in (*query.tests, *query.having)]
        terms = [item.of if isinstance(item, Figure) else item for item in items]
        return any(term is not None and term.kind == "edge" and term.at == place for term in terms)

    def _test(self, test: Test) -> str:
        of = self._item(test.of)
        if test.lower:
            of = f"toLower({of})"
        if test.operator.startswith("is "):
            return f"{of} {test.operator.upper()}"
        return f"{of} {test.operator.upper()} {literal(test.value)}"

    def _absent(self, absent: Absent) -> str:
        tests = ", ".join(f"{quoted(name)}: {literal(value)}" for name, _, value in absent.tests)
        inside = f"{':' + quoted(absent.label) if absent.label else ''}{f' {{{tests}}}' if tests else ''}"
        left, right = ("-", "->") if absent.outward else ("<-", "-")
        return f"NOT ({self._nodes[absent.at]}){left}[:{quoted(absent.type)}]{right}({inside.strip()})"

    def _item(self, item: Item) -> str:
        if isinstance(item, Term):
            return self._term(item)
        if item in self._figures:
            return self._figures[item]
        return f"{item.function}({'DISTINCT ' if item.distinct else ''}{self._term(item.of) if item.of else '*'})"

    def _named(self, item: Item) -> str:
        return f"{self._item(item)} AS {self._alias(item)}" if isinstance(item, Figure) else self._item(item)

    def _alias(self, figure: Figure) -> str:
        of = figure.of
        said = "" if of is None else of.property or (self._nodes if of.kind == "node" else self._edges)[of.at]
        return figure.function + "".join(c for c in said[:1].upper() + said[1:] if c.isalnum() or c == "_")

    def _term(self, term: Term) -> str:
        name = (self._nodes if term.kind == "node" else self._edges)[term.at]
        return f"{name}.{quoted(term.property)}" if term.property else name


def quoted(name: str) -> str:
    """A name as Cypher reads it, in backticks where it is not a plain word."""
    plain = name.replace("_", "a")
    return name if plain.isalnum() and not plain[0].isdigit() else f"`{name.replace('`', '``')}`"


def literal(value: Literal_) -> str:
    """A literal as Cypher reads it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + json.dumps(value, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    if isinstance(value, tuple):
        if len(value) == 2 and value[0] in CALLS:
            return f"{value[0]}({literal(value[1])})"
        return f"[{', '.join(map(literal, value))}]"
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _variable(name: str, taken: set[str]) -> str:
    word = "".join(c for c in name if c.isalnum() or c == "_").lower() or "n"
    word = f"n{word}" if word[0].isdigit() else word
    candidates: Sequence[str] = [word[:1], *(f"{word[:1]}{n}" for n in range(2, 50))]
    found = next(candidate for candidate in candidates if candidate not in taken)
    taken.add(found)
    return found
