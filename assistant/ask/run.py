"""Runs forms on the graph and gives their rows a shape that answers can be made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.ask.cypher import Rendered, render
from assistant.ask.form import Count, Form, Holds, Named, Step, Total, Where
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
        number: What a literal sorts by, or what `Top` sorted by.
        unit: Of a literal or a total.
        confidence: Of the best path that leads to it.
        sources: Statements that say so, those of the best path first.
    """

    text: str
    id: str
    type: str
    kind: str
    number: float | None
    unit: str | None
    confidence: float
    sources: tuple[str, ...]


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


def each(form: Form, ids: Iterable[str]) -> list[Form]:
    """The same form for each namesake on its own."""
    return [_with(form, (entity,)) for entity in ids]


def namesakes(form: Form) -> tuple[str, ...]:
    """The ids of the first name in a form that stands for more than one entity."""
    if isinstance(form, Named):
        return form.ids if len(form.ids) > 1 else ()
    for part in _parts(form):
        if found := namesakes(part):
            return found
    return ()


def holds_all(whole: Form, part: Form) -> bool:
    """Whether a form is a part of another, or takes the same steps less some."""
    return whole == part or any(holds_all(inner, part) for inner in _parts(whole)) or _steps(part) < _steps(whole)


def _steps(form: Form) -> frozenset[object]:
    own: frozenset[object] = frozenset()
    if isinstance(form, Step | Holds):
        own = frozenset({(form.relation, form.inverse)})
    elif isinstance(form, Where):
        own = frozenset({(form.relation, form.test)})
    return own.union(*(_steps(part) for part in _parts(form)))


def _parts(form: Form) -> list[Form]:
    values = [getattr(form, name, None) for name in ("of", "left", "right", "to")]
    return [
        value
        for value in values
        if value is not None and hasattr(value, "__dataclass_fields__") and not hasattr(value, "operator")
    ]


def _with(form: Any, ids: tuple[str, ...]) -> Any:
    """Replace the first ambiguous name of a form."""
    if isinstance(form, Named):
        return replace(form, ids=ids)
    for name in ("of", "left", "right", "to"):
        part = getattr(form, name, None)
        if (
            part is not None
            and hasattr(part, "__dataclass_fields__")
            and not hasattr(part, "operator")
            and namesakes(part)
        ):
            return replace(form, **{name: _with(part, ids)})
    return form


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
    )


def _number(row: Mapping[str, Any]) -> Found:
    sources = tuple(dict.fromkeys(source for groups in row["sources"] for group in sorted(groups) for source in group))
    value = row["answer"]
    text = str(int(value)) if float(value).is_integer() else f"{value:.10g}"
    return Found(text, "", "", "Number", float(value), row.get("unit"), float(row["confidence"] or 0.0), sources)
