"""Calibration of facts: which count, and how far confidence is off."""

from __future__ import annotations

from typing import Any

import pytest

from bench.calibration import bins, judged, summary

TEXT = "Ada Lovelace founded Acme."


def statement(relation: str, confidence: float, start: int = 0, document: str = "7") -> dict[str, Any]:
    return {
        "predicate": relation,
        "subject": {"start": 21, "end": 25},
        "object": {"start": start, "end": start + 12},
        "document": {"external_id": document},
        "confidence": confidence,
    }


def test_only_what_is_annotated_counts() -> None:
    fact = {"property": "FOUNDED_BY", "subject": {"start": 21, "end": 25}, "object": {"start": 0, "end": 12}}
    row = {"text": TEXT, "facts": [fact], "no_fact_properties": ["CEO"], "passageStart": 0}
    found = judged(
        {"7": [row]},
        [
            statement("FOUNDED_BY", 0.9),
            statement("FOUNDED_BY", 0.6, start=13),
            statement("CEO", 0.7),
            statement("SPOUSE", 0.8),  # nobody looked for it
            statement("CEO", 0.8, document="8"),
        ],
    )
    assert found == [("FOUNDED_BY", 0.9, True), ("FOUNDED_BY", 0.6, False), ("CEO", 0.7, False)]


def test_the_error_is_the_gap_weighted_by_facts() -> None:
    facts = [("R", 0.95, True), ("R", 0.95, True), ("R", 0.95, False), ("R", 0.55, False)]
    rows = bins(facts)
    assert [(row["from"], row["facts"]) for row in rows] == [(0.5, 1), (0.9, 3)]
    assert summary(facts)["ece"] == pytest.approx((3 * abs(0.95 - 2 / 3) + 0.55) / 4)
    assert summary([])["ece"] == 0.0
