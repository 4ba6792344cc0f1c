"""Our own JSON lines: one text a line, offsets in code points. It carries everything that `Example` has.

::

    {"id": "1", "text": "Pump P-7 leaks.", "entities": [{"id": 1, "start": 0, "end": 8, "label": "Machine"}],
     "relations": [{"head": 1, "tail": 2, "label": "HAS"}], "label": "fault"}

Further fields, all optional: "labels" (a list) instead of "label", "document", "pair", "question", "answers"
([{"start", "end"}]), "target", "clusters" (lists of entity ids), "annotated" (a list of labels), "score" wherever a
label stands, "text" in an entity or answer, which must then be what its offsets say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from nlp.data.check import surface_problem
from nlp.data.example import Answer, Entity, Example, Label, Relation
from nlp.data.record import Record
from nlp.data.source import Source

CARRIES = frozenset(
    {"entities", "relations", "labels", "clusters", "pair", "question", "answers", "target", "annotated", "document"}
)
_KEYS = (*sorted(CARRIES), "id", "text", "label")


def read(source: Source) -> Iterator[tuple[int, Example]]:
    """Read examples with the lines they stand on.

    Raises:
        DataError: a field is not of its kind, or seems misspelt.
    """
    for line, fields in source.objects():
        yield line, example(Record(source, line, fields))


def example(row: Record) -> Example:
    """Read one row; an id that is missing is made of the file's name and the line.

    Raises:
        DataError: a field is not of its kind, or seems misspelt.
    """
    for key in row.fields:
        if key not in _KEYS and (close := get_close_matches(key, _KEYS, 1, 0.8)):
            raise row.error(f"field {key!r} is unknown; is {close[0]!r} meant?")
    text = row.text("text")
    return Example(
        id=row.name("id") if "id" in row else f"{row.source.path.stem}-{row.line}",
        text=text,
        entities=tuple(entity(item, text) for item in row.records("entities")),
        relations=tuple(relation(item) for item in row.records("relations")),
        labels=labels(row),
        clusters=tuple(clusters(row)),
        pair=row.optional("pair"),
        question=row.optional("question"),
        answers=tuple(_answer(item, text) for item in row.records("answers")),
        target=row.optional("target"),
        document=row.name("document") if row.fields.get("document") not in (None, "") else "",
        annotated=frozenset(row.as_name(name, "annotated") for name in row.items("annotated"))
        if "annotated" in row
        else None,
    )


def entity(item: Record, text: str) -> Entity:
    """Read an entity."""
    found = Entity(item.name("id"), item.offset("start"), item.offset("end"), item.name("label"), item.score())
    _surface(item, text, found.start, found.end)
    return found


def relation(item: Record) -> Relation:
    """Read a relation."""
    return Relation(item.name("head"), item.name("tail"), item.name("label"), item.score())


def labels(row: Record) -> tuple[Label, ...] | None:
    """Read "label" or "labels", whichever is there.

    Raises:
        DataError: both are.
    """
    if "label" in row and "labels" in row:
        raise row.error("has both 'label' and 'labels'")
    if "label" in row:
        return (_label(row, row.fields["label"], "label"),)
    if "labels" in row:
        return tuple(_label(row, item, "labels") for item in row.items("labels"))
    return None


def clusters(row: Record) -> Iterator[tuple[str, ...]]:
    """Read clusters of entity ids."""
    for members in row.items("clusters"):
        if not isinstance(members, list):
            raise row.error("'clusters' is not a list of lists of entity ids")
        yield tuple(row.as_name(member, "clusters") for member in members)


def _label(row: Record, value: Any, key: str) -> Label:
    if isinstance(value, dict):
        item = row.as_record(value, key)
        return Label(item.name("name"), item.score())
    return Label(row.as_name(value, key))


def _answer(item: Record, text: str) -> Answer:
    found = Answer(item.offset("start"), item.offset("end"), item.score())
    _surface(item, text, found.start, found.end)
    return found


def _surface(item: Record, text: str, start: int, end: int) -> None:
    if "text" in item and 0 <= start < end <= len(text):
        surface = item.text("text")
        if wrong := surface_problem(text, start, end, surface):
            hint = ""
            if text[:end].isascii() is False and surface in text:
                hint = "; offsets must count code points"
            raise item.error(f"a span {wrong}{hint}")


def write(examples: Sequence[Example], path: Path) -> None:
    """Write examples, one a line."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for item in examples:
            out.write(json.dumps(fields(item), ensure_ascii=False) + "\n")


def fields(item: Example) -> dict[str, Any]:
    """Return an example as plain values; what is empty or certain is left out."""
    row: dict[str, Any] = {"id": item.id, "text": item.text}
    if item.document:
        row["document"] = item.document
    if item.entities:
        row["entities"] = [
            {"id": e.id, "start": e.start, "end": e.end, "label": e.label, **_score(e.score)} for e in item.entities
        ]
    if item.relations:
        row["relations"] = [
            {"head": r.head, "tail": r.tail, "label": r.label, **_score(r.score)} for r in item.relations
        ]
    if item.labels is not None:
        values = [
            {"name": label.name, "score": label.score} if label.score != 1 else label.name for label in item.labels
        ]
        row.update({"label": values[0]} if len(values) == 1 else {"labels": values})
    if item.clusters:
        row["clusters"] = [list(members) for members in item.clusters]
    if item.answers:
        row["answers"] = [{"start": a.start, "end": a.end, **_score(a.score)} for a in item.answers]
    for key in ("pair", "question", "target"):
        if (value := getattr(item, key)) is not None:
            row[key] = value
    if item.annotated is not None:
        row["annotated"] = sorted(item.annotated)
    return row


def _score(score: float) -> dict[str, float]:
    return {} if score == 1 else {"score": score}
