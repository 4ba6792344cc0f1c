"""Label Studio: its JSON export and import, with labels, relations and choices.

A task's text is `data.text`, or the only string in `data`. Of several annotations the one marked as ground truth
counts, else the first that was not cancelled. Releases before 2022 count UTF-16 units; the stored surfaces tell. A
task that nobody annotated becomes an example whose `annotated` is empty, so that nothing is learned from its silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nlp.data import offsets
from nlp.data.example import Entity, Example, Label, Relation
from nlp.data.record import Record
from nlp.data.source import Source

CARRIES = frozenset({"entities", "relations", "labels", "target", "document"})


def read(source: Source) -> Iterator[tuple[int, Example]]:
    """Read examples with the lines on which their tasks begin.

    Raises:
        DataError: it is no export of this kind, or a span does not read as stored.
    """
    for line, fields in source.objects():
        yield line, _example(Record(source, line, fields))


def _example(task: Record) -> Example:
    if "data" not in task:
        raise task.error("is no task of Label Studio's JSON export: 'data' is missing (JSON-MIN lacks relations)")
    data = task.record("data")
    strings = [key for key, value in data.fields.items() if isinstance(value, str)]
    if "text" not in data and len(strings) != 1:
        raise task.error(f"'data' has no 'text', and {len(strings)} fields that could be it: {', '.join(strings)}")
    text = data.text("text" if "text" in data else strings[0])
    meta = task.record("meta") if "meta" in task else Record(task.source, task.line, {})
    number = task.name("id") if "id" in task else f"{task.source.path.stem}-{task.line}"
    example = Example(
        id=meta.name("id") if "id" in meta else number,
        text=text,
        document=meta.name("document") if "document" in meta else "",
    )
    annotation = _annotation(task)
    if annotation is None:
        return replace(example, annotated=frozenset())
    return _read_results(example, annotation)


def _annotation(task: Record) -> Record | None:
    done = [
        one
        for one in task.records("annotations" if "annotations" in task else "completions")
        if not one.fields.get("was_cancelled")
    ]
    return next((one for one in done if one.fields.get("ground_truth")), done[0] if done else None)


def _read_results(example: Example, annotation: Record) -> Example:
    regions: list[tuple[str, str]] = []
    spans: list[tuple[int, int, str | None]] = []
    relations: list[Relation] = []
    labels: tuple[Label, ...] | None = None
    target: str | None = None
    for result in annotation.records("result"):
        kind = result.text("type")
        if kind == "relation":
            relations += _relations(result)
            continue
        value = result.record("value")
        if kind in ("labels", "hypertextlabels"):
            place = value.record("globalOffsets") if "globalOffsets" in value else value
            surface = value.optional("text")
            for index, name in enumerate(value.items(kind)):
                label = value.as_name(name, kind)
                regions.append((result.name("id") + (f"/{index}" if index else ""), label))
                spans.append((place.offset("start"), place.offset("end"), surface))
        elif kind == "choices" and "start" not in value:
            labels = (*(labels or ()), *(Label(value.as_name(name, "choices")) for name in value.items("choices")))
        elif kind == "textarea" and "start" not in value:
            target = "\n".join(value.as_name(part, "text") for part in value.items("text"))
        else:
            raise result.error(f"has a result of type {kind!r}; labels, relations, choices and a textarea are read")
    places = offsets.settle(example.text, spans)
    if places is None:
        raise annotation.error(_misfit(example.text, spans))
    entities = tuple(Entity(id_, start, end, label) for (id_, label), (start, end) in zip(regions, places, strict=True))
    return replace(example, entities=entities, relations=tuple(relations), labels=labels, target=target)


def _relations(result: Record) -> list[Relation]:
    head, tail = result.name("from_id"), result.name("to_id")
    names = [result.as_name(name, "labels") for name in result.items("labels")]
    if not names:
        raise result.error(f"has a relation from {head!r} to {tail!r} without a label")
    ends = {"left": [(tail, head)], "bi": [(head, tail), (tail, head)]}.get(
        result.optional("direction") or "right", [(head, tail)]
    )
    return [Relation(a, b, name) for name in names for a, b in ends]


def _misfit(text: str, spans: Sequence[tuple[int, int, str | None]]) -> str:
    for start, end, surface in spans:
        if not 0 <= start < end <= len(text):
            return f"a span runs from {start} to {end} in a text of {len(text)} characters"
        if surface is not None and not offsets.same_surface(text[start:end], surface):
            return f"a span reads {text[start:end]!r} at {start} to {end} where the file says {surface!r}"
    return "its spans count neither code points nor UTF-16 units"


def write(examples: Sequence[Example], path: Path) -> None:
    """Write tasks that Label Studio imports with their annotations; controls are named label, choice and target."""
    tasks = [_task(number, example) for number, example in enumerate(examples, 1)]
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def _task(number: int, example: Example) -> dict[str, Any]:
    result: list[dict[str, Any]] = [
        {
            "id": entity.id,
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {
                "start": entity.start,
                "end": entity.end,
                "text": example.text[entity.start : entity.end],
                "labels": [entity.label],
            },
        }
        for entity in example.entities
    ]
    if example.labels is not None:
        choices = {"choices": [label.name for label in example.labels]}
        result.append({"from_name": "choice", "to_name": "text", "type": "choices", "value": choices})
    if example.target is not None:
        result.append(
            {"from_name": "target", "to_name": "text", "type": "textarea", "value": {"text": [example.target]}}
        )
    result += [
        {"type": "relation", "from_id": r.head, "to_id": r.tail, "direction": "right", "labels": [r.label]}
        for r in example.relations
    ]
    meta = {"id": example.id} | ({"document": example.document} if example.document else {})
    return {
        "id": number,
        "data": {"text": example.text},
        "meta": meta,
        "annotations": [{"id": number, "result": result}],
    }
