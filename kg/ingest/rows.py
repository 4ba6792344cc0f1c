"""Rows of tables become entities, their cells statements, and the table's own words an addition to the ontology."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.ingest.parsed import Field, Record
from kg.ontology import EntityType, Ontology, Relation
from kg.types import Document, Evidence, Mention, SpanKind, Statement, Value

EXTRACTOR = "table@1"
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class TableReading:
    """What the rows of one document say."""

    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    keys: Mapping[str, str]  # mention id -> exact key of the row that it stands for
    ontology: Ontology


def words(name: str) -> list[str]:
    """Cut the name of a table or column into words: "UnitPrice" -> unit price, "reports_to" -> reports to."""
    return [word.lower() for word in _WORD.findall(name)] or ["column"]


def type_name(table: str) -> str:
    """The type of a table's rows: the singular in camel case, "Order Details" -> OrderDetail."""
    parts = words(table)
    name = "".join(part.capitalize() for part in [*parts[:-1], _singular(parts[-1])])
    return _name(name, "Row")


def relation_name(column: str, *, reference: bool = False) -> str:
    """The relation that a column states, "UnitPrice" -> UNIT_PRICE; of a reference without its final "id"."""
    parts = words(column)
    if reference and len(parts) > 1 and parts[-1] in {"id", "key", "no", "code"}:
        parts = parts[:-1]
    name = "_".join(parts).upper()
    # Without upper and lower case a column would have the name of a type, and with one letter it could.
    return _name(name if name != name.lower() and len(name) > 1 else f"HAS_{name}", "HAS")


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

    def add(self, record: Record) -> None:
        """Read one row."""
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
            elif cell.column not in record.key_columns or len(record.key_columns) == 1:
                self._state(record, subject_mention, relation_name(cell.column), self._value(cell), [cell.column], None)

    def reading(self) -> TableReading:
        """What all rows said."""
        part = Ontology(
            name=" ".join(words(self._source.rsplit("/", 1)[-1])), types=self._types, relations=self._relations
        )
        return TableReading(tuple(self._mentions.values()), tuple(self._statements.values()), self._keys, part)

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
            label = " ".join([*words(table)[:-1], _singular(words(table)[-1])])
            same = [kind.name for kind in self._base.types.values() if not kind.value and label in _labels(kind)]
            parent = same[0] if same and name not in self._base.types else None
            self._types[name] = EntityType(name=name, labels=_said(label, table), parent=parent)
            if parent is not None:
                self._types.setdefault(parent, EntityType(name=parent))
        return name

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
        self._types.setdefault(value.kind, EntityType(name=value.kind, value=True))
        mention = Mention(
            self._document.id, cell.start, cell.end, value.kind, cell.text, SpanKind.VALUE, 1.0, value, EXTRACTOR
        )
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
            labels=_said(*labels),
            inverse_labels=_said(inverse) if inverse else {},
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


def _labels(kind: EntityType) -> set[str]:
    return {word for labels in kind.labels.values() for word in labels}


def _said(*names: str) -> dict[str, tuple[str, ...]]:
    """Labels by language, the singular of a table's name beside the name itself."""
    said: dict[str, list[str]] = defaultdict(list)
    for name in names:
        parts = words(name)
        forms = [" ".join([*parts[:-1], _singular(parts[-1])]), " ".join(parts)]
        said["zh" if _CJK.search(name) else "en"] += [form for form in forms if form not in said["en"]]
    return {language: tuple(dict.fromkeys(forms)) for language, forms in said.items()}


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "as")) and len(word) > 3:
        return word[:-1]
    return word


def _name(text: str, fallback: str) -> str:
    cleaned = re.sub(r"\W", "", text)[:60]
    return cleaned if cleaned and re.match(r"[^\W\d_]", cleaned) else f"{fallback}_{cleaned}".rstrip("_")
