"""Logical forms: what a question asks, as a small typed algebra over the graph.

A form is a set of things (`Named`, `Every`, `Step`, `OfType`, `Where`, `Both`) or one question about a set (`Count`,
`Holds`, `Top`, `Most`, `Total`). Each is a frozen value, so forms can be compared, cached and ranked. To add an
operator: a class here, its types in `types_of`, its words in `say.py`, its clauses in `cypher.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kg.errors import OntologyError
from kg.ontology import Ontology
from kg.types import Value

How = Literal["sum", "average", "max", "min"]
Operator = Literal["=", "<", ">", "<=", ">=", "between", "contains"]


@dataclass(frozen=True, slots=True)
class Named:
    """The entities that one name stands for: usually one, several where a name was never told apart."""

    ids: tuple[str, ...]
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Every:
    """Everything of a type, the types below it included."""

    type: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a relation leads to from a set; from object to subject where `inverse`."""

    of: Things
    relation: str
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class OfType:
    """Those of a set that have a type."""

    of: Things
    type: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison with a literal; `upper` closes the interval of "between", both ends included."""

    operator: Operator
    value: Value
    upper: Value | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Those of a set whose attribute passes a test."""

    of: Things
    relation: str
    test: Condition


@dataclass(frozen=True, slots=True)
class Both:
    """What is in two sets."""

    left: Things
    right: Things


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are in a set."""

    of: Things


@dataclass(frozen=True, slots=True)
class Holds:
    """Whether a relation leads from a set to something in another, or to a value that passes a test."""

    of: Things
    relation: str
    to: Things | Condition
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Top:
    """The `n` of a set with the greatest (or least) value of an attribute; ties at the edge are cut by name."""

    of: Things
    relation: str
    greatest: bool = True
    n: int = 1


@dataclass(frozen=True, slots=True)
class Most:
    """The `n` of a set from which a relation leads to the most (or fewest, but some) things; ties are cut by name."""

    of: Things
    relation: str
    inverse: bool = False
    greatest: bool = True
    n: int = 1


@dataclass(frozen=True, slots=True)
class Total:
    """The sum, mean, greatest or least value of an attribute over a set."""

    of: Things
    relation: str
    how: How = "sum"


Things = Named | Every | Step | OfType | Where | Both
Form = Things | Count | Holds | Top | Most | Total


def types_of(form: Form, ontology: Ontology) -> frozenset[str]:
    """Return the types that the result of a form may have, and check the form on the way.

    Args:
        form: Any form.
        ontology: What its types and relations are looked up in.

    Returns:
        Type names; those of the set for `Top` and `Most`, Number for `Count`, Boolean for `Holds`.

    Raises:
        OntologyError: a type or relation is unknown, or a relation cannot stand where the form uses it.
    """
    match form:
        case Named(_, _, name) | Every(name):
            return frozenset({ontology.type(name).name})
        case Step(of, name, inverse):
            relation = ontology.relation(name)
            source, target = (relation.range, relation.domain) if inverse else (relation.domain, relation.range)
            if relation.symmetric:
                source = target = tuple(dict.fromkeys((*source, *target)))
            _check_overlap(types_of(of, ontology), source, name, ontology)
            return frozenset(target)
        case OfType(of, name):
            ontology.type(name)
            if not overlap(types_of(of, ontology), (name,), ontology):
                raise OntologyError(f"nothing in {of} can be a {name}")
            return frozenset({name})
        case Where(of, name, _) | Top(of, name, _, _):
            found = types_of(of, ontology)
            _check_overlap(found, ontology.relation(name).domain, name, ontology)
            return found
        case Both(left, right):
            first, second = types_of(left, ontology), types_of(right, ontology)
            common = {a for a in first if overlap({a}, second, ontology)}
            if not common:
                raise OntologyError(f"nothing can be in both {left} and {right}")
            return frozenset(common)
        case Most(of, name, inverse, _, _):
            found = types_of(of, ontology)
            types_of(Step(of, name, inverse), ontology)
            return found
        case Count(of):
            types_of(of, ontology)
            return frozenset({"Number"})
        case Holds(of, name, to, inverse):
            reached = types_of(Step(of, name, inverse), ontology)
            if not isinstance(to, Condition):
                _check_overlap(types_of(to, ontology), tuple(reached), name, ontology)
            return frozenset({"Boolean"})
        case Total(of, name, _):
            _check_overlap(types_of(of, ontology), ontology.relation(name).domain, name, ontology)
            return frozenset(ontology.relation(name).range)


def relations_of(things: Things) -> frozenset[str]:
    """The relations that a set is described by."""
    match things:
        case Named() | Every():
            return frozenset()
        case OfType(of, _):
            return relations_of(of)
        case Step(of, relation, _) | Where(of, relation, _):
            return relations_of(of) | {relation}
        case Both(left, right):
            return relations_of(left) | relations_of(right)


def overlap(found: frozenset[str] | set[str], wanted: tuple[str, ...] | frozenset[str], ontology: Ontology) -> bool:
    """Whether something can have one of `found` and one of `wanted` as its type."""
    return any(ontology.is_a(a, b) or ontology.is_a(b, a) for a in found for b in wanted)


def _check_overlap(found: frozenset[str], wanted: tuple[str, ...], relation: str, ontology: Ontology) -> None:
    if not overlap(found, wanted, ontology):
        raise OntologyError(
            f"{relation} stands between other types: {', '.join(sorted(found))} is not {', '.join(wanted)}"
        )
