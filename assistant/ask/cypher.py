"""Renders a logical form as one parametrised, read-only Cypher statement.

What runs on both engines is plain: entities are matched by `(:Entity {id})`, every hop is its own MATCH, and each edge
and entity is filtered by the viewer in the statement itself. Only names of the ontology's allow-list stand in the text;
all else is a parameter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from assistant.ask.form import (
    Both,
    Condition,
    Count,
    Every,
    Form,
    Holds,
    Most,
    Named,
    OfType,
    Step,
    Things,
    Top,
    Total,
    Where,
)
from kg.errors import OntologyError
from kg.ontology import Ontology, Relation
from kg.types import Viewer

NAMES_IN_COUNT = 20
"""How many of the counted things a count lists."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A statement with its parameters.

    Columns of a set: answer, id, labels, kind, number, unit, confidence, support, sources (lists of statement ids).
    Columns of `Count`: answer, names, ids, confidence, sources; of `Total`: answer, unit, over, confidence, sources.
    `Holds` gives rows where it holds and none where it does not.
    """

    cypher: str
    parameters: dict[str, Any]


def render(form: Form, ontology: Ontology, viewer: Viewer) -> Rendered:
    """Render a form.

    Args:
        form: A form that `types_of` accepts.
        ontology: The allow-list for every name in the statement.
        viewer: Who asks; one who sees everything needs no filter.

    Raises:
        OntologyError: the form uses a name that the ontology does not have.
    """
    writer = _Writer(ontology, viewer)
    match form:
        case Count(of):
            end = writer.things(of)
            tail = [
                f"WITH {end}, {writer.confidence()} AS confidence, {writer.sources()} AS sources",
                f"ORDER BY confidence DESC, coalesce({end}.name, {end}.text), {end}.id",
                f"WITH count({end}) AS answer, collect(coalesce({end}.name, {end}.text)) AS names,"
                f" collect({end}.id) AS ids, min(confidence) AS confidence, collect(sources) AS sources",
                f"RETURN answer, names[0..{NAMES_IN_COUNT}] AS names, ids[0..{NAMES_IN_COUNT}] AS ids, confidence,"
                f" sources[0..{NAMES_IN_COUNT}] AS sources",
            ]
        case Top(of, relation, greatest, n):
            end = writer.things(of)
            value = writer.hop(end, writer.relation(relation), inverse=False)
            writer.where(f"{value}.number IS NOT NULL")
            extreme = "max" if greatest else "min"
            tail = [
                f"WITH {end}, {extreme}({value}.number) AS number, {writer.confidence()} AS confidence,"
                f" {writer.support()} AS support, {writer.sources()} AS sources",
                f"RETURN {_things(end)}, number, null AS unit, confidence, support, sources",
                f"ORDER BY number {'DESC' if greatest else 'ASC'}, answer, id LIMIT {int(n)}",
            ]
        case Most(of, relation, inverse, greatest, n):
            end = writer.things(of)
            value = writer.hop(end, writer.relation(relation), inverse)
            tail = [
                f"WITH {end}, count(DISTINCT {value}) AS number, {writer.confidence()} AS confidence,"
                f" {writer.support()} AS support, {writer.sources()} AS sources",
                f"RETURN {_things(end)}, number, null AS unit, confidence, support,"
                f" sources[0..{NAMES_IN_COUNT}] AS sources",
                f"ORDER BY number {'DESC' if greatest else 'ASC'}, answer, id LIMIT {int(n)}",
            ]
        case Total(of, relation, how):
            end = writer.things(of)
            value = writer.hop(end, writer.relation(relation), inverse=False)
            writer.where(f"{value}.number IS NOT NULL")
            function = {"sum": "sum", "average": "avg", "max": "max", "min": "min"}[how]
            tail = [
                f"WITH DISTINCT {end}, {value}, {writer.confidence()} AS confidence, {writer.sources()} AS sources",
                f"WITH {value}.unit AS unit, {function}({value}.number) AS answer, count({end}) AS over,"
                f" min(confidence) AS confidence, collect(sources) AS sources",
                f"RETURN answer, unit, over, confidence, sources[0..{NAMES_IN_COUNT}] AS sources",
                "ORDER BY over DESC, unit",
            ]
        case Holds(of, relation, to, inverse):
            start = writer.things(of)
            end = writer.hop(start, writer.relation(relation), inverse)
            if isinstance(to, Condition):
                writer.test(end, to)
            else:
                writer.things(to, end)
            tail = writer.listing(end)
        case _:
            tail = writer.listing(writer.things(form))
    return Rendered("\n".join([*writer.clauses, *tail]), writer.parameters)


def _things(end: str) -> str:
    return f"coalesce({end}.name, {end}.text) AS answer, {end}.id AS id, labels({end}) AS labels, {end}.kind AS kind"


@dataclass
class _Writer:
    ontology: Ontology
    viewer: Viewer
    clauses: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)
    edges: list[str] = field(default_factory=list)
    nodes: int = 0

    def __post_init__(self) -> None:
        if not self.viewer.everything:
            self.parameters["groups"] = self.viewer.parameter

    # --- sets ---

    def things(self, form: Things, into: str | None = None) -> str:
        """Write the clauses that bind a variable to the members of a set; `into` narrows one that is bound already."""
        match form:
            case Named(ids, _, _):
                return self.named(ids, into)
            case Every(name):
                return self.every(name, into)
            case Step(of, relation, inverse):
                return self.hop(self.things(of), self.relation(relation), inverse, into)
            case OfType(of, name):
                end = self.things(of, into)
                self.where(self.of_type(end, name))
                return end
            case Where(of, relation, test):
                end = self.things(of, into)
                self.test(self.hop(end, self.relation(relation), inverse=False), test)
                return end
            case Both(left, right):
                # The side that starts from a name first: it binds few nodes.
                first, second = (left, right) if _anchored(left) or not _anchored(right) else (right, left)
                return self.things(second, self.things(first, into))

    def named(self, ids: tuple[str, ...], into: str | None) -> str:
        key = f"e{len(self.parameters)}"
        node = into or self.node()
        self.parameters[key] = ids[0] if len(ids) == 1 else list(ids)
        if into is not None:
            self.where(f"{node}.id = ${key}" if len(ids) == 1 else f"{node}.id IN ${key}")
            return node
        if len(ids) == 1:
            self.clauses.append(f"MATCH ({node}:Entity {{id: ${key}}})")
        else:
            self.clauses.append(f"UNWIND ${key} AS {key} MATCH ({node}:Entity {{id: {key}}})")
        self.visible(node)
        return node

    def every(self, name: str, into: str | None) -> str:
        names = self.ontology.descendants(self.ontology.type(name).name)
        if into is not None:
            self.where(self.of_type(into, name))
            return into
        node = self.node()
        if len(names) == 1:
            self.clauses.append(f"MATCH ({node}:{_quoted(names[0])})")
        else:
            self.clauses.append(f"MATCH ({node}:Entity)")
            self.where(self.of_type(node, name))
        self.visible(node)
        return node

    def of_type(self, node: str, name: str) -> str:
        names = self.ontology.descendants(self.ontology.type(name).name)
        return "(" + " OR ".join(f"{node}:{_quoted(each)}" for each in names) + ")"

    def hop(self, start: str, relation: Relation, inverse: bool, into: str | None = None) -> str:
        """Write one hop; a symmetric relation is walked both ways."""
        node = into or self.node()
        edge = f"r{len(self.edges)}"
        self.edges.append(edge)
        left = "<-" if inverse and not relation.symmetric else "-"
        right = "->" if not inverse and not relation.symmetric else "-"
        self.clauses.append(f"MATCH ({start}){left}[{edge}:{_quoted(relation.name)}]{right}({node})")
        self.where(f"{node}.id <> {start}.id")  # nothing is its own parent, founder or partner
        self.visible(edge)
        if into is None and not self.viewer.everything:
            ends = {self.ontology.type(name).value for name in (relation.domain if inverse else relation.range)}
            if relation.symmetric or ends == {False}:
                self.visible(node)
            elif len(ends) == 2:  # literals carry no groups: their edges do
                self.where(f"({node}:Value OR any(g IN {node}.groups WHERE g IN $groups))")
        return node

    def test(self, node: str, test: Condition) -> None:
        """Write the comparison of a value node with a literal."""
        key = f"v{len(self.parameters)}"
        number = test.value.number
        if test.operator == "contains" or number is None:
            self.parameters[key] = test.value.text.lower()
            relation = "CONTAINS" if test.operator == "contains" else "="
            # An attribute may lead to an entity as well: its name is then what is compared.
            self.where(f"toLower(coalesce({node}.text, {node}.name)) {relation} ${key}")
            return
        self.parameters[key] = number
        if test.operator == "between" and test.upper is not None:
            self.parameters[f"{key}u"] = test.upper.number
            self.where(f"{node}.number >= ${key} AND {node}.number <= ${key}u")
        else:
            self.where(f"{node}.number {test.operator} ${key}")
        if test.value.kind == "Date":
            self.where(f"{node}.kind = 'Date'")
        elif test.value.unit is not None:
            self.parameters[f"{key}n"] = test.value.unit
            self.where(f"({node}.unit IS NULL OR {node}.unit = ${key}n)")

    # --- parts ---

    def relation(self, name: str) -> Relation:
        return self.ontology.relation(name)

    def node(self) -> str:
        self.nodes += 1
        return f"n{self.nodes}"

    def where(self, condition: str) -> None:
        last = self.clauses[-1]
        self.clauses[-1] = f"{last} AND {condition}" if " WHERE " in last else f"{last} WHERE {condition}"

    def visible(self, name: str) -> None:
        if not self.viewer.everything:
            self.where(f"any(g IN {name}.groups WHERE g IN $groups)")

    def confidence(self) -> str:
        return f"max({' * '.join(f'{edge}.confidence' for edge in self.edges)})" if self.edges else "1.0"

    def support(self) -> str:
        return f"sum({self.edges[-1]}.support)" if self.edges else "1"

    def sources(self) -> str:
        parts = " + ".join(f"{edge}.statement_ids" for edge in self.edges)
        return f"collect(DISTINCT {parts})" if parts else "[]"

    def listing(self, end: str) -> list[str]:
        return [
            f"WITH {end}, {self.confidence()} AS confidence, {self.support()} AS support, {self.sources()} AS sources",
            f"RETURN {_things(end)}, {end}.number AS number, {end}.unit AS unit, confidence, support, sources",
            "ORDER BY confidence DESC, support DESC, answer, id",
        ]


def _anchored(form: Things) -> bool:
    match form:
        case Named():
            return True
        case Every():
            return False
        case Step(of, _, _) | OfType(of, _) | Where(of, _, _):
            return _anchored(of)
        case Both(left, right):
            return _anchored(left) or _anchored(right)


def _quoted(name: str) -> str:
    """Quote a name that the ontology already checked; a second check costs nothing and keeps the text safe."""
    if "`" in name or not name.replace("_", "a").isalnum():
        raise OntologyError(f"{name!r} is not a name")
    return f"`{name}`"
