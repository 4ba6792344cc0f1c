"""The first of the layers that keep queries from writing: a parser of the read-only part of Cypher.

It denies by default. A statement passes when it is made of MATCH, OPTIONAL MATCH, UNWIND, WITH, WHERE, RETURN, UNION,
CALL { } of the same clauses, and CALL of a listed procedure, and calls listed functions only; whatever else an engine
would understand does not parse here.
"""

from __future__ import annotations

from kg.errors import QueryError
from kg.stores.cypher.allowed import PROCEDURES
from kg.stores.cypher.expressions import Expressions


def check_read_only(cypher: str) -> None:
    """Refuse what is not one read-only statement.

    Args:
        cypher: The statement.

    Raises:
        QueryError: With the reason and the place.
    """
    parser = _Statements(cypher)
    try:
        parser.statement()
        if parser.now.kind != "end":
            parser.fail("nothing may follow here, or not this")
    except RecursionError:
        raise QueryError("the statement is nested too deeply") from None


class _Statements(Expressions):
    """Clauses; `Expressions` has what they are made of."""

    def statement(self) -> None:
        self.single()
        while self.word("UNION"):
            if not self.word("ALL"):
                self.word("DISTINCT")
            self.single()

    def single(self) -> None:
        """Clauses up to RETURN, or one CALL of a procedure alone."""
        first = True
        while True:
            if self.word("RETURN"):
                self.projection()
                return
            if self.word("WITH"):
                self.projection()
                self.where()
            elif self.word("UNWIND"):
                self.expression()
                self.expect_word("AS")
                self.variable()
            elif self.word("CALL"):
                if self.call() and first and (self.now.kind == "end" or self.now.text == "}"):
                    return
            elif self.word("OPTIONAL"):
                if self.word("CALL"):
                    self.call()
                else:
                    self.expect_word("MATCH")
                    self.patterns()
                    self.where()
            elif self.word("MATCH"):
                self.patterns()
                self.where()
            else:
                self.refuse_clause()
            first = False

    def refuse_clause(self) -> None:
        if self.now.kind == "end":
            self.fail("the statement ends without RETURN")
        if self.now.kind == "word":
            self.fail(f"{self.now.text} is not among the clauses of a read-only statement")
        self.fail("a clause should begin here")

    def call(self) -> bool:
        """What follows CALL; says whether it was a procedure."""
        if self.now.text in ("(", "{"):
            if self.symbol("("):
                if not self.symbol("*") and self.now.text != ")":
                    self.variable()
                    while self.symbol(","):
                        self.variable()
                self.expect(")")
            self.expect("{")
            self.nested(self.statement)
            self.expect("}")
            return False
        name = self.plain_name()
        if name.lower() not in PROCEDURES:
            self.fail(f"the procedure {name} is not among those that may be called: {', '.join(sorted(PROCEDURES))}")
        if self.symbol("("):
            self.arguments(")")
        if self.word("YIELD"):
            if not self.symbol("*"):
                self.yielded()
                while self.symbol(","):
                    self.yielded()
            self.where()
        return True

    def yielded(self) -> None:
        self.variable()
        if self.word("AS"):
            self.variable()

    def projection(self) -> None:
        self.word("DISTINCT")
        if not self.symbol("*"):
            self.projected()
        while self.symbol(","):
            self.projected()
        if self.word("ORDER"):
            self.expect_word("BY")
            self.ordered()
            while self.symbol(","):
                self.ordered()
        if self.word("SKIP") or self.word("OFFSET"):
            self.expression()
        if self.word("LIMIT"):
            self.expression()

    def projected(self) -> None:
        self.expression()
        if self.word("AS"):
            self.any_name()

    def ordered(self) -> None:
        self.expression()
        for word in ("ASC", "ASCENDING", "DESC", "DESCENDING"):
            if self.word(word):
                return

    def where(self) -> None:
        if self.word("WHERE"):
            self.expression()

    def subquery(self) -> None:
        """Inside the braces of EXISTS, COUNT and COLLECT: a statement, or patterns alone."""
        if self.now.upper in ("MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL"):
            self.statement_or_match()
        else:
            self.patterns()
            self.where()

    def statement_or_match(self) -> None:
        """A statement whose RETURN may be missing after MATCH: `EXISTS { MATCH (a)-->(b) WHERE ... }`."""
        start = self.index
        if self.word("MATCH"):
            self.patterns()
            self.where()
            if self.now.text == "}":
                return
        self.index = start
        self.statement()
