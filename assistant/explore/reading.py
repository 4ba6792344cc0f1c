"""Reads Cypher back into a query: matches, one WITH or none, a return. Whatever else there is, is not read."""

from __future__ import annotations

from dataclasses import replace

from assistant.explore.matching import Matching
from assistant.explore.query import (
    Absent,
    Figure,
    Item,
    Query,
    Term,
    Test,
)
from assistant.explore.tokens import tokens_of
from kg.errors import QueryError

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}
_NEGATED = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "<>", "<>": "=", "is null": "is not null"}


def read(cypher: str) -> Query:
    """Read a query.

    Args:
        cypher: A statement.

    Raises:
        QueryError: it says something that a `Query` does not hold.
    """
    return _Reader(tokens_of(cypher)).query()


class _Reader(Matching):
    # --- clauses ---

    def query(self) -> Query:
        keys: tuple[Term, ...] | None = None
        having: list[Test] = []
        order: list[tuple[Item, bool]] = []
        limit: int | None = None
        grouped = False
        while True:
            if self.word("MATCH"):
                if grouped:
                    raise QueryError("a match after grouping is not read")
                self.pattern()
                while self.symbol(","):
                    self.pattern()
                if self.word("WHERE"):
                    self.tests += self.conditions()
            elif self.word("WITH"):
                if grouped or limit is not None or order:
                    raise QueryError("a second WITH is not read")
                distinct, items = self.items()
                names: dict[str, Item] = {}
                for item, alias in items:
                    names[alias or self.name_of(item)] = item
                figures = [item for item, _ in items if isinstance(item, Figure)]
                terms = [item for item, _ in items if isinstance(item, Term)]
                if figures:
                    grouped, keys = True, tuple(terms)
                elif distinct:
                    raise QueryError("distinct rows before others are not read")
                self.names = names
                order, limit = self.tail()
                if self.word("WHERE"):
                    if limit is not None:
                        raise QueryError("a condition after a limit is not read")
                    (having if grouped else self.tests).extend(self.conditions())
            elif self.word("RETURN"):
                break
            else:
                raise QueryError(f"{self.tokens[self.at][1]!r} is not read")
        distinct, items = self.items()
        self.names |= {alias: item for item, alias in items if alias}
        returns = tuple(item for item, _ in items)
        last_order, last_limit = self.tail()
        if self.tokens[self.at][0] != "end":
            raise QueryError("more follows than is read")
        if limit is not None and (last_limit is not None or last_order or distinct):
            raise QueryError("two limits are not read")
        if order and limit is None and last_order:
            order = []
        return Query(
            tuple(self.nodes),
            tuple(self.edges),
            tuple(self.tests),
            tuple(self.absent),
            keys,
            tuple(having),
            returns,
            distinct,
            tuple(last_order or order),
            last_limit if last_limit is not None else limit,
        )

    def tail(self) -> tuple[list[tuple[Item, bool]], int | None]:
        order: list[tuple[Item, bool]] = []
        limit: int | None = None
        if self.word("ORDER"):
            self.expect_word("BY")
            while True:
                item = self.item()
                descending = self.word("DESC") or self.word("DESCENDING")
                if not descending and not self.word("ASC"):
                    self.word("ASCENDING")
                order.append((item, descending))
                if not self.symbol(","):
                    break
        if self.word("SKIP"):
            raise QueryError("SKIP is not read")
        if self.word("LIMIT"):
            kind, text = self.take()
            if kind != "number":
                raise QueryError("a limit is a number")
            limit = int(text)
        return order, limit

    def items(self) -> tuple[bool, list[tuple[Item, str]]]:
        distinct = self.word("DISTINCT")
        found: list[tuple[Item, str]] = []
        while True:
            item = self.item()
            found.append((item, self.name() if self.word("AS") else ""))
            if not self.symbol(","):
                return distinct, found

    def name_of(self, item: Item) -> str:
        return next((name for name, known in self.names.items() if known == item), "")

    # --- conditions ---

    def conditions(self) -> list[Test]:
        found = self.condition()
        while self.word("AND"):
            found += self.condition()
        if self.now[1].upper() in ("OR", "XOR"):
            raise QueryError("alternatives are not read")
        return found

    def condition(self) -> list[Test]:
        if self.word("NOT"):
            return self.negated()
        if self.symbol("("):
            found = self.conditions()
            self.expect(")")
            return found
        if self.now[1].upper() == "EXISTS":
            raise QueryError("patterns in conditions are not read")
        value_first = self.now[0] in ("number", "text")
        if value_first:
            value = self.value()
            operator = self.take()[1]
            item = self.item()
            if operator not in _FLIPPED:
                raise QueryError(f"{operator} is not read")
            found = [Test(item, _FLIPPED[operator], value)]
            if self.now[1] in ("<", "<="):
                found.append(Test(item, self.take()[1], self.value()))
            return found
        lower = self.now[1].lower() == "tolower" and self.tokens[self.at + 1][1] == "("
        if lower:
            self.at += 2
        item = self.item()
        if lower:
            self.expect(")")
        return [self.compared(item, lower)]

    def compared(self, item: Item, lower: bool) -> Test:
        kind, text = self.now
        if kind == "symbol" and text in _FLIPPED:
            self.at += 1
            return Test(item, text, self.value(), lower)
        for words in (("CONTAINS",), ("STARTS", "WITH"), ("ENDS", "WITH"), ("IN",)):
            if self.word(words[0]):
                for word in words[1:]:
                    self.expect_word(word)
                return Test(item, " ".join(words).lower(), self.value(), lower)
        if self.word("IS"):
            negative = self.word("NOT")
            self.expect_word("NULL")
            return Test(item, "is not null" if negative else "is null")
        if isinstance(item, Term) and item.property:
            return Test(item, "=", True)
        raise QueryError(f"{text!r} is not read")

    def negated(self) -> list[Test]:
        word = self.now[1].upper()
        if word == "EXISTS" or (self.now[1] == "(" and self.tokens[self.at + 2][1] in (")", ":")):
            self.absent.append(self.missing())
            return []
        found = self.condition()
        if len(found) != 1:
            raise QueryError("this denial is not read")
        (test,) = found
        if test.operator == "=" and test.value is True:
            return [replace(test, value=False)]
        if test.operator not in _NEGATED:
            raise QueryError("this denial is not read")
        return [replace(test, operator=_NEGATED[test.operator])]

    def missing(self) -> Absent:
        braces = False
        if self.word("EXISTS"):
            braces = self.symbol("{")
            if not braces:
                self.expect("(")
            self.word("MATCH")
        known = len(self.nodes), len(self.edges), len(self.tests)
        self.pattern()
        if braces:
            self.expect("}")
        nodes, edges, tests = self.nodes[known[0] :], self.edges[known[1] :], self.tests[known[2] :]
        del self.nodes[known[0] :], self.edges[known[1] :], self.tests[known[2] :]
        if len(nodes) != 1 or len(edges) != 1 or edges[0].both:
            raise QueryError("this denial is not read")
        (edge,) = edges
        at, outward = (edge.start, True) if edge.end == known[0] else (edge.end, False)
        said = tuple((t.of.property, t.operator, t.value) for t in tests if isinstance(t.of, Term))
        return Absent(at, edge.type, outward, nodes[0].label, said)
