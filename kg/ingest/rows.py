"""Rows of tables become entities, their cells statements, and the table's own words an addition to the ontology."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.ingest.parsed import Field, Record, TableSchema
from kg.ingest.schema import SchemaBuilder
from kg.ingest.table_words import relation_name, words
from kg.ontology import Ontology, Relation
from kg.types import Document, Evidence, Mention, SpanKind, Statement, Value
from kg.values import parse_value

EXTRACTOR = "table@1"
_SEVERAL = re.compile(r"\s*[;；、]\s*")


@dataclass(frozen=True, slots=True)
class TableReading:
    """What the rows of one document say."""

    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    keys: Mapping[str, str]  # mention id -> exact key of the row that it stands for
    ontology: Ontology
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # mention id -> what its row is known by


def read_tables(
    document: Document, records: Sequence[Record], source: str, ontology: Ontology, schema: Sequence[TableSchema] = ()
) -> TableReading:
    """Turn the rows of a document into mentions, statements and keyed entities.

    Args:
        document: The document that the rows stand in.
        records: Its rows.
        source: What their keys are unique in, the file or database; rows of the same source refer to each other.
        ontology: The ontology so far: names that it uses otherwise are avoided.
        schema: What is known of the tables; the rest is inferred.
    """
    rows = _Rows(document, source, ontology, schema)
    for record in records:
        rows.add(record)
    return rows.reading()


class _Rows:
    def __init__(self, document: Document, source: str, ontology: Ontology, schema: Sequence[TableSchema]) -> None:
        self._document = document
        self._source = source
        self._base = ontology
        self._schema = SchemaBuilder(ontology, schema)
        self._mentions: dict[str, Mention] = {}
        self._statements: dict[str, Statement] = {}
        self._keys: dict[str, str] = {}
        self._identifiers: dict[str, tuple[str, ...]] = {}

    def add(self, record: Record) -> None:
        """Read one row."""
        self._schema.named_by(record.table, record.name_column or "")
        if record.link:
            self._link(record)
            return
        subject = self._row(record)
        for cell in record.fields:
            if cell.column in record.aliases:
                self._mention(cell.start, cell.end, self._type(record.table), record.table, record.key, SpanKind.NAME)
            elif cell.column != record.name_column:
                self._cell(record, subject, cell)

    def reading(self) -> TableReading:
        """What all rows said."""
        name = " ".join(words(self._source.rsplit("/", 1)[-1]))
        return TableReading(
            tuple(self._mentions.values()),
            tuple(self._statements.values()),
            self._keys,
            self._schema.ontology(name),
            self._identifiers,
        )

    def _link(self, record: Record) -> None:
        ends = [cell for cell in record.fields if cell.reference is not None]
        if len(ends) < 2:
            return
        subject, object_ = self._refer(ends[0]), self._refer(ends[1])
        relation = self._schema.relation(record.table, ends[1].column)
        if relation is None:
            labels = [record.table, _table(ends[1])]
            relation = self._schema.inferred(relation_name(record.table), labels, _table(ends[0]))
        self._state(record, ends[1], subject, relation, object_)

    def _cell(self, record: Record, subject: str, cell: Field) -> None:
        relation = self._schema.relation(record.table, cell.column)
        if relation is not None:
            for end in self._ends(cell, relation):
                self._state(record, cell, subject, relation, end)
        elif self._schema.covers(record.table):
            return  # a column that the schema leaves out states nothing
        elif cell.reference is not None:
            name = relation_name(cell.column, reference=True)
            label = " ".join(words(name.removeprefix("HAS_")))
            relation = self._schema.inferred(name, [label], record.table)
            self._state(record, cell, subject, relation, self._refer(cell))
        elif (known := self._schema.known(cell.column, self._mentions[subject].type)) is not None:
            for end in self._named(cell, known):
                self._state(record, cell, subject, known.model_copy(update={"inverse": None}), end)
        elif cell.column not in record.key_columns or len(record.key_columns) == 1:
            relation = self._schema.inferred(relation_name(cell.column), [cell.column], None)
            self._state(record, cell, subject, relation, self._value(cell))

    def _ends(self, cell: Field, relation: Relation) -> list[str]:
        """The mentions that a cell of a relation of the schema names."""
        if cell.reference is not None:
            return [self._refer(cell, relation.range[0])]
        if self._schema.is_value(relation.range[0]):
            return [self._value(cell)]
        kind = self._schema.type_named(relation.range[0])
        mention = Mention(self._document.id, cell.start, cell.end, kind, cell.text, SpanKind.NAME, 1.0, None, EXTRACTOR)
        self._mentions.setdefault(mention.id, mention)
        return [mention.id]

    def _named(self, cell: Field, relation: Relation) -> list[str]:
        """What a cell of a known relation names: a value, or one or several things of the relation's type."""
        kind = self._base.type(relation.range[0])
        if kind.value:
            value = parse_value(cell.text, kind.name) or Value("Text", " ".join(cell.text.split()))
            return [self._literal(cell.start, cell.end, value)] if value.kind == kind.name else []
        ends, place = [], cell.start
        for part in _SEVERAL.split(cell.text):
            start = self._document.text.index(part, place, cell.end)
            place = start + len(part)
            if part:
                mention = Mention(self._document.id, start, place, kind.name, part, SpanKind.NAME, 1.0, None, EXTRACTOR)
                self._mentions.setdefault(mention.id, mention)
                ends.append(mention.id)
        return ends

    def _type(self, table: str) -> str:
        return self._schema.type_of(table)

    def _row(self, record: Record) -> str:
        """The mention that stands for the row: its name, else its key, else the cells that make its key."""
        keys = [cell for cell in record.fields if cell.column in record.key_columns]
        cells = [record.name] if record.name is not None else keys or list(record.fields[:1])
        cells = [cell for cell in cells if cell is not None]
        start, end = (cells[0].start, cells[-1].end) if cells else (record.start, record.end)
        mention = self._mention(start, end, self._type(record.table), record.table, record.key, SpanKind.NAME)
        if record.identifiers:
            self._identifiers[mention] = record.identifiers
        return mention

    def _refer(self, cell: Field, kind: str | None = None) -> str:
        assert cell.reference is not None
        table, key = cell.reference
        span = SpanKind.NOMINAL if cell.text == key else SpanKind.NAME  # a bare key is no name for a thing
        kind = self._type(table) if kind is None or self._schema.covers(table) else self._schema.type_named(kind)
        return self._mention(cell.start, cell.end, kind, table, key, span)

    def _mention(self, start: int, end: int, kind: str, table: str, key: str, span: SpanKind) -> str:
        text = self._document.text[start:end]
        mention = Mention(self._document.id, start, end, kind, text, span, 1.0, None, EXTRACTOR)
        self._mentions.setdefault(mention.id, mention)
        if key:
            self._keys[mention.id] = f"{self._schema.scope(table) or self._source}#{table}/{key}"
        return mention.id

    def _value(self, cell: Field) -> str:
        value = cell.value or Value("Text", " ".join(cell.text.split()))
        if value.kind not in self._base.types:
            value = Value("Text", value.text, value.number, value.unit)
        return self._literal(cell.start, cell.end, value)

    def _literal(self, start: int, end: int, value: Value) -> str:
        self._schema.value(value.kind)
        text = self._document.text[start:end]
        mention = Mention(self._document.id, start, end, value.kind, text, SpanKind.VALUE, 1.0, value, EXTRACTOR)
        self._mentions.setdefault(mention.id, mention)
        return mention.id

    def _state(self, record: Record, cell: Field, subject: str, relation: Relation, object_: str) -> None:
        if subject == object_:
            return
        name = self._schema.state(relation, self._mentions[subject].type, self._mentions[object_].type)
        inside = record.start <= cell.start and cell.end <= record.end
        if not inside:
            self._schema.noted(self._mentions[subject].type)
        start, end = (record.start, record.end) if inside else (cell.start, cell.end)
        statement = Statement(subject, name, object_, Evidence(self._document.id, start, end, EXTRACTOR, 1.0))
        self._statements.setdefault(statement.id, statement)


def _table(cell: Field) -> str:
    assert cell.reference is not None
    return cell.reference[0]
