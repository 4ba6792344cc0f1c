"""Tokens of Cypher, and the ways to step over them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.explore.query import CALLS, Literal_
from kg.errors import QueryError

_TOKEN = re.compile(
    r"\s+|//[^\n]*|(?P<name>`(?:[^`]|``)*`|[^\W\d]\w*)|(?P<number>\d+(?:_\d+)*(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<symbol><>|<=|>=|<-|->|=~|\.\.|[-+*/%^()\[\]{}:,.;|=<>$!])"
)


def tokens_of(cypher: str) -> list[tuple[str, str]]:
    """Cut a statement into kinds and texts; the last is the end."""
    found, at = list[tuple[str, str]](), 0
    cypher = cypher.strip().rstrip(";")
    while at < len(cypher):
        match = _TOKEN.match(cypher, at)
        if match is None:
            raise QueryError(f"{cypher[at : at + 10]!r} is not read")
        if match.lastgroup:
            found.append((match.lastgroup, match[0]))
        at = match.end()
    return [*found, ("end", "")]


@dataclass
class Tokens:
    """A place in a list of tokens."""

    tokens: list[tuple[str, str]]
    at: int = 0

    @property
    def now(self) -> tuple[str, str]:
        """The token that comes next."""
        return self.tokens[self.at]

    def take(self) -> tuple[str, str]:
        """Step over a token."""
        token = self.tokens[self.at]
        if token[0] != "end":
            self.at += 1
        return token

    def word(self, word: str) -> bool:
        """Step over a keyword if it comes next."""
        if self.now[0] == "name" and self.now[1].upper() == word:
            self.at += 1
            return True
        return False

    def expect_word(self, word: str) -> None:
        """Step over a keyword that must come next."""
        if not self.word(word):
            raise QueryError(f"{word} should stand where {self.now[1]!r} does")

    def symbol(self, symbol: str) -> bool:
        """Step over a symbol if it comes next."""
        if self.now == ("symbol", symbol):
            self.at += 1
            return True
        return False

    def expect(self, symbol: str) -> None:
        """Step over a symbol that must come next."""
        if not self.symbol(symbol):
            raise QueryError(f"{symbol} should stand where {self.now[1]!r} does")

    def name(self) -> str:
        """Step over a name."""
        kind, word = self.take()
        if kind != "name":
            raise QueryError(f"{word!r} is no name")
        return bare(word)

    def value(self) -> Literal_:
        """Step over a literal."""
        kind, word = self.take()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        if kind == "number":
            value: Literal_ = float(word.replace("_", ""))
        elif word == "-" and self.now[0] == "number":
            value = -float(self.take()[1])
        elif word.lower() in ("true", "false"):
            value = word.lower() == "true"
        elif word == "[":
            found: list[Literal_] = []
            while not self.symbol("]"):
                found.append(self.value())
                self.symbol(",")
            value = tuple(found)
        elif word.lower() in CALLS and self.symbol("("):
            value = (word.lower(), self.value())
            self.expect(")")
        else:
            raise QueryError(f"{word!r} is no literal that is read")
        if self.now[1] in ("+", "-", "*", "/", "%", "."):
            raise QueryError("arithmetic is not read")
        return value


def bare(word: str) -> str:
    """A name without its backticks."""
    return word[1:-1].replace("``", "`") if word.startswith("`") else word
