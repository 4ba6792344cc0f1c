"""Runs forms on the graph and gives their rows a shape that answers can be made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.ask.cypher import Rendered, render
from assistant.ask.form import Count, Form, Holds, Named, Step, Total
from kg.ontology import Ontology
from kg.ports import GraphStore
from kg.types import Viewer

MOST = 500
"""Rows fetched of one form."""
MANY, ONE = 0.65, 0.85
"""Least share of the best row's confidence: for one of many answers; where there is one answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a form leads to.

    Attributes:
        text: Its name, or the literal's canonical text.
        id: Its id in the graph; empty for a count or a total.
        type: Its type.
        kind: The literal's kind; empty for an entity.
        number: What a literal sorts by; what was sorted by, counted or summed for `Top`, `Most`, `Grouped`.
        unit: Of a literal or a total.
        confidence: Of the best path that leads to it.
        sources: Statements that say so, those of the best path first.
        group: What it is the best of, for `Best`.
    """

    text: str
    id: str
    type: str
    kind: str
    number: float | None
    unit: str | None
    confidence: float
    sources: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running a form gave.

    Attributes:
        rendered: The statement that ran.
        found: Rows, best first; one row for a count or a total.
        listed: For a count, the names of what was counted.
        over: For a total, how many values went into it.
        truncated: Whether there were more rows.
    """

    rendered: Rendered
    found: tuple[Found, ...]
    listed: tuple[tuple[str, str], ...] = ()
    over: int = 0
    truncated: bool = False


def run(form: Form, store: GraphStore, ontology: Ontology, viewer: Viewer) -> Outcome:
    """Run one form.

    Args:
        form: A well-typed form.
        store: The graph.
        ontology: The allow-list of names.
        viewer: Who asks.

    Returns:
        What was found; no rows where a count is 0, a total is over nothing, or a claim does not hold.
    """
    rendered = render(form, ontology, viewer)
    result = store.query(rendered.cypher, rendered.parameters, limit=MOST)
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    if isinstance(form, Count):
        rows = [row for row in rows if row["answer"]]
        listed = tuple(zip(rows[0]["names"], rows[0]["ids"], strict=True)) if rows else ()
        return Outcome(rendered, tuple(_number(row) for row in rows[:1]), listed)
    if isinstance(form, Total):
        rows = [row for row in rows if row["over"]]
        return Outcome(rendered, tuple(_number(row) for row in rows[:1]), over=rows[0]["over"] if rows else 0)
    return Outcome(rendered, tuple(_found(row) for row in rows), truncated=result.truncated)


def credible(outcome: Outcome, form: Form, ontology: Ontology) -> Outcome:
    """Keep what is believed of what was found.

    Args:
        outcome: Rows, the best first.
        form: What they answer.
        ontology: Where relations are functional: there other values than the best contradict it.

    Returns:
        The outcome without rows that are far less certain than the best one.
    """
    if not isinstance(form, Step | Holds) or len(outcome.found) < 2 or (isinstance(form, Holds) and form.inverse):
        return outcome
    best = outcome.found[0]
    relation = ontology.relation(form.relation)
    one = relation.functional and not form.inverse and _single(form.of)
    kept = [found for found in outcome.found if found.confidence >= (ONE if one else MANY) * best.confidence]
    if one and best.kind:  # a date and the same date said less precisely agree
        kept = [found for found in kept if found.text.startswith(best.text) or best.text.startswith(found.text)]
    return replace(outcome, found=tuple(kept))


def _single(form: Form) -> bool:
    return isinstance(form, Named) and len(form.ids) == 1


def _found(row: Mapping[str, Any]) -> Found:
    labels = [label for label in row["labels"] if label not in ("Entity", "Value")]
    return Found(
        str(row["answer"]),
        str(row["id"]),
        labels[0] if labels else "",
        row["kind"] or "",
        row["number"],
        row["unit"],
        float(row["confidence"] or 0.0),
        tuple(dict.fromkeys(source for group in sorted(row["sources"]) for source in group)),
        str(row.get("group_name") or ""),
    )


def _number(row: Mapping[str, Any]) -> Found:
    sources = tuple(dict.fromkeys(source for groups in row["sources"] for group in sorted(groups) for source in group))
    value = row["answer"]
    text = str(int(value)) if float(value).is_integer() else f"{value:.10g}"
    return Found(text, "", "", "Number", float(value), row.get("unit"), float(row["confidence"] or 0.0), sources)
