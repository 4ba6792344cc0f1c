"""Writes what a file says of itself into its text, as one more line, and the statements that this line makes.

The last line of a document's text then reads "file: offer.docx; author: Ada Lovelace; created: 2024-02-03; attached to:
Our offer". Like every row of a table it is evidence that can be quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from kg.ingest.about import About, Parent
from kg.ingest.composer import one_line
from kg.ingest.parsed import Field, Parsed, Record, TableSchema
from kg.ontology import BUSINESS, EntityType, Ontology, Relation
from kg.types import Chunk, ChunkKind, Value
from kg.values import parse_date

FILE, MAIL = "File", "Mail"
OFFICE = " office"
"""Ends the name of a mail's column whose cells are mailboxes of offices, not of people."""

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
        "sender office": "SENDER",
        "recipient office": "RECIPIENT",
        "copied to office": "COPIED_TO",
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
            relations={
                column: _relation(column, ontology.relations[name]) for column, name in _RELATIONS[table].items()
            },
            scope=table.lower() if table in (FILE, MAIL) else None,
        )
        for table in sorted(set(tables))
    )


def _relation(column: str, relation: Relation) -> Relation:
    """A relation as a column states it: what the cells of an office's column name is an organization."""
    if not column.endswith(OFFICE):
        return relation
    return relation.model_copy(update={"range": tuple(reversed(relation.range))})


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
    table, key = (FILE, external_id) if about.mail is None else (MAIL, about.mail)
    written = [(table, key, _own_line(part, about, table, external_id))]
    above = about.parent
    while above is not None and above.above is not None:  # an archive says by what lies in it where it came in
        line = Line(_after(written[-1][2]) + 1)
        line.add(FILE.lower(), above.name)
        _refer(line, above.above)
        written.append((FILE, above.external_id, line))
        above = above.above
    tables = {table, *(cell.reference[0] for _, _, line in written for cell in line.fields if cell.reference)}
    known = {schema.table for schema in part.schema}
    return replace(
        part,
        text="\n".join([f"{part.text}\n\n{written[0][2].text}", *(line.text for _, _, line in written[1:])]),
        chunks=(*part.chunks, *(Chunk(line.start, _after(line), ChunkKind.ROW) for _, _, line in written)),
        records=(
            *part.records,
            *(
                Record(t, k, line.fields[0].column, tuple(line.fields), line.start, _after(line))
                for t, k, line in written
            ),
        ),
        schema=(*part.schema, *(one for one in schema_of(tables) if one.table not in known)),
    )


def _own_line(part: Parsed, about: About, table: str, external_id: str) -> Line:
    line = Line(len(part.text) + 2)
    line.add(table.lower(), first_line(part.title) or external_id)
    for name in about.authors:
        line.add("author", name)
    for column, date in (("created", about.created), ("modified", about.modified)):
        if date and (value := parse_date(date[:10])):
            line.add(column, date[:10], value=value)
    if about.parent is not None:
        _refer(line, about.parent)
    return line


def _refer(line: Line, parent: Parent) -> None:
    if parent.mail is None:
        line.add("contained in", parent.name, reference=(FILE, parent.external_id))
    else:
        line.add("attached to", parent.name, reference=(MAIL, parent.mail))


def _after(line: Line) -> int:
    return line.start + len(line.text)


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
        own = name.column == "Person"  # an office's mailbox may write under several names
        rows.append(
            Record(
                table=name.column,
                key="",
                name_column="name",
                fields=(replace(name, column="name"), address),
                start=name.start,
                end=address.end if name.end == address.end else address.end + 1,  # "Ada Lovelace <ada@acme.example>"
                identifiers=(f"mailto:{address.text.lower()}",) if own else (),
            )
        )
    return tuple(rows)
