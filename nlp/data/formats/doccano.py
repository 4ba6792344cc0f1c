"""doccano's JSON lines, in every shape that its releases write.

::

    {"id": 1, "text": "...", "label": [[0, 4, "Machine"]]}                     also "labels"; "data" for "text"
    {"id": 1, "text": "...", "label": ["fault"]}                               classification
    {"id": 1, "text": "...", "entities": [[0, 4, "Machine"]], "cats": ["fault"]}
    {"id": 1, "text": "...", "entities": [{"id": 1, "label": "Machine", "start_offset": 0, "end_offset": 4}],
     "relations": [{"id": 1, "from_id": 1, "to_id": 2, "type": "HAS"}]}
    {"id": 1, "text": "...", "annotations": [{"label": 3, "start_offset": 0, "end_offset": 4}]}

Its pages count UTF-16 units, and scripts that write this shape often count code points; surfaces are not stored. Where
characters outside the basic plane make a difference the whole file is taken by the way whose spans fit, and among two
that fit by the one that cuts fewer words; `"offset_unit": "utf-16"` or `"code-point"` in a row says it outright, and
is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlp.data.check import span_problem
from nlp.data.example import Entity, Example, Label, Relation
from nlp.data.offsets import CODE_POINTS, UTF16, Counter, Units, ragged
from nlp.data.record import Record
from nlp.data.source import Source

CARRIES = frozenset({"entities", "relations", "labels", "document"})
_UNITS = {"utf-16": UTF16, "code-point": CODE_POINTS}


@dataclass(slots=True)
class _Row:
    record: Record
    text: str
    spans: list[tuple[str, int, int, str]] = field(default_factory=list)  # id, start, end, label
    labels: list[str] | None = None
    target: str | None = None
    units: Units | None = None


def recognise(fields: dict[str, Any]) -> bool:
    """Whether a row has a shape that only doccano writes."""
    label = fields.get("label", fields.get("labels"))
    entities = fields.get("entities") or []
    first = entities[0] if isinstance(entities, list) and entities else None
    return (
        ("data" in fields and "text" not in fields and isinstance(fields["data"], str))
        or isinstance(fields.get("label"), list)
        or (isinstance(label, list) and bool(label) and isinstance(label[0], list))
        or isinstance(first, list)
        or (isinstance(first, dict) and "start_offset" in first)
        or isinstance(fields.get("annotations"), list)
        or "cats" in fields
        or "offset_unit" in fields
    )


def read(source: Source) -> Iterator[tuple[int, Example]]:
    """Read examples with the lines they stand on.

    Raises:
        DataError: a field is not of its kind, or spans fit by no way of counting.
    """
    rows = [_row(Record(source, line, fields)) for line, fields in source.objects()]
    units = _units([row for row in rows if row.units is None])
    for row in rows:
        yield row.record.line, _example(row, row.units or units)


def _row(record: Record) -> _Row:
    row = _Row(record, record.text("text" if "text" in record else "data"))
    if "offset_unit" in record:
        row.units = _UNITS.get(record.text("offset_unit"))
        if row.units is None:
            raise record.error(f"'offset_unit' is none of {', '.join(_UNITS)}")
    for key in ("label", "labels", "entities", "annotations", "cats"):
        value = record.fields.get(key)
        if value is None:
            continue
        items = record.items(key) if not isinstance(value, str) else [value]
        if not items and key not in ("entities", "annotations"):
            row.labels = row.labels or ([] if key == "cats" else row.labels)
        for item in items:
            _take(row, item, key)
    return row


def _take(row: _Row, item: Any, key: str) -> None:
    record = row.record
    number = str(len(row.spans) + 1)
    if isinstance(item, list):
        if len(item) != 3:
            raise record.error(f"{key!r} holds {item!r}, not [start, end, label]")
        start, end = record.as_offset(item[0], key), record.as_offset(item[1], key)
        row.spans.append((number, start, end, record.as_name(item[2], key)))
    elif isinstance(item, dict) and "start_offset" in item:
        part = record.as_record(item, key)
        id_ = part.name("id") if "id" in part else number
        row.spans.append((id_, part.offset("start_offset"), part.offset("end_offset"), part.name("label")))
    elif isinstance(item, dict) and key == "annotations" and "text" in item:
        row.target = record.as_record(item, key).text("text")
    else:
        name = record.as_record(item, key).name("label") if isinstance(item, dict) else record.as_name(item, key)
        row.labels = [*(row.labels or []), name]


def _units(rows: Sequence[_Row]) -> Units:
    """Find out how a file counts, from the rows in which it matters."""
    cut: dict[Units, int] = {}
    telling = [row for row in rows if row.spans and UTF16.differ(row.text)]
    for units in (UTF16, CODE_POINTS):
        cut[units] = 0
        for row in telling:
            counter = Counter(row.text, units)
            for _, start, end, _ in row.spans:
                span = counter.code_points(start, end)
                if span is None:
                    cut[units] += len(rows) * 1000  # it does not fit at all
                else:
                    cut[units] += ragged(row.text, *span)
    return CODE_POINTS if cut[CODE_POINTS] < cut[UTF16] else UTF16


def _example(row: _Row, units: Units) -> Example:
    record, counter = row.record, Counter(row.text, units)
    entities: list[Entity] = []
    for id_, start, end, label in row.spans:
        span = counter.code_points(start, end)
        if span is None:
            why = span_problem(row.text, start, end) or "cuts a character in two"
            raise record.error(f"entity {id_!r} ({label!r}) {why}")
        entities.append(Entity(id_, *span, label))
    return Example(
        id=record.name("id") if "id" in record else f"{record.source.path.stem}-{record.line}",
        text=row.text,
        entities=tuple(entities),
        relations=tuple(
            Relation(part.name("from_id"), part.name("to_id"), part.name("type"))
            for part in record.records("relations")
        ),
        labels=None if row.labels is None else tuple(Label(name) for name in row.labels),
        target=row.target,
        document=record.name("document") if "document" in record else "",
    )


def write(examples: Sequence[Example], path: Path) -> None:
    """Write examples as doccano imports them, in the shape that their annotations need."""
    spans = any(example.entities for example in examples)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for example in examples:
            out.write(json.dumps(_fields(example, spans), ensure_ascii=False) + "\n")


def _fields(example: Example, spans: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"id": _number(example.id), "text": example.text}
    if example.document:
        row["document"] = example.document
    labels = None if example.labels is None else [label.name for label in example.labels]
    if not spans:
        return row if labels is None else row | {"cats" if not labels else "label": labels}
    counter = Counter(example.text, UTF16)
    if UTF16.differ(example.text):
        row["offset_unit"] = "utf-16"
    row["entities"] = []
    for entity in example.entities:
        start, end = counter.units(entity.start, entity.end)
        place = {"id": _number(entity.id), "label": entity.label, "start_offset": start, "end_offset": end}
        row["entities"].append(place)
    row["relations"] = [
        {"id": number, "from_id": _number(r.head), "to_id": _number(r.tail), "type": r.label}
        for number, r in enumerate(example.relations, 1)
    ]
    return row if labels is None else row | {"cats": labels}


def _number(name: str) -> str | int:
    return int(name) if name.isascii() and name.isdigit() and str(int(name)) == name else name
