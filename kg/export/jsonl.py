"""A statement a line, with both mentions as they stand in the document and the sentence that says it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kg.ledger.database import Ledger
from kg.ledger.facts import Fact, FactEnd, facts
from kg.types import Viewer


def jsonl(ledger: Ledger, viewer: Viewer) -> Iterator[str]:
    """Yield one JSON object a line for each visible statement; offsets are into the document's text."""
    with ledger.read() as connection:
        for fact in facts(connection, viewer):
            yield json.dumps(fact_json(fact), ensure_ascii=False) + "\n"


def fact_json(fact: Fact) -> dict[str, Any]:
    """A fact as exports and the API show it."""
    citation = fact.citation
    return {
        "id": fact.id,
        "predicate": fact.predicate,
        "subject": _end(fact.subject),
        "object": _end(fact.object),
        "document": {"id": citation.document_id, "uri": citation.uri, "external_id": citation.external_id},
        "evidence": {"start": citation.start, "end": citation.end, "text": citation.quote},
        "confidence": fact.confidence,
        "extractor": fact.extractor,
        **({"valid_from": fact.valid_from} if fact.valid_from else {}),
        **({"valid_to": fact.valid_to} if fact.valid_to else {}),
    }


def _end(end: FactEnd) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": end.mention_id,
        "text": end.text,
        "type": end.type,
        "start": end.start,
        "end": end.end,
    }
    if end.value is None:
        return {**shown, "entity_id": end.node_id}
    value = {"value": end.value.text, "number": end.value.number, "unit": end.value.unit}
    return {**shown, **{key: part for key, part in value.items() if part is not None}}
