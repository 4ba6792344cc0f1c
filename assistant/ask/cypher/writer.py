"""Writes the clauses that bind a variable to the members of a set."""

from __future__ import annotations

from assistant.ask.cypher.clauses import quoted
from assistant.ask.cypher.ranking import Ranking
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
    start_of,
)


class Writer(Ranking):
    """Writes sets."""

    def things(self, form: Things, into: str | None = None) -> str:
        """Write the clauses that bind a variable to the members of a set; `into` narrows one that is bound already."""
        match form:
            case Named(ids, _, _):
                return self._named(ids, into)
            case Every(name):
                return self._every(name, into)
            case Step() | OfType() | Where():
                return self._path(form, into)
            case Both(left, right):
                first, second = sorted((left, right), key=_cost)
                return self.things(second, self.things(first, into))
            case Without(left, right):
                end = self.things(left, into)
                self.where(f"NOT {self.among(right, end)}")
                return end
            case Either() | Top() | Most() | Grouped():
                node = self.subquery(form)
                if into is None:
                    return node
                self.where(f"{node}.id = {into}.id")
                return into

    def _path(self, form: Step | OfType | Where, into: str | None) -> str:
        """Write a path from where it begins."""
        begin, links = start_of(form), list[Step | OfType | Where]()
        at: Things = form
        while at is not begin:
            assert isinstance(at, Step | OfType | Where)
            links.append(at)
            at = at.of
        last = next((link for link in links if isinstance(link, Step)), None)  # it binds the end
        first = end = self.things(begin, None if last else into)
        for link in reversed(links):
            match link:
                case Step(_, relation, inverse, time, apart):
                    end = self.hop(end, self.relation(relation), inverse, into if link is last else None, time)
                    if apart:
                        self.where(f"{end}.id <> {first}.id")
                case OfType(_, name):
                    self.where(self.of_type(end, name))
                case Where(_, relation, test):
                    self.compared(self.hop(end, self.relation(relation), inverse=False), test)
        return end

    def _named(self, ids: tuple[str, ...], into: str | None) -> str:
        key = self.names.parameter("e", ids[0] if len(ids) == 1 else list(ids))
        if into is not None:
            self.where(f"{into}.id = ${key}" if len(ids) == 1 else f"{into}.id IN ${key}")
            return into
        node = self.names.new("n")
        if len(ids) == 1:
            self.clauses.add(f"MATCH ({node}:Entity {{id: ${key}}})")
        else:
            self.clauses.add(f"UNWIND ${key} AS {key} MATCH ({node}:Entity {{id: {key}}})")
        self.visible(node)
        return node

    def _every(self, name: str, into: str | None) -> str:
        if into is not None:
            self.where(self.of_type(into, name))
            return into
        names = self.ontology.descendants(self.ontology.type(name).name)
        node = self.names.new("n")
        if len(names) == 1:
            self.clauses.add(f"MATCH ({node}:{quoted(names[0])})")
        else:
            self.clauses.add(f"MATCH ({node}:Entity)")
            self.where(self.of_type(node, name))
        self.visible(node)
        return node


def _cost(form: Things) -> int:
    """Which of two sets to find first: one that a subquery finds whole, then one that starts from a name."""
    match form:
        case Either() | Top() | Most() | Grouped():
            return 0
        case Named():
            return 1
        case Every():
            return 2
        case Step(of, _, _) | OfType(of, _) | Where(of, _, _) | Without(of, _):
            return _cost(of)
        case Both(left, right):
            return min(_cost(left), _cost(right))
