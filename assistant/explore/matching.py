"""Reads patterns, and what is said of the rows that they find."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

from assistant.explore.query import Absent, Edge, Figure, Function, Item, Node, Term, Test
from assistant.explore.tokens import Tokens, bare
from kg.errors import QueryError

_FUNCTIONS = ("count", "sum", "avg", "min", "max", "collect")


@dataclass
class Matching(Tokens):
    """What was read of a query so far."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)
    names: dict[str, Item] = field(default_factory=dict)

    # --- patterns ---

    def pattern(self) -> None:
        """Read a path."""
        if self.now[0] == "name" and self.tokens[self.at + 1][1] == "=":
            raise QueryError("named paths are not read")
        node = self.node()
        while self.now[1] in ("-", "<-"):
            node = self.edge(node)

    def node(self) -> int:
        """Read a node, and return its place."""
        self.expect("(")
        name = self.name() if self.now[0] == "name" else ""
        label = ""
        while self.symbol(":"):
            if label:
                raise QueryError("two labels are not read")
            label = self.name()
            if self.now[1] in ("|", "&"):
                raise QueryError("two labels are not read")
        known = self.names.get(name) if name else None
        if isinstance(known, Term) and known.kind == "node" and not known.property:
            at = known.at
            if label and not self.nodes[at].label:
                self.nodes[at] = Node(label)
        else:
            at = len(self.nodes)
            self.nodes.append(Node(label))
            if name:
                self.names[name] = Term("node", at)
        self.properties(Term("node", at))
        self.expect(")")
        return at

    def properties(self, of: Term) -> None:
        """Read conditions in braces."""
        if not self.symbol("{"):
            return
        while not self.symbol("}"):
            name = self.name()
            self.expect(":")
            self.tests.append(Test(replace(of, property=name), "=", self.value()))
            self.symbol(",")

    def edge(self, start: int) -> int:
        """Read a relationship and the node at its other end."""
        backward = self.symbol("<-")
        if not backward:
            self.expect("-")
        name = kind = ""
        place = len(self.edges)
        self.edges.append(Edge("", start, start))
        if self.symbol("["):
            if self.now[0] == "name":
                name = self.name()
            if self.symbol(":"):
                kind = self.name()
                if self.now[1] == "|":
                    raise QueryError("alternatives are not read")
            if self.now[1] == "*":
                raise QueryError("paths of any length are not read")
            self.properties(Term("edge", place))
            self.expect("]")
        forward = not backward and self.symbol("->")
        if not forward:
            self.expect("-")
        end = self.node()
        known = self.names.get(name) if name else None
        if known is not None:
            raise QueryError("a relationship that is known is not read")
        if name:
            self.names[name] = Term("edge", place)
        ends = (end, start) if backward else (start, end)
        self.edges[place] = Edge(kind, *ends, both=not backward and not forward)
        return end

    # --- expressions ---

    def item(self) -> Item:
        """Read what is returned, ordered by or compared."""
        kind, word = self.take()
        if kind != "name":
            raise QueryError(f"{word!r} is not read")
        if self.now[1] == "(":
            return self.figure(word.lower())
        known = self.names.get(bare(word))
        if known is None:
            raise QueryError(f"{word} is not known")
        if self.symbol("."):
            if not isinstance(known, Term) or known.property:
                raise QueryError("a property of a property is not read")
            known = replace(known, property=self.name())
        if self.now[1] in ("[", "+", "-", "*", "/", "%"):
            raise QueryError("arithmetic is not read")
        return known

    def figure(self, function: str) -> Item:
        """Read the arguments of a function over rows."""
        self.expect("(")
        if function == "exists":
            raise QueryError("exists is not read")
        distinct = self.word("DISTINCT")
        if function == "count" and self.symbol("*"):
            of = None
        else:
            inner = self.item()
            if not isinstance(inner, Term) or function not in _FUNCTIONS:
                raise QueryError(f"{function} is not read")
            of = inner
        self.expect(")")
        if function not in _FUNCTIONS:
            raise QueryError(f"{function} is not read")
        if self.now[1] in ("[", "+", "-", "*", "/"):
            raise QueryError("arithmetic is not read")
        return Figure(cast(Function, function), of, distinct)
