"""Logical forms: what a question asks, as a small typed algebra over the graph.

A form is a set of things or one question about sets. Each is a frozen value, so forms can be compared, cached and
ranked. To add an operator: a class here, its types in `types.py`, its words in `say.py`, its clauses in `cypher/` and
`sparql/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kg.types import Value

How = Literal["sum", "average", "max", "min"]
Operator = Literal["=", "<", ">", "<=", ">=", "between", "contains"]
Hop = tuple[str, bool]
"""A relation walked one way: its name, and whether from object to subject."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison with a literal; `upper` closes the interval of "between", both ends included."""

    operator: Operator
    value: Value
    upper: Value | None = None


# --- sets ---


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
    """What a relation leads to from a set; a path is steps of steps.

    Attributes:
        of: The set.
        relation: The relation.
        inverse: From object to subject.
        time: Only what is said to have held at some time that passes: "=" during it, "<" before its first day, ">"
            after its last. A fact without any date passes none.
        apart: The path leads to something other than where it began ("films that share a director with X" without
            X). It began where the steps, types and tests below this one do.
    """

    of: Things
    relation: str
    inverse: bool = False
    time: Condition | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class OfType:
    """Those of a set that have a type."""

    of: Things
    type: str


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
class Either:
    """What is in one of two sets."""

    left: Things
    right: Things


@dataclass(frozen=True, slots=True)
class Without:
    """What is in the left set and, as far as is known, not in the right one."""

    left: Things
    right: Things


@dataclass(frozen=True, slots=True)
class Top:
    """The `n` of a set with the greatest (or least) value of an attribute; all of them in order where `n` is None.

    Ties at the edge are cut by name.
    """

    of: Things
    relation: str
    greatest: bool = True
    n: int | None = 1


@dataclass(frozen=True, slots=True)
class Most:
    """The `n` of a set from which a relation leads to the most (or fewest, but some) things; ties are cut by name."""

    of: Things
    relation: str
    inverse: bool = False
    greatest: bool = True
    n: int | None = 1


@dataclass(frozen=True, slots=True)
class Grouped:
    """What members of a set lead to, each with how many members lead there or with the total of their attribute.

    "How many orders has each country", "which customer has the highest sum of amounts", "countries with more than five
    customers".

    Attributes:
        of: The members.
        by: The steps from a member to its groups.
        how: What is told of a group: the number of its members, or the sum, mean, greatest or least of an attribute.
        relation: The attribute; empty for "count".
        test: Only groups whose number passes.
        greatest: Whether the groups with the greatest number come first.
        n: How many groups; all where None.
    """

    of: Things
    by: tuple[Hop, ...]
    how: How | Literal["count"] = "count"
    relation: str = ""
    test: Condition | None = None
    greatest: bool = True
    n: int | None = None


# --- questions about sets ---


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are in a set."""

    of: Things


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether there is anything in a set."""

    of: Things


@dataclass(frozen=True, slots=True)
class Holds:
    """Whether a relation leads from a set to something in another, or to a value that passes a test."""

    of: Things
    relation: str
    to: Things | Condition
    inverse: bool = False
    time: Condition | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """The sum, mean, greatest or least value of an attribute over a set."""

    of: Things
    relation: str
    how: How = "sum"


@dataclass(frozen=True, slots=True)
class Compared:
    """Which of two has the greater (or lesser) attribute; nothing where that of one is not known, both where equal.

    Attributes:
        left: One of them.
        right: The other.
        relation: The attribute, or what is counted.
        greatest: Which way.
        via: Steps to whose attribute it is: the director of a film.
        counted: Compares how many things the relation leads to instead of a value.
        inverse: Counts from object to subject.
    """

    left: Things
    right: Things
    relation: str
    greatest: bool = True
    via: tuple[Hop, ...] = ()
    counted: bool = False
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Best:
    """The member of each group with the greatest (or least) value of an attribute: "the dearest product by category".

    Attributes:
        of: The members.
        by: The steps from a member to its groups.
        relation: The attribute.
        greatest: Which way; ties are cut by name.
    """

    of: Things
    by: tuple[Hop, ...]
    relation: str
    greatest: bool = True


Things = Named | Every | Step | OfType | Where | Both | Either | Without | Top | Most | Grouped
Form = Things | Count | Exists | Holds | Total | Compared | Best


def path(of: Things, *hops: Hop, apart: bool = False) -> Things:
    """Walk several steps.

    Args:
        of: Where the path begins.
        hops: Its steps.
        apart: Whether its end may not be where it began.
    """
    for place, (relation, inverse) in enumerate(hops, 1):
        of = Step(of, relation, inverse, apart=apart and place == len(hops))
    return of
