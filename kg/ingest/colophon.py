"""Writes what a file says of itself into its text, as one more line, and the statements that this line makes.

The last line of a document's text then reads "file: offer.docx; author: Ada Lovelace; created: 2024-02-03; attached to:
Our offer". Like every row of a table it is evidence that can be quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from kg.ingest.about import About
from kg.ingest.composer import one_line
from kg.ingest.parsed import Field, Parsed, Record, TableSchema
from kg.ontology import BUSINESS, EntityType, Ontology
from kg.types import Chunk, ChunkKind, Value
from kg.values import parse_date

FILE, MAIL = "File", "Mail"

_RELATIONS: Mapping[str, Mapping[str, str]] = {  # table -> column -> relation of files.yaml
    FILE: {
        "author": "AUTHOR",
        "created": "DATE_CREATED",
        "modified": "DATE_MODIFIED",
        "contained in": "CONTAINED_IN",
        "attached to": "ATTACHED_TO",
    },
    MAIL: {
        "sender": "SENDER",
        "recipient": "RECIPIENT",
        "copied to": "COPIED_TO",
        "date sent": "DATE_SENT",
        "reply to": "REPLY_TO",
        "attached to": "ATTACHED_TO",
    },
    "Person": {"e-mail address": "EMAIL_ADDRESS"},
    "Organization": {"e-mail address": "EMAIL_ADDRESS"},
}


@cache
def _files() -> Ontology:
    return Ontology.load(BUSINESS, BUSINESS.with_name("files.yaml"))


def schema_of(tables: Iterable[str]) -> tuple[TableSchema, ...]:
    """What the rows of these tables say of files and mails, and of people with addresses.

    Keys of files and mails are unique everywhere, so that a mail and the answers to it meet wherever they lie.
    """
    ontology = _files()
    return tuple(
        TableSchema(
            table=table,
            type=ontology.types.get(table, EntityType(name=table)),
            relations={column: ontology.relations[name] for column, name in _RELATIONS[table].items()},
            scope=table.lower() if table in (FILE, MAIL) else None,
        )
        for table in sorted(set(tables))
    )


@dataclass
class Line:
    """A line of "column: value" that is being written, with the places of its cells.

    Attributes:
        start: Where it begins in the document's text.
    """

    start: int
    text: str = ""
    fields: list[Field] = field(default_factory=list)

    def add(
        self, column: str, shown: str, *, value: Value | None = None, reference: tuple[str, str] | None = None
    ) -> None:
        """Write one more cell."""
        text = one_line(shown)
        if text:
            self.text += f"{'; ' if self.text else ''}{column}: "
            begin = self.start + len(self.text)
            self.text += text
            self.fields.append(Field(column, text, begin, begin + len(text), value, reference))


def with_colophon(part: Parsed, external_id: str) -> Parsed:
    """Write what a document says of itself under its text; a document that says nothing stays as it is.

    Args:
        part: The document.
        external_id: What it is known by.
    """
    about = part.about or About()
    if not (about.authors or about.created or about.modified or about.parent):
        return part
    gap = "" if part.text.endswith("\n\n") else "\n\n"
    line = Line(len(part.text) + len(gap))
    kind, key = (FILE, external_id) if about.mail is None else (MAIL, about.mail)
    line.add(kind.lower(), first_line(part.title) or external_id)
    for name in about.authors:
        line.add("author", name)
    for column, date in (("created", about.created), ("modified", about.modified)):
        if date and (value := parse_date(date[:10])):
            line.add(column, date[:10], value=value)
    tables = {kind}
    if about.parent is not None:
        mail = about.parent.mail
        reference = (FILE, about.parent.external_id) if mail is None else (MAIL, mail)
        line.add("contained in" if mail is None else "attached to", about.parent.name, reference=reference)
        tables.add(reference[0])
    end = line.start + len(line.text)
    record = Record(kind, key, kind.lower(), tuple(line.fields), line.start, end)
    known = {schema.table for schema in part.schema}
    schema = tuple(one for one in schema_of(tables) if one.table not in known)
    return replace(
        part,
        text=f"{part.text}{gap}{line.text}",
        chunks=(*part.chunks, Chunk(line.start, end, ChunkKind.ROW)),
        records=(*part.records, record),
        schema=(*part.schema, *schema),
    )


def first_line(text: str, most: int = 200) -> str:
    """A title as one line that is not too long."""
    return one_line(text)[:most].strip()


def mail_records(
    key: str, header: tuple[int, int], fields: Sequence[Field], people: Sequence[tuple[Field, Field]]
) -> tuple[Record, ...]:
    """The rows that a mail's headers are: the mail, and each person with an address.

    Args:
        key: The mail's key: its message id, else what its document is known by.
        header: Where its headers stand.
        fields: The mail's cells, the subject among them.
        people: Name and address of each person or organization; the column of the name says which it is.
    """
    rows = [Record(MAIL, key, "subject", tuple(fields), *header)]
    for name, address in people:
        rows.append(Record(name.column, "", "name", (replace(name, column="name"), address), name.start, address.end))
    return tuple(rows)
