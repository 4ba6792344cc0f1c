"""What a reader of a data set hands over: tables of texts, with what their source declares of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.ingest.parsed import Part


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column as its source has it.

    Attributes:
        name: What it is called.
        kind: The kind of value that the source says it holds (Number, Money, Date, Boolean, Text), if it does.
        unit: Of all its values, where the source says so.
        separator: What stands between the values of one cell, where the source has lists.
    """

    name: str
    kind: str | None = None
    unit: str | None = None
    separator: str | None = None


@dataclass(frozen=True, slots=True)
class Foreign:
    """A declared foreign key."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table to be read once, before the next one is asked for.

    Attributes:
        name: What it is called.
        columns: Its columns, names distinct.
        rows: Their texts, "" where a cell is blank; a row may be shorter or longer than there are columns.
        key: The declared primary key.
        references: The declared foreign keys.
    """

    name: str
    columns: tuple[SourceColumn, ...]
    rows: Iterable[Sequence[str]]
    key: tuple[str, ...] = ()
    references: tuple[Foreign, ...] = ()


Source = SourceTable | Part
"""A table, or a document of what is none."""
