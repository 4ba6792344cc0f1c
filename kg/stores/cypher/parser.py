"""A place in a text and the ways to step on: nothing is built, the question is only whether a text belongs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from kg.errors import QueryError
from kg.stores.cypher.allowed import RESERVED
from kg.stores.cypher.tokens import Token, tokens, where

_DEEPEST = 60
"""Levels of brackets and nested subqueries."""


class Parser:
    """A place in a list of tokens."""

    def __init__(self, cypher: str) -> None:
        self.cypher = cypher
        self.tokens = tokens(cypher)
        self.index = 0
        self.depth = 0

    @property
    def now(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.index]

    def ahead(self, count: int = 1) -> Token:
        """The token that comes so much later."""
        return self.tokens[min(self.index + count, len(self.tokens) - 1)]

    def fail(self, reason: str) -> NoReturn:
        """Refuse the statement at this place."""
        near = f" near {self.now.text[:40]!r}" if self.now.text else ""
        raise QueryError(f"not a read-only statement: {reason}{near}{where(self.cypher, self.now.at)}")

    def word(self, word: str) -> bool:
        """Step over a keyword if it comes next."""
        if self.now.upper != word:
            return False
        self.index += 1
        return True

    def expect_word(self, word: str) -> None:
        """Step over a keyword that must come next."""
        if not self.word(word):
            self.fail(f"{word} should stand here")

    def symbol(self, symbol: str) -> bool:
        """Step over a symbol if it comes next."""
        if self.now.kind != "symbol" or self.now.text != symbol:
            return False
        self.index += 1
        return True

    def expect(self, symbol: str) -> None:
        """Step over a symbol that must come next."""
        if not self.symbol(symbol):
            self.fail(f"'{symbol}' should stand here")

    def variable(self) -> None:
        """A variable: a word that is not reserved, or a name in backticks."""
        if self.now.kind != "name" and (self.now.kind != "word" or self.now.upper in RESERVED):
            self.fail("a variable should stand here")
        self.index += 1

    def any_name(self) -> None:
        """A label, a type, a property or an alias: any word, where no keyword can stand."""
        if self.now.kind not in ("word", "name"):
            self.fail("a name should stand here")
        self.index += 1

    def plain_name(self) -> str:
        """The dotted name of a function or procedure; in backticks it is refused."""
        parts = []
        while True:
            if self.now.kind != "word":
                self.fail("the name of a function or procedure should stand here, without backticks")
            parts.append(self.now.text)
            self.index += 1
            if not self.symbol("."):
                return ".".join(parts)

    def nested(self, inside: Callable[[], object]) -> None:
        """Parse what stands in brackets, not too deep."""
        self.depth += 1
        if self.depth > _DEEPEST:
            self.fail(f"more than {_DEEPEST} levels of nesting")
        inside()
        self.depth -= 1
