"""Whether a node is in a set, as one condition: walked from the node back to where the set's paths begin."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from assistant.ask.cypher.walking import Walking
from assistant.ask.form import (
    Both,
    Either,
    Every,
    Grouped,
    Most,
    Named,
    OfType,
    Step,
    Things,
    Top,
    Where,
    Without,
)


class Membership(Walking, ABC):
    """Writes conditions on membership."""

    @abstractmethod
    def things(self, form: Things, into: str | None = None) -> str:
        """Write the clauses that bind a variable to the members of a set; `into` narrows one that is bound already."""

    def among(self, form: Things, node: str, apart: Sequence[str] = ()) -> str:
        """Whether a node is in a set.

        Args:
            form: The set.
            node: A variable.
            apart: Variables that the beginning of the path must differ from.
        """
        begins = [f"{node}.id <> {other}.id" for other in apart]
        match form:
            case Named(ids, _, _):
                return _all([f"{node}.id IN ${self.names.parameter('e', list(ids))}", *begins])
            case Every(name):
                return _all([self.of_type(node, name), *begins])
            case OfType(of, name):
                return _all([self.of_type(node, name), self.among(of, node, apart)])
            case Both(left, right):
                return _all([self.among(left, node), self.among(right, node), *begins])
            case Without(left, right):
                return _all([self.among(left, node), f"NOT {self.among(right, node)}", *begins])
            case Either(left, right):
                return _all([f"({self.among(left, node)} OR {self.among(right, node)})", *begins])
            case Step(of, name, inverse, time, own):
                inner, relation = self.inner(), self.relation(name)
                back, edge = self.names.new("n"), self.names.new("r", 0)
                inner.clauses.add(f"MATCH {self.pattern(back, edge, relation, inverse, node)}")
                inner.where(f"{node}.id <> {back}.id")
                inner.visible(edge)
                inner.visible_end(back, relation, not inverse)
                if time is not None:
                    inner.where(self.valid(edge, time))
                inner.where(self.among(of, back, [*apart, node] if own else apart))
                return f"EXISTS {{ {inner.clauses} RETURN {back} }}"
            case Where(of, name, test):
                inner = self.inner()
                value = inner.hop(node, self.relation(name), inverse=False)
                inner.compared(value, test)
                return _all([f"EXISTS {{ {inner.clauses} RETURN {value} }}", self.among(of, node, apart)])
            case Top() | Most() | Grouped():
                inner = self.inner()
                found = inner.things(form)
                inner.where(f"{found}.id = {node}.id")
                return _all([f"EXISTS {{ {inner.clauses} RETURN {found} }}", *begins])


def _all(conditions: Sequence[str]) -> str:
    return conditions[0] if len(conditions) == 1 else f"({' AND '.join(conditions)})"
