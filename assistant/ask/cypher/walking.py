"""Writes hops and tests: the clauses of one statement or subquery, seen through the viewer's eyes.

What runs on both engines is plain: entities are matched by `(:Entity {id})`, every hop is its own MATCH, and each edge
and entity is filtered by the viewer in the statement itself. Only names of the ontology's allow-list stand in the text;
all else is a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from assistant.ask.cypher.clauses import Clauses, Evidence, Names, quoted
from assistant.ask.form import Condition, Hop, interval
from kg.ontology import Ontology, Relation
from kg.types import Viewer


class Walking:
    """Writes hops.

    Args:
        ontology: The allow-list of names.
        viewer: Who asks.
        names: Variables and parameters of the whole statement.
    """

    def __init__(self, ontology: Ontology, viewer: Viewer, names: Names | None = None) -> None:
        self.ontology = ontology
        self.viewer = viewer
        self.names = names or Names()
        self.clauses = Clauses()
        if not viewer.everything:
            self.names.parameters["groups"] = viewer.parameter

    def inner(self) -> Self:
        """A writer for a subquery."""
        return type(self)(self.ontology, self.viewer, self.names)

    def hop(
        self, start: str, relation: Relation, inverse: bool, into: str | None = None, time: Condition | None = None
    ) -> str:
        """Write one hop; a symmetric relation is walked both ways."""
        node = into or self.names.new("n")
        edge = self.names.new("r", 0)
        self.clauses.evidence.append(Evidence.of_edge(edge))
        self.clauses.add(f"MATCH {self.pattern(start, edge, relation, inverse, node)}")
        self.where(f"{node}.id <> {start}.id")  # nothing is its own parent, founder or partner
        self.visible(edge)
        if time is not None:
            self.where(self.valid(edge, time))
        if into is None:
            self.visible_end(node, relation, inverse)
        return node

    def walk(self, start: str, hops: Iterable[Hop]) -> str:
        """Write several hops."""
        for relation, inverse in hops:
            start = self.hop(start, self.relation(relation), inverse)
        return start

    def number(self, node: str, relation: str) -> str:
        """Write the hop to the numbers of an attribute."""
        value = self.hop(node, self.relation(relation), inverse=False)
        self.where(f"{value}.number IS NOT NULL")
        return value

    # --- conditions ---

    def compared(self, node: str, test: Condition) -> None:
        """Compare a value node with a literal."""
        number = test.value.number
        if test.operator == "contains" or number is None:
            key = self.names.parameter("v", test.value.text.lower())
            relation = "CONTAINS" if test.operator == "contains" else "="
            # An attribute may lead to an entity as well: its name is then what is compared.
            self.where(f"toLower(coalesce({node}.text, {node}.name)) {relation} ${key}")
            return
        self.where(self.passes(f"{node}.number", test))
        if test.value.kind == "Date":
            self.where(f"{node}.kind = 'Date'")
        elif test.value.unit is not None:
            unit = self.names.parameter("v", test.value.unit)
            self.where(f"({node}.unit IS NULL OR {node}.unit = ${unit})")

    def passes(self, number: str, test: Condition) -> str:
        """Whether a number passes a test."""
        key = self.names.parameter("v", test.value.number or 0.0)
        if test.operator == "between" and test.upper is not None:
            return f"{number} >= ${key} AND {number} <= ${self.names.parameter('v', test.upper.number)}"
        return f"{number} {test.operator if test.operator in ('<', '>', '<=', '>=') else '='} ${key}"

    def of_type(self, node: str, name: str) -> str:
        """Whether a node has a type or one below it."""
        names = self.ontology.descendants(self.ontology.type(name).name)
        return "(" + " OR ".join(f"{node}:{quoted(each)}" for each in names) + ")"

    def valid(self, edge: str, time: Condition) -> str:
        """Whether what an edge says held at some time that passes; dates of any precision compare as texts."""
        first, last = interval(time)
        parts = [f"({edge}.valid_from IS NOT NULL OR {edge}.valid_to IS NOT NULL)"]
        if last is not None:
            key = self.names.parameter("t", last)
            parts.append(f"({edge}.valid_from IS NULL OR {edge}.valid_from <= ${key})")
        if first is not None:
            key = self.names.parameter("t", first)
            until = f"{edge}.valid_to"
            parts.append(f"({until} IS NULL OR {until} >= ${key} OR ${key} STARTS WITH {until})")
        return " AND ".join(parts)

    def visible(self, name: str) -> None:
        """Let only what the viewer may see pass."""
        if not self.viewer.everything:
            self.where(f"any(g IN {name}.groups WHERE g IN $groups)")

    def visible_end(self, node: str, relation: Relation, inverse: bool) -> None:
        """The same of what a hop leads to: literals carry no groups, their edges do."""
        if self.viewer.everything:
            return
        ends = {self.ontology.type(name).value for name in (relation.domain if inverse else relation.range)}
        if relation.symmetric or ends == {False}:
            self.visible(node)
        elif len(ends) == 2:
            self.where(f"({node}:Value OR any(g IN {node}.groups WHERE g IN $groups))")

    # --- parts ---

    def pattern(self, start: str, edge: str, relation: Relation, inverse: bool, end: str) -> str:
        """One hop as a pattern."""
        left = "<-" if inverse and not relation.symmetric else "-"
        right = "->" if not inverse and not relation.symmetric else "-"
        return f"({start}){left}[{edge}:{quoted(relation.name)}]{right}({end})"

    def relation(self, name: str) -> Relation:
        """A relation of the ontology."""
        return self.ontology.relation(name)

    def where(self, condition: str) -> None:
        """Add a condition to the last clause."""
        self.clauses.where(condition)
