"""Renders a logical form as one SPARQL query."""

from __future__ import annotations

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
    Things,
    Top,
    Total,
)
from assistant.ask.sparql.patterns import FUNCTIONS, NAME, SOME, Patterns
from kg.ontology import Ontology

_PREFIXES = """PREFIX lore: <urn:loregraph:>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


def render(form: Form, ontology: Ontology) -> str:
    """Render a form.

    Args:
        form: A form that `types_of` accepts.
        ontology: The allow-list of names.

    Returns:
        ASK for `Exists` and `Holds`; else SELECT of ?answer (a node, or a number for `Count` and `Total`), with ?number
        and ?unit where there are such, and ?group for `Best`. It finds what a viewer may see in that viewer's export.

    Raises:
        OntologyError: the form uses a name that the ontology does not have.
    """
    return _PREFIXES + _query(form, Patterns(ontology))


def _query(form: Form, patterns: Patterns) -> str:
    match form:
        case Count(of):
            return f"SELECT (COUNT(DISTINCT ?thing) AS ?answer) WHERE {{ {patterns.things(of, '?thing')} }}"
        case Exists(of):
            return f"ASK {{ {patterns.things(of, '?thing')} }}"
        case Holds(of, relation, to, inverse, time):
            start, end = patterns.new(), patterns.new()
            test = patterns.compared(end, to) if isinstance(to, Condition) else f"{{ {patterns.things(to, end)} }}"
            hop = patterns.hop(start, relation, inverse, end, time)
            return f"ASK {{ {{ {patterns.things(of, start)} }} {hop} {test} }}"
        case Total(of, relation, how):
            thing, value, number = patterns.new(), patterns.new(), patterns.new()
            body = (
                f"{{ {patterns.things(of, thing)} }} {patterns.number(thing, relation, number, value)}"
                f" OPTIONAL {{ {value} lore:unit ?unit }}"
            )
            return (
                f"SELECT ({FUNCTIONS[how]}({number}) AS ?answer) ?unit (COUNT({thing}) AS ?over) WHERE {{"
                f" {{ SELECT DISTINCT {thing} {value} {number} ?unit WHERE {{ {body} }} }} }}"
                " GROUP BY ?unit ORDER BY DESC(?over) ?unit"
            )
        case Top() | Most() | Grouped():
            order = "DESC" if form.greatest else "ASC"
            ranked = patterns.ranked(form, "?answer", "?number", "?unit")
            return (
                f"SELECT ?answer ?number ?unit WHERE {{ {{ {ranked} }} ?answer {NAME} ?name . }}"
                f" ORDER BY {order}(?number) ?name STR(?answer)"
            )
        case Compared():
            return _compared(form, patterns)
        case Best():
            return _best(form, patterns)
        case _:
            return f"SELECT DISTINCT ?answer WHERE {{ {patterns.things(form, '?answer')} }}"


def _compared(form: Compared, patterns: Patterns) -> str:
    function = "COUNT(DISTINCT {})" if form.counted else "MAX({})" if form.greatest else "MIN({})"

    def side(things: Things, thing: str, number: str) -> str:
        end, value = patterns.new(), patterns.new()
        if form.counted:
            last = patterns.hop(end, form.relation, form.inverse, value)
        else:
            last = patterns.number(end, form.relation, value)
        begin = f"{{ {patterns.things(things, thing)} }}"
        way = patterns.walk(thing, form.via, end) if form.via else f"BIND({thing} AS {end})"
        found = f"({function.format(value)} AS {number})"
        return f"{{ SELECT {thing} {found} WHERE {{ {begin} {way} {last} }} GROUP BY {thing} {SOME}) }}"

    def both(thing: str, number: str) -> str:
        return f"{side(form.left, thing, number)} UNION {side(form.right, thing, number)}"

    def some(things: Things) -> str:
        thing, number, count = patterns.new(), patterns.new(), patterns.new()
        inner = side(things, thing, number)
        return f"{{ SELECT (COUNT(*) AS {count}) WHERE {{ {inner} }} }} FILTER({count} > 0)"

    thing, number = patterns.new(), patterns.new()
    best = f"{{ SELECT ({'MAX' if form.greatest else 'MIN'}({number}) AS ?best) WHERE {{ {both(thing, number)} }} }}"
    return (
        f"SELECT DISTINCT ?answer ?number WHERE {{ {{ {both('?answer', '?number')} }} {best} {some(form.left)}"
        f" {some(form.right)} FILTER(?number = ?best) }}"
    )


def _best(form: Best, patterns: Patterns) -> str:
    function = "MAX" if form.greatest else "MIN"

    def members(member: str, name: str, number: str) -> str:
        value = patterns.new()
        body = (
            f"{{ {patterns.things(form.of, member)} }} {patterns.walk(member, form.by, '?group')}"
            f" {patterns.number(member, form.relation, value)} {member} {NAME} {name} ."
        )
        found = f"({function}({value}) AS {number})"
        return f"{{ SELECT ?group {member} {name} {found} WHERE {{ {body} }} GROUP BY ?group {member} {name} {SOME}) }}"

    name, other, other_name, other_number, own, own_name = (patterns.new() for _ in range(6))
    better = f"{other_number} {'>' if form.greatest else '<'} {own}"
    earlier = f"{other_name} < {own_name} || ({other_name} = {own_name} && STR({other}) < STR(?answer))"
    return (
        f"SELECT ?answer ?number ?group WHERE {{ {members('?answer', name, '?number')} MINUS {{ SELECT ?group ?answer"
        f" WHERE {{ {members('?answer', own_name, own)} {members(other, other_name, other_number)}"
        f" FILTER({better} || ({other_number} = {own} && ({earlier}))) }} }} }}"
    )
