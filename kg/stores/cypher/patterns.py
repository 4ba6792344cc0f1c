"""Patterns of the read-only part of Cypher: nodes, relationships, paths, labels."""

from __future__ import annotations

from abc import ABC, abstractmethod

from kg.errors import QueryError
from kg.stores.cypher.parser import Parser


class Patterns(Parser, ABC):
    """Patterns; expressions inside them are the subclass's."""

    def __init__(self, cypher: str) -> None:
        super().__init__(cypher)
        self._path_ends: dict[int, int | None] = {}  # where a pattern inside an expression that begins here ends

    @abstractmethod
    def expression(self) -> None:
        """Any expression."""

    @abstractmethod
    def map(self) -> None:
        """A map in braces."""

    def patterns(self) -> None:
        """What follows MATCH."""
        self._pattern()
        while self.symbol(","):
            self._pattern()

    def _pattern(self) -> None:
        if self.now.kind in ("word", "name") and self.ahead().text == "=":
            self.variable()
            self.expect("=")
        if self.now.upper in ("SHORTESTPATH", "ALLSHORTESTPATHS"):
            self.index += 1
            self.expect("(")
            self.nested(self.chain)
            self.expect(")")
            return
        if self.word("ANY") or self.word("ALL"):
            self.word("SHORTEST")
        elif self.word("SHORTEST") and self.now.kind == "number":
            self.index += 1
        self.chain()

    def path(self) -> bool:
        """A pattern with a relationship inside an expression, if one comes next.

        Whether it does is decided once for a place, so that nested brackets do not multiply the attempts.
        """
        start, depth = self.index, self.depth
        if start not in self._path_ends:
            end: int | None = None
            try:
                if self.chain():
                    end = self.index
            except QueryError:
                end = None
            self._path_ends[start] = end
            self.depth = depth
        found = self._path_ends[start]
        self.index = start if found is None else found
        return found is not None

    def chain(self) -> bool:
        """Nodes and relationships in turn; says whether there was a relationship."""
        grouped = self.element()
        any_relationship = grouped
        while True:
            if self.relationship():
                any_relationship = True
                grouped = self.element()
            elif grouped and self.now.text == "(" and self.now.kind == "symbol":
                grouped = self.element()
            else:
                return any_relationship

    def element(self) -> bool:
        """A node, or a pattern in brackets that may be repeated; says whether it was the latter."""
        self.expect("(")
        if self.now.text == "(" or (self.now.kind in ("word", "name") and self.ahead().text == "="):
            self.nested(self._group)
            self.expect(")")
            self.quantifier()
            return True
        self.nested(self._node)
        self.expect(")")
        return False

    def _group(self) -> None:
        self._pattern()
        self._condition()

    def _node(self) -> None:
        if self.now.kind == "name" or (self.now.kind == "word" and self.now.upper not in ("WHERE", "IS")):
            self.variable()
        self._labels_and_properties()

    def _labels_and_properties(self) -> None:
        self.labels()
        if self.now.text == "{" and self.now.kind == "symbol":
            self.map()
        elif self.now.kind == "parameter":
            self.index += 1
        self._condition()

    def _condition(self) -> None:
        if self.word("WHERE"):
            self.expression()

    def relationship(self) -> bool:
        """A relationship, if one comes next."""
        start = self.index
        self.symbol("<")
        if not self.symbol("-"):
            self.index = start
            return False
        if self.symbol("["):
            self.nested(self._relationship_inside)
            self.expect("]")
        if not self.symbol("-"):
            self.index = start
            return False
        self.symbol(">")
        self.quantifier()
        return True

    def _relationship_inside(self) -> None:
        if self.now.kind == "name" or (self.now.kind == "word" and self.now.upper not in ("WHERE", "IS")):
            self.variable()
        self.labels()
        if self.symbol("*"):
            self._number()
            if self.symbol(".."):
                self._number()
        self._labels_and_properties()

    def _number(self) -> None:
        if self.now.kind == "number":
            self.index += 1

    def quantifier(self) -> None:
        """`+`, `*` or `{1,3}` after a relationship or a pattern in brackets."""
        if self.symbol("+") or self.symbol("*"):
            return
        if self.now.text == "{" and (self.ahead().kind == "number" or self.ahead().text == ","):
            self.index += 1
            self._number()
            if self.symbol(","):
                self._number()
            self.expect("}")

    def labels(self) -> None:
        """`:A`, `:A:B`, `:A|B&!C`, `:%`, if one comes next."""
        while self.symbol(":"):
            self._label_expression()

    def _label_expression(self) -> None:
        self._label()
        while self.symbol("|") or self.symbol("&"):
            self.symbol(":")
            self._label()

    def _label(self) -> None:
        while self.symbol("!"):
            pass
        if self.symbol("("):
            self.nested(self._label_expression)
            self.expect(")")
        elif not self.symbol("%"):
            self.any_name()
