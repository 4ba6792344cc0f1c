"""Rows of tables become entities, their cells statements, and the table's own words an addition to the ontology."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.ingest.parsed import Field, Record
from kg.ingest.table_words import CJK, relation_name, said, singular, type_name, words
from kg.ontology import EntityType, Ontology, Relation
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


def read_tables(document: Document, records: Sequence[Record], source: str, ontology: Ontology) -> TableReading:
    """Turn the rows of a document into mentions, statements and keyed entities.

    Args:
        document: The document that the rows stand in.
        records: Its rows.
        source: What their keys are unique in, the file or database; rows of the same source refer to each other.
        ontology: The ontology so far: names that it uses otherwise are avoided.
    """
    rows = _Rows(document, source, ontology)
    for record in records:
        rows.add(record)
    return rows.reading()


class _Rows:
    def __init__(self, document: Document, source: str, ontology: Ontology) -> None:
        self._document = document
        self._source = source
        self._base = ontology
        self._mentions: dict[str, Mention] = {}
        self._statements: dict[str, Statement] = {}
        self._keys: dict[str, str] = {}
        self._relations: dict[str, Relation] = {}
        self._types: dict[str, EntityType] = {}
        self._name_columns: dict[str, str] = {}

    def add(self, record: Record) -> None:
        """Read one row."""
        self._name_columns.setdefault(record.table, record.name_column or "")
        references = [cell for cell in record.fields if cell.reference is not None]
        if record.link:
            for subject, object_ in [(a, b) for a in references for b in references if a is not b][:1]:
                name = relation_name(record.table)
                ends = self._refer(subject), self._refer(object_)
                self._state(record, ends[0], name, ends[1], [record.table, self._table(object_)], self._table(subject))
            return
        subject_mention = self._row(record)
        for cell in record.fields:
            if cell.column == record.name_column:
                continue
            if cell.reference is not None:
                name = relation_name(cell.column, reference=True)
                label = " ".join(words(name.removeprefix("HAS_")))
                self._state(record, subject_mention, name, self._refer(cell), [label], record.table)
            elif (known := self._known(cell, self._mentions[subject_mention].type)) is not None:
                for end in self._ends(cell, known):
                    self._state(record, subject_mention, known.name, end, [], None)
            elif cell.column not in record.key_columns or len(record.key_columns) == 1:
                self._state(record, subject_mention, relation_name(cell.column), self._value(cell), [cell.column], None)

    def reading(self) -> TableReading:
        """What all rows said."""
        part = Ontology(
            name=" ".join(words(self._source.rsplit("/", 1)[-1])), types=self._types, relations=self._relations
        )
        return TableReading(tuple(self._mentions.values()), tuple(self._statements.values()), self._keys, part)

    def _known(self, cell: Field, subject_type: str) -> Relation | None:
        """The ontology's own relation that a column is called by, if such a row may have it."""
        parent = self._types[subject_type].parent or subject_type
        label = " ".join(words(cell.column))
        for relation in self._base.relations.values():
            named = {" ".join(words(name)) for names in relation.labels.values() for name in names}
            if label in named and any(self._base.admits(parent, relation.name, kind) for kind in relation.range):
                return relation
        return None

    def _ends(self, cell: Field, relation: Relation) -> list[str]:
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

    @staticmethod
    def _table(cell: Field) -> str:
        assert cell.reference is not None
        return cell.reference[0]

    def _type(self, table: str) -> str:
        name = type_name(table)
        known = self._base.types.get(name)
        if (known is not None and known.value) or name in self._base.relations:
            name += "Row"
        if name not in self._types:
            label = " ".join([*words(table)[:-1], singular(words(table)[-1])])
            parent = None if name in self._base.types else self._parent(label, self._name_columns.get(table, ""))
            self._types[name] = EntityType(name=name, labels=said(label, table), parent=parent)
            if parent is not None:
                self._types.setdefault(parent, EntityType(name=parent))
        return name

    def _parent(self, *labels: str) -> str | None:
        """The ontology's type that a table's rows belong to, by what the table or the column of names is called."""
        for label in labels:
            last = (words(label) or [""])[-1]
            for kind in self._base.types.values():
                called = {name for names in kind.labels.values() for name in names}
                inside = any(len(name) > 1 and name in label for name in called) if CJK.search(label) else False
                if not kind.value and label and (last in called or inside):
                    return kind.name
        return None

    def _row(self, record: Record) -> str:
        """The mention that stands for the row: its name, else its key, else the cells that make its key."""
        keys = [cell for cell in record.fields if cell.column in record.key_columns]
        cells = [record.name] if record.name is not None else keys or list(record.fields[:1])
        cells = [cell for cell in cells if cell is not None]
        start, end = (cells[0].start, cells[-1].end) if cells else (record.start, record.end)
        return self._mention(start, end, record.table, record.key, SpanKind.NAME)

    def _refer(self, cell: Field) -> str:
        assert cell.reference is not None
        table, key = cell.reference
        kind = SpanKind.NOMINAL if cell.text == key else SpanKind.NAME  # a bare key is no name for a thing
        return self._mention(cell.start, cell.end, table, key, kind)

    def _mention(self, start: int, end: int, table: str, key: str, kind: SpanKind) -> str:
        text = self._document.text[start:end]
        mention = Mention(self._document.id, start, end, self._type(table), text, kind, 1.0, None, EXTRACTOR)
        self._mentions.setdefault(mention.id, mention)
        self._keys[mention.id] = f"{self._source}#{table}/{key}"
        return mention.id

    def _value(self, cell: Field) -> str:
        value = cell.value or Value("Text", " ".join(cell.text.split()))
        if value.kind not in self._base.types:
            value = Value("Text", value.text, value.number, value.unit)
        return self._literal(cell.start, cell.end, value)

    def _literal(self, start: int, end: int, value: Value) -> str:
        self._types.setdefault(value.kind, EntityType(name=value.kind, value=True))
        text = self._document.text[start:end]
        mention = Mention(self._document.id, start, end, value.kind, text, SpanKind.VALUE, 1.0, value, EXTRACTOR)
        self._mentions.setdefault(mention.id, mention)
        return mention.id

    def _state(
        self, record: Record, subject: str, name: str, object_: str, labels: list[str], inverse: str | None
    ) -> None:
        if name in self._base.types:
            name = f"HAS_{name}"
        evidence = Evidence(self._document.id, record.start, record.end, EXTRACTOR, 1.0)
        statement = Statement(subject, name, object_, evidence)
        self._statements.setdefault(statement.id, statement)
        relation = Relation(
            name=name,
            domain=(self._mentions[subject].type,),
            range=(self._mentions[object_].type,),
            labels=said(*labels),
            inverse_labels=said(inverse) if inverse else {},
        )
        known = self._relations.get(name)
        if known is not None and known != relation:
            relation = relation.model_copy(
                update={
                    "domain": tuple(dict.fromkeys((*known.domain, *relation.domain))),
                    "range": tuple(dict.fromkeys((*known.range, *relation.range))),
                    "inverse_labels": known.inverse_labels or relation.inverse_labels,
                }
            )
        self._relations[name] = relation
