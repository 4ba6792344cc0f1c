"""Rows of the ledger as the things that they stand for."""

from __future__ import annotations

from typing import Any

from kg.types import Evidence, Mention, SpanKind, Statement, Value


def mention_of(row: Any) -> Mention:
    """Read a row of `mentions`."""
    value = None
    if row.value_kind is not None:
        value = Value(row.value_kind, row.value_text, row.value_number, row.value_unit)
    return Mention(
        row.document_id, row.start, row.end, row.type, row.text, SpanKind(row.kind), row.score, value, row.extractor
    )


def statement_of(row: Any) -> Statement:
    """Read a row of `statements`."""
    evidence = Evidence(row.document_id, row.start, row.end, row.extractor, row.confidence)
    return Statement(row.subject, row.predicate, row.object, evidence, row.valid_from, row.valid_to)
