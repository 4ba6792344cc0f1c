"""What a graph that is brought in says of one of its nodes, before it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.ontology import EntityType, Relation
from kg.types import Value


@dataclass(frozen=True, slots=True)
class End:
    """A node that an edge leads to."""

    table: str  # a table is a type of node
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """A literal as it is written; without a value it is plain text."""

    text: str
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One edge or attribute of a node."""

    relation: str
    end: End | Text
    note: str = ""  # what the edge itself carries, in words


@dataclass(frozen=True, slots=True)
class Node:
    """A node with all that starts there.

    Attributes:
        table: Which of the shape's types it has.
        key: What it is known by in its graph; equal keys of a table are one thing.
        name: What it is called, or what stands for it.
        aliases: Its further names.
        claims: What is said of it, in order.
        identifiers: "kind:value", what it is known by everywhere.
        origin: What a person finds it by where it came from, to stand at the end of its line.
        section: A part of the graph that it stands in, as a heading.
    """

    table: str
    key: str
    name: str
    aliases: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    identifiers: tuple[str, ...] = ()
    origin: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """The types and relations of a graph.

    Attributes:
        types: By table.
        relations: By name. Between which types they stand is found as they are read.
        captions: What a relation is called in a line of text, by name; its name where it is left out.
    """

    types: Mapping[str, EntityType]
    relations: Mapping[str, Relation]
    captions: Mapping[str, str] = field(default_factory=dict)
