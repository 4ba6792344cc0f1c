"""Graph patterns that bind a variable to the members of a set.

The export says a claim twice: as a plain triple, and as a statement with its two nodes, so that literals, which are
nodes of their own, can be compared by number and unit, and so that a claim can have a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from assistant.ask.form import (
    Both,
    Condition,
    Either,
    Every,
    Grouped,
    Hop,
    How,
    Most,
    Named,
    OfType,
    Step,
    Things,
    Top,
    Where,
    Without,
    interval,
    start_of,
)
from kg.ontology import Ontology

FUNCTIONS: dict[How, str] = {"sum": "SUM", "average": "AVG", "max": "MAX", "min": "MIN"}
SOME = "HAVING(COUNT(*) > 0"
"""Groups of nothing are none, also for engines that make a group of no rows."""
NAME = "(skos:prefLabel|lore:text)"
"""What a node is called: an entity by its name, a literal by its canonical text."""


class Patterns:
    """Writes patterns; every one is a text that stands in braces.

    Args:
        ontology: The allow-list of names.
    """

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._count = 0

    def new(self) -> str:
        """A variable that is not used yet."""
        self._count += 1
        return f"?n{self._count}"

    # --- sets ---

    def things(self, form: Things, node: str) -> str:
        """Bind a variable to the members of a set."""
        match form:
            case Named(ids, _, _):
                return f"VALUES {node} {{ {' '.join(map(entity, ids))} }} {node} a [] ."
            case Every(name):
                return self.of_type(node, name)
            case Step() | OfType() | Where():
                return self._path(form, node)
            case Both(left, right):
                return f"{{ {self._distinct(left, node)} }} {{ {self._distinct(right, node)} }}"
            case Either(left, right):
                return f"{{ {self.things(left, node)} }} UNION {{ {self.things(right, node)} }}"
            case Without(left, right):
                return f"{{ {self.things(left, node)} }} MINUS {{ {self._distinct(right, node)} }}"
            case Top() | Most() | Grouped():
                return f"{{ SELECT DISTINCT {node} WHERE {{ {{ {self.ranked(form, node)} }} }} }}"

    def _distinct(self, form: Things, node: str) -> str:
        return f"SELECT DISTINCT {node} WHERE {{ {self.things(form, node)} }}"

    def _path(self, form: Step | OfType | Where, node: str) -> str:
        begin, links = start_of(form), list[Step | OfType | Where]()
        at: Things = form
        while at is not begin:
            assert isinstance(at, Step | OfType | Where)
            links.append(at)
            at = at.of
        last = next((link for link in links if isinstance(link, Step)), None)
        first = end = self.new() if last else node
        parts = [f"{{ {self.things(begin, first)} }}"]
        for link in reversed(links):
            match link:
                case Step(_, relation, inverse, time, apart):
                    start, end = end, node if link is last else self.new()
                    parts.append(self.hop(start, relation, inverse, end, time))
                    if apart:
                        parts.append(f"FILTER({end} != {first})")
                case OfType(_, name):
                    parts.append(self.of_type(end, name))
                case Where(_, relation, test):
                    value = self.new()
                    parts += [self.hop(end, relation, False, value), self.compared(value, test)]
        return " ".join(parts)

    def of_type(self, node: str, name: str) -> str:
        """Keep entities of a type and of the types below it."""
        kind = self.new()
        names = self._ontology.descendants(self._ontology.type(name).name)
        return f"VALUES {kind} {{ {' '.join(map(term, names))} }} {node} a {kind} ."

    # --- what ranks ---

    def ranked(self, form: Top | Most | Grouped, node: str, number: str = "", unit: str = "") -> str:
        """A subquery for what picks from a set, best first, with a number and a unit where they are asked for."""
        name, number, unit = self.new(), number or self.new(), unit or self.new()
        having = SOME
        match form:
            case Top(of, relation, greatest, n):
                value = self.new()
                body = f"{self.things(of, node)} {self.number(node, relation, value)}"
                found = f"({'MAX' if greatest else 'MIN'}({value}) AS {number})"
            case Most(of, relation, inverse, greatest, n):
                end = self.new()
                body = f"{{ {self.things(of, node)} }} {self.hop(node, relation, inverse, end)}"
                found = f"(COUNT(DISTINCT {end}) AS {number})"
            case Grouped(of, by, how, relation, test, greatest, n):
                member, value, number_node = self.new(), self.new(), self.new()
                body = f"{{ {self.things(of, member)} }} {self.walk(member, by, node)}"
                function = f"COUNT(DISTINCT {member})"
                if how != "count":
                    told = self.number(member, relation, value, number_node)
                    inner = f"{body} {told} OPTIONAL {{ {number_node} lore:unit {unit} }}"
                    body = f"{{ SELECT DISTINCT {node} {member} {number_node} {value} {unit} WHERE {{ {inner} }} }}"
                    function = f"{FUNCTIONS[how]}({value})"
                found = f"({function} AS {number})"
                having = SOME if test is None else f"{SOME} && {_passes(function, test)}"
        grouped = f"{node} {name} {unit}" if isinstance(form, Grouped) and form.how != "count" else f"{node} {name}"
        limit = "" if n is None else f" LIMIT {int(n)}"
        return (
            f"SELECT {grouped} {found} WHERE {{ {{ {body} }} {node} {NAME} {name} . }} GROUP BY {grouped} {having})"
            f" ORDER BY {'DESC' if greatest else 'ASC'}({number}) {name} STR({node}){limit}"
        )

    # --- hops and tests ---

    def hop(self, start: str, relation: str, inverse: bool, end: str, time: Condition | None = None) -> str:
        """Go from one variable to another along a relation."""
        found = self._ontology.relation(relation)
        literal = any(self._ontology.type(name).value for name in found.range)
        apart = f"FILTER({start} != {end})"
        if not literal and time is None:
            way = (
                f"({term(relation)}|^{term(relation)})"
                if found.symmetric
                else f"{'^' if inverse else ''}{term(relation)}"
            )
            return f"{start} {way} {end} . {apart}"
        ways = [(start, end), (end, start)] if found.symmetric else [(end, start) if inverse else (start, end)]
        said = " UNION ".join(f"{{ {self._statement(a, relation, b, time)} }}" for a, b in ways)
        return f"{said} {apart}"

    def walk(self, start: str, hops: Iterable[Hop], end: str) -> str:
        """Go several hops."""
        steps = list(hops)
        parts = []
        for place, (relation, inverse) in enumerate(steps, 1):
            to = end if place == len(steps) else self.new()
            parts.append(self.hop(start, relation, inverse, to))
            start = to
        return " ".join(parts)

    def number(self, node: str, relation: str, number: str, value: str = "") -> str:
        """Bind the numbers of an attribute."""
        value = value or self.new()
        return f"{self.hop(node, relation, False, value)} {value} lore:number {number} ."

    def _statement(self, subject: str, relation: str, node: str, time: Condition | None) -> str:
        said = self.new()
        about = f"rdf:subject {subject} ; rdf:predicate {term(relation)} ; lore:node {node}"
        text = f"{said} {about} ."
        if time is None:
            return text
        since, until, other = self.new(), self.new(), self.new()
        since2, until2 = self.new(), self.new()
        first, last = interval(time)
        tests = [f"(BOUND({since}) || BOUND({until}))"]
        if last is not None:
            tests.append(f"(!BOUND({since}) || {since} <= {literal_of(last)})")
        if first is not None:
            day = literal_of(first)
            tests.append(f"(!BOUND({until}) || {until} >= {day} || STRSTARTS({day}, {until}))")
        # documents that disagree about when leave it open
        differs = " || ".join(f'COALESCE({a}, "") != COALESCE({b}, "")' for a, b in ((since, since2), (until, until2)))
        return (
            f"{text} {_times(said, since, until)} FILTER({' && '.join(tests)})"
            f" FILTER NOT EXISTS {{ {other} {about} . {_times(other, since2, until2)}"
            f" FILTER((BOUND({since2}) || BOUND({until2})) && ({differs})) }}"
        )

    def compared(self, node: str, test: Condition) -> str:
        """Compare a node with a literal."""
        if test.operator == "contains" or test.value.number is None:
            name, text = self.new(), literal_of(test.value.text.lower())
            told = f"CONTAINS(LCASE({name}), {text})" if test.operator == "contains" else f"LCASE({name}) = {text}"
            return f"{node} {NAME} {name} . FILTER({told})"
        number = self.new()
        parts = [f"{node} lore:number {number} . FILTER({_passes(number, test)})"]
        if test.value.kind == "Date":
            parts.append(f'{node} lore:kind "Date" .')
        elif test.value.unit is not None:
            unit = self.new()
            same = f"!BOUND({unit}) || {unit} = {literal_of(test.value.unit)}"
            parts.append(f"OPTIONAL {{ {node} lore:unit {unit} }} FILTER({same})")
        return " ".join(parts)


def term(name: str) -> str:
    """A type or relation as the export writes it."""
    return f"<urn:loregraph:{quote(name)}>"


def entity(key: str) -> str:
    """An entity as the export writes it."""
    return f"<urn:loregraph:entity:{quote(key)}>"


def literal_of(value: str | float) -> str:
    """A literal in SPARQL."""
    from rdflib import Literal

    return Literal(value).n3()


def _times(said: str, since: str, until: str) -> str:
    return f"OPTIONAL {{ {said} lore:validFrom {since} }} OPTIONAL {{ {said} lore:validTo {until} }}"


def _passes(number: str, test: Condition) -> str:
    limit = literal_of(float(test.value.number or 0.0))
    if test.operator == "between" and test.upper is not None:
        return f"{number} >= {limit} && {number} <= {literal_of(float(test.upper.number or 0.0))}"
    return f"{number} {test.operator if test.operator in ('<', '>', '<=', '>=') else '='} {limit}"
