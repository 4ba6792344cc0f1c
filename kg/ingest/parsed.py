"""What a loader hands over: the text of a document, its passages, and the rows of its tables, all by offset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.ingest.about import About
from kg.ontology import EntityType, Relation
from kg.types import Chunk, DocumentStatus, Readers, Value


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of a row, or one of several values in it. `text` is what stands at `start:end` of the document's text.

    A cell that points at another row (a foreign key) is written as that row's name where it has one, so that the
    sentence quoted as evidence can be read by a person; `reference` keeps the key itself. Free text stands outside its
    row's line, in a passage of prose, and is evidence by itself.
    """

    column: str
    text: str
    start: int
    end: int
    value: Value | None = None  # None where the cell is plain text
    reference: tuple[str, str] | None = None  # (table, key) of the row that it points at


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table as it stands in the text, one line: "column: value; column: value"."""

    table: str
    key: str  # unique in its table; parts of a composite key are joined by "|"; "" where no key tells rows apart
    name_column: str | None  # the column whose cell names the row; None where no column does
    fields: tuple[Field, ...]  # empty cells are left out; a column comes once for each of its values
    start: int
    end: int
    key_columns: tuple[str, ...] = ()  # the columns that make the key; none where the row's number is the key
    link: bool = False  # a row that says nothing but which rows of other tables belong together
    aliases: tuple[str, ...] = ()  # columns whose cells are further names of the row
    identifiers: tuple[str, ...] = ()  # "kind:value", "lei:...": what has an equal one, anywhere, is the same thing

    @property
    def name(self) -> Field | None:
        """The cell that names the row."""
        return next((cell for cell in self.fields if cell.column == self.name_column), None)


@dataclass(frozen=True, slots=True)
class TableSchema:
    """What the rows of a table are and what its columns state, where a mapping, a file or a database says so.

    Attributes:
        table: The table's name.
        type: The type of its rows.
        relations: Per column what it states; the domain is the type's name, the range the type of the row that the
            column points at, or of its values. A link row's relation stands at the second column that points at a row,
            its domain is the type of the first.
        scope: What keys of the table are unique in: tables of one scope and name are one table, whatever file they
            come in. The source where None.
    """

    table: str
    type: EntityType
    relations: Mapping[str, Relation] = field(default_factory=dict)
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as a loader read it; `text` holds no control characters but white space, and no lone surrogates."""

    text: str
    title: str
    chunks: tuple[Chunk, ...]
    media_type: str
    date: str | None = None  # ISO 8601
    metadata: Mapping[str, Any] = field(default_factory=dict)  # JSON values only
    records: tuple[Record, ...] = ()
    external_id: str | None = None  # where the source names its documents (a jsonl line, a table); else the path is
    readers: Readers | None = None  # where the source says who may read; else whoever ingests says
    schema: tuple[TableSchema, ...] = ()  # of its tables and of those they point at; the others' is inferred
    about: About | None = None  # what the file says of itself, to be written into the text


@dataclass(frozen=True, slots=True)
class Unread:
    """One document of a source of many that could not be read; the others go on."""

    external_id: str
    status: DocumentStatus
    reason: str
    title: str = ""


Part = Parsed | Unread
