"""Renders a logical form as one parametrised, read-only Cypher statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.ask.cypher.ranking import FUNCTIONS
from assistant.ask.cypher.writer import Writer
from assistant.ask.form import (
    Best,
    Compared,
    Condition,
    Count,
    Exists,
    Form,
    Grouped,
    Holds,
    Most,
    Top,
    Total,
)
from kg.ontology import Ontology
from kg.types import Viewer

NAMES_IN_COUNT = 20
"""How many of the counted things a count lists."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A statement with its parameters.

    Columns of a set: answer, id, labels, kind, number, unit, confidence, support, sources (lists of statement ids);
    of `Best` besides: group_name. Columns of `Count`: answer, names, ids, confidence, sources; of `Total`: answer,
    unit, over, confidence, sources. `Holds` and `Exists` give rows where it is so and none where it is not.
    """

    cypher: str
    parameters: dict[str, Any]


def render(form: Form, ontology: Ontology, viewer: Viewer) -> Rendered:
    """Render a form.

    Args:
        form: A form that `types_of` accepts.
        ontology: The allow-list for every name in the statement.
        viewer: Who asks; one who sees everything needs no filter.

    Raises:
        OntologyError: the form uses a name that the ontology does not have.
    """
    writer = Writer(ontology, viewer)
    match form:
        case Count(of):
            end = writer.things(of)
            name = f"coalesce({end}.name, {end}.text)"
            tail = [
                f"WITH {end}, {writer.clauses.of_row.confidence} AS confidence, {writer.clauses.sources} AS sources",
                f"ORDER BY confidence DESC, {name}, {end}.id",
                f"WITH count({end}) AS answer, collect({name}) AS names,"
                f" collect({end}.id) AS ids, min(confidence) AS confidence, collect(sources) AS sources",
                f"RETURN answer, names[0..{NAMES_IN_COUNT}] AS names, ids[0..{NAMES_IN_COUNT}] AS ids, confidence,"
                f" sources[0..{NAMES_IN_COUNT}] AS sources",
            ]
        case Top() | Most() | Grouped():
            text, end = writer.ranked(form)
            order = "DESC" if form.greatest else "ASC"
            return Rendered(
                f"{text}\nRETURN {_things(end)}, number, unit, confidence, support, [statements] AS sources\n"
                f"ORDER BY number {order}, answer, id",
                writer.names.parameters,
            )
        case Total(of, relation, how):
            end = writer.things(of)
            value = writer.number(end, relation)
            gathered = writer.clauses
            tail = [
                f"WITH DISTINCT {end}, {value}, {gathered.of_row.confidence} AS confidence,"
                f" {gathered.sources} AS sources",
                f"WITH {value}.unit AS unit, {FUNCTIONS[how]}({value}.number) AS answer, count({end}) AS over,"
                f" min(confidence) AS confidence, collect(sources) AS sources",
                f"RETURN answer, unit, over, confidence, sources[0..{NAMES_IN_COUNT}] AS sources",
                "ORDER BY over DESC, unit",
            ]
        case Holds(of, relation, to, inverse, time):
            start = writer.things(of)
            end = writer.hop(start, writer.relation(relation), inverse, time=time)
            if isinstance(to, Condition):
                writer.compared(end, to)
            else:
                writer.things(to, end)
            tail = _listing(end, writer)
        case Exists(of):
            tail = _listing(writer.things(of), writer)
        case Compared():
            return _compared(form, writer)
        case Best():
            tail = _best(form, writer)
        case _:
            tail = _listing(writer.things(form), writer)
    return Rendered("\n".join([str(writer.clauses), *tail]), writer.names.parameters)


def _listing(end: str, writer: Writer) -> list[str]:
    gathered = writer.clauses
    return [
        f"WITH {end}, {gathered.of_row.confidence} AS confidence, {gathered.of_row.support} AS support,"
        f" {gathered.sources} AS sources",
        f"RETURN {_things(end)}, {end}.number AS number, {end}.unit AS unit, confidence, support, sources",
        "ORDER BY confidence DESC, support DESC, answer, id",
    ]


def _things(end: str) -> str:
    return f"coalesce({end}.name, {end}.text) AS answer, {end}.id AS id, labels({end}) AS labels, {end}.kind AS kind"


def _compared(form: Compared, writer: Writer) -> Rendered:
    """Both sides with their numbers, in a union; then those with the better number, where both sides have one."""
    parts = []
    extreme = "max" if form.greatest else "min"
    for side, things in enumerate((form.left, form.right)):
        inner = writer.inner()
        node = inner.things(things)
        end = inner.walk(node, form.via)
        if form.counted:
            number = f"toFloat(count(DISTINCT {inner.hop(end, inner.relation(form.relation), form.inverse)}))"
        else:
            number = f"{extreme}({inner.number(end, form.relation)}.number)"
        gathered = inner.clauses
        parts.append(
            f"{gathered}\nRETURN {node} AS thing, {number} AS number, {gathered.of_row.confidence} AS confidence,"
            f" {gathered.of_row.support} AS support, {gathered.sources} AS sources, {side} AS side"
        )
    body = "\nUNION ALL\n".join(parts)
    rows = "{thing: thing, number: number, confidence: confidence, support: support, sources: sources}"
    cypher = (
        f"CALL {{\n{body}\n}}\n"
        f"WITH collect({rows}) AS pairs, {extreme}(number) AS best, count(DISTINCT side) AS sides WHERE sides = 2\n"
        "UNWIND pairs AS pair\n"
        "WITH pair.thing AS thing, pair.number AS number, pair.confidence AS confidence, pair.support AS support,"
        " pair.sources AS sources, best WHERE number = best\n"
        f"RETURN DISTINCT {_things('thing')}, number, null AS unit, confidence, support, sources\n"
        "ORDER BY answer, id"
    )
    return Rendered(cypher, writer.names.parameters)


def _best(form: Best, writer: Writer) -> list[str]:
    member = writer.things(form.of)
    group = writer.walk(member, form.by)
    value = writer.number(member, form.relation)
    extreme, order = ("max", "DESC") if form.greatest else ("min", "ASC")
    gathered = writer.clauses
    return [
        f"WITH {group}, {member}, {extreme}({value}.number) AS number, {gathered.of_row.confidence} AS confidence,"
        f" {gathered.of_row.support} AS support, {gathered.sources} AS sources",
        f"ORDER BY number {order}, {member}.name, {member}.id",
        f"WITH {group}, collect({member})[0] AS best, collect(number)[0] AS number,"
        " collect(confidence)[0] AS confidence, collect(support)[0] AS support, collect(sources)[0] AS sources",
        f"RETURN {_things('best')}, number, null AS unit, confidence, support, sources,"
        f" coalesce({group}.name, {group}.text) AS group_name, {group}.id AS group_id",
        "ORDER BY group_name, group_id",
    ]
