"""The clauses of a statement that is being written, its parameters, and the evidence that its paths gather."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kg.errors import OntologyError


@dataclass
class Clause:
    """A clause and the conditions of its WHERE."""

    text: str
    conditions: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.text} WHERE {' AND '.join(self.conditions)}" if self.conditions else self.text


@dataclass(frozen=True, slots=True)
class Evidence:
    """Expressions for what speaks for one part of a path: an edge, or a set that was found before."""

    confidence: str
    support: str
    statements: str

    @classmethod
    def of_edge(cls, edge: str) -> Evidence:
        """That of a relationship."""
        return cls(f"{edge}.confidence", f"{edge}.support", f"{edge}.statement_ids")


@dataclass
class Names:
    """Hands out variables and keeps parameters; a statement and its subqueries share one."""

    parameters: dict[str, Any] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def new(self, letter: str, first: int = 1) -> str:
        """A variable that is not used yet."""
        number = self._counts.get(letter, first - 1) + 1
        self._counts[letter] = number
        return f"{letter}{number}"

    def parameter(self, letter: str, value: Any) -> str:
        """The name of a parameter with a value."""
        key = f"{letter}{len(self.parameters)}"
        self.parameters[key] = value
        return key


@dataclass
class Clauses:
    """Clauses in order, and what speaks for the paths that they find."""

    written: list[Clause] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Begin a clause."""
        self.written.append(Clause(text))

    def where(self, condition: str) -> None:
        """Add a condition to the last clause."""
        self.written[-1].conditions.append(condition)

    def __str__(self) -> str:
        return "\n".join(map(str, self.written))

    @property
    def of_path(self) -> Evidence:
        """What speaks for one path: the product of its confidences, the support of its last step, all statements."""
        if not self.evidence:
            return Evidence("1.0", "1", "[]")
        confidence = " * ".join(part.confidence for part in self.evidence)
        statements = " + ".join(part.statements for part in self.evidence)
        return Evidence(confidence, self.evidence[-1].support, statements)

    @property
    def of_row(self) -> Evidence:
        """What speaks for a row: its best path, all support, the statements of all paths in one list."""
        if not self.evidence:
            return self.of_path
        statements = f"reduce(all_ = [], each_ IN collect(DISTINCT {self.of_path.statements}) | all_ + each_)"
        return Evidence(f"max({self.of_path.confidence})", f"sum({self.of_path.support})", statements)

    @property
    def sources(self) -> str:
        """The statements of a row, a list for each of its paths."""
        return f"collect(DISTINCT {self.of_path.statements})" if self.evidence else "[]"


def quoted(name: str) -> str:
    """Quote a name that the ontology already checked; a second check costs nothing and keeps the text safe."""
    if "`" in name or not name.replace("_", "a").isalnum():
        raise OntologyError(f"{name!r} is not a name")
    return f"`{name}`"
