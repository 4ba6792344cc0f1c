"""KnowledgeNet (Mesquita et al., EMNLP 2019): passages with facts and with properties known to be absent; read only.

Entities are the arguments of facts, typed by their property's domain and range; equal URIs make a cluster. Only the
properties that were judged for a passage are `annotated`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nlp.data import offsets
from nlp.data.check import span_problem, surface_problem
from nlp.data.example import Entity, Example, Relation
from nlp.data.record import Record
from nlp.data.source import Source

CARRIES: frozenset[str] = frozenset()
_P, _O, _L, _D = "Person", "Organization", "Location", "Date"
TYPES = {
    "DATE_OF_BIRTH": (_P, _D), "DATE_OF_DEATH": (_P, _D), "PLACE_OF_RESIDENCE": (_P, _L), "PLACE_OF_BIRTH": (_P, _L),
    "NATIONALITY": (_P, _L), "EMPLOYEE_OR_MEMBER_OF": (_P, _O), "EDUCATED_AT": (_P, _O),
    "POLITICAL_AFFILIATION": (_P, _O), "CHILD_OF": (_P, _P), "SPOUSE": (_P, _P), "DATE_FOUNDED": (_O, _D),
    "HEADQUARTERS": (_O, _L), "SUBSIDIARY_OF": (_O, _O), "FOUNDED_BY": (_O, _P), "CEO": (_O, _P),
}  # fmt: skip


def recognise(fields: dict[str, Any]) -> bool:
    """Whether a row has its shape."""
    return "facts" in fields and ("no_fact_properties" in fields or "passageStart" in fields)


def read(source: Source) -> Iterator[tuple[int, Example]]:
    """Read examples with the lines they stand on.

    Raises:
        DataError: a field is not of its kind, or a span does not read as stored.
    """
    for line, fields in source.objects():
        yield line, _example(Record(source, line, fields))


def _example(row: Record) -> Example:
    text = row.text("text")
    facts = [(fact.text("property"), fact.record("subject"), fact.record("object")) for fact in row.records("facts")]
    arguments = [
        (part, TYPES.get(name, ("Entity", "Entity"))[side]) for name, *parts in facts for side, part in enumerate(parts)
    ]
    spans = [(part.offset("start"), part.offset("end"), part.optional("text")) for part, _ in arguments]
    places = offsets.settle(text, spans, (offsets.CODE_POINTS, offsets.UTF16))
    if places is None:
        raise row.error(_misfit(text, spans))
    keys = [(start, end, label) for (start, end), (_, label) in zip(places, arguments, strict=True)]
    ids = {key: str(number) for number, key in enumerate(sorted(set(keys)), 1)}
    same: dict[str, list[str]] = {}
    for key, (part, _) in zip(keys, arguments, strict=True):
        uri = part.optional("uri")
        if uri and ids[key] not in same.setdefault(uri, []):
            same[uri].append(ids[key])
    relations = {Relation(ids[keys[2 * n]], ids[keys[2 * n + 1]], name): None for n, (name, *_) in enumerate(facts)}
    document = row.name("documentId")
    return Example(
        id=f"{document}-{row.name('passageStart')}" if "passageStart" in row else f"{document}-{row.line}",
        text=text,
        entities=tuple(Entity(id_, *key) for key, id_ in ids.items()),
        relations=tuple(relations),
        clusters=tuple(tuple(members) for members in same.values() if len(members) > 1),
        document=document,
        annotated=frozenset(
            [name for name, *_ in facts]
            + [row.as_name(p, "no_fact_properties") for p in row.items("no_fact_properties")]
        ),
    )


def _misfit(text: str, spans: list[tuple[int, int, str | None]]) -> str:
    for start, end, surface in spans:
        if wrong := span_problem(text, start, end) or surface_problem(text, start, end, surface or text[start:end]):
            return f"a span {wrong}"
    return "its spans count neither code points nor UTF-16 units"
