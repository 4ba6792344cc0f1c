"""Expressions of the read-only part of Cypher."""

from __future__ import annotations

from abc import abstractmethod

from kg.stores.cypher.allowed import FUNCTIONS, words
from kg.stores.cypher.patterns import Patterns

_COMPARISONS = ("=", "<>", "<", ">", "<=", ">=", "=~")
_TYPES = words(
    "BOOL BOOLEAN STRING VARCHAR INT INTEGER FLOAT LIST MAP NODE VERTEX RELATIONSHIP EDGE PATH DATE ANY NULL"
)


class Expressions(Patterns):
    """Expressions, the loosest binding first; how tightly operators bind does not matter here."""

    def expression(self) -> None:
        """Any expression."""
        self._negation()
        while self.now.upper in ("OR", "XOR", "AND"):
            self.index += 1
            self._negation()

    def _negation(self) -> None:
        while self.word("NOT"):
            pass
        self._sum()
        while True:
            if self.now.kind == "symbol" and self.now.text in _COMPARISONS:
                self.index += 1
            elif self.word("STARTS") or self.word("ENDS"):
                self.expect_word("WITH")
            elif self.word("IS"):
                self._is_what()
                continue
            elif not (self.word("CONTAINS") or self.word("IN")):
                return
            self._sum()

    def _is_what(self) -> None:
        self.word("NOT")
        if self.word("NULL"):
            return
        if not (self.symbol("::") or self.word("TYPED")):
            self.fail("NULL or a type should stand here")
        if self.now.upper not in _TYPES:
            self.fail("a type should stand here")
        self.index += 1
        if self.symbol("<"):
            if self.now.upper not in _TYPES:
                self.fail("a type should stand here")
            self.index += 1
            self.expect(">")
        if self.word("NOT"):
            self.expect_word("NULL")

    def _sum(self) -> None:
        self._signed()
        while self.now.kind == "symbol" and self.now.text in ("+", "-", "||", "*", "/", "%", "^"):
            self.index += 1
            self._signed()

    def _signed(self) -> None:
        while self.symbol("+") or self.symbol("-"):
            pass
        self._atom()
        while True:
            if self.symbol("."):
                self.any_name()
            elif self.symbol("["):
                self.nested(self._subscript)
                self.expect("]")
            elif self.now.text == ":" and self.now.kind == "symbol":
                self.labels()
            else:
                return

    def _subscript(self) -> None:
        if not self.symbol(".."):
            self.expression()
            if not self.symbol(".."):
                return
        if self.now.text != "]":
            self.expression()

    def _atom(self) -> None:
        token = self.now
        if token.kind in ("number", "string", "parameter") or token.upper in ("TRUE", "FALSE", "NULL"):
            self.index += 1
        elif token.text == "(" and token.kind == "symbol":
            if not self.path():
                self.index += 1
                self.nested(self.expression)
                self.expect(")")
        elif self.symbol("["):
            self.nested(self._list_or_comprehension)
            self.expect("]")
        elif token.text == "{" and token.kind == "symbol":
            self.map()
        elif self.word("CASE"):
            self.nested(self._case)
        elif token.kind == "word" and (self.ahead().text == "(" or self.is_dotted_call()):
            self._function()
        elif token.upper in ("EXISTS", "COUNT", "COLLECT") and self.ahead().text == "{":
            self.index += 2
            self.nested(self.subquery)
            self.expect("}")
        else:
            self.variable()
            if self.now.text == "{" and self.now.kind == "symbol":
                self.index += 1
                self.nested(self._map_projection)
                self.expect("}")

    @abstractmethod
    def subquery(self) -> None:
        """What stands in the braces of EXISTS, COUNT and COLLECT."""

    def is_dotted_call(self) -> bool:
        """Whether a word begins the dotted name of a function: `duration.between(`."""
        step = 1
        while self.ahead(step).text == "." and self.ahead(step + 1).kind in ("word", "name"):
            step += 2
        return step > 1 and self.ahead(step).text == "(" and self.ahead(step).kind == "symbol"

    def _function(self) -> None:
        name = self.plain_name().lower()
        self.expect("(")
        if name in ("shortestpath", "allshortestpaths"):
            self.nested(self.chain)
        elif name == "reduce":
            self.nested(self._reduction)
        elif name not in FUNCTIONS:
            self.index -= 2
            self.fail(f"the function {name} is not among those that may be called")
        elif name in ("all", "any", "none", "single") and self.ahead().upper == "IN":
            self.nested(self._filtered)
        elif not (name == "count" and self.symbol("*")):
            self.word("DISTINCT")
            self.arguments(")")
            return
        self.expect(")")

    def arguments(self, end: str) -> None:
        """Expressions between commas, and the bracket that ends them."""
        if self.symbol(end):
            return
        self.nested(self._listed)
        self.expect(end)

    def _listed(self) -> None:
        self.expression()
        while self.symbol(","):
            self.expression()

    def _reduction(self) -> None:
        self.variable()
        self.expect("=")
        self.expression()
        self.expect(",")
        self._filtered()
        self.expect("|")
        self.expression()

    def _filtered(self) -> None:
        self.variable()
        self.expect_word("IN")
        self.expression()
        if self.word("WHERE"):
            self.expression()

    def _list_or_comprehension(self) -> None:
        if self.now.text == "]":
            return
        if self.now.kind in ("word", "name") and self.ahead().upper == "IN":
            # `[x IN xs WHERE ... | ...]`; `[x IN xs]` alone may also be a list of one truth value, which parses alike
            self._filtered()
            while self.symbol(","):
                self.expression()
        elif self.now.kind in ("word", "name") and self.ahead().text == "=" and self.ahead(2).text == "(":
            self._comprehended_path()
            return
        elif self.now.text == "(" and self.path():
            if self.word("WHERE"):
                self.expression()
            if self.now.text == "]" or self.now.text == ",":
                self._rest_of_list()
                return
        else:
            self._listed()
            return
        if self.symbol("|"):
            self.expression()

    def _rest_of_list(self) -> None:
        while self.symbol(","):
            self.expression()

    def _comprehended_path(self) -> None:
        start = self.index
        self.index += 2
        if self.path():
            if self.word("WHERE"):
                self.expression()
            self.expect("|")
            self.expression()
        else:
            self.index = start
            self._listed()

    def map(self) -> None:
        """A map in braces."""
        self.expect("{")
        self.nested(self._pairs)
        self.expect("}")

    def _pairs(self) -> None:
        if self.now.text == "}":
            return
        while True:
            self.any_name()
            self.expect(":")
            self.expression()
            if not self.symbol(","):
                return

    def _map_projection(self) -> None:
        if self.now.text == "}":
            return
        while True:
            if self.symbol("."):
                if not self.symbol("*"):
                    self.any_name()
            else:
                self.any_name()
                if self.symbol(":"):
                    self.expression()
            if not self.symbol(","):
                return

    def _case(self) -> None:
        if self.now.upper != "WHEN":
            self.expression()
        self.expect_word("WHEN")
        while True:
            self._listed()
            self.expect_word("THEN")
            self.expression()
            if not self.word("WHEN"):
                break
        if self.word("ELSE"):
            self.expression()
        self.expect_word("END")
