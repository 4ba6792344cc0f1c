"""The types that a form's result may have, and whether a form makes sense at all."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.ask.form.algebra import (
    Best,
    Both,
    Compared,
    Condition,
    Count,
    Either,
    Every,
    Exists,
    Form,
    Grouped,
    Holds,
    Hop,
    Most,
    Named,
    OfType,
    Step,
    Things,
    Top,
    Total,
    Where,
    Without,
)
from assistant.ask.form.times import interval
from kg.errors import OntologyError
from kg.ontology import Ontology


def types_of(form: Form, ontology: Ontology) -> frozenset[str]:
    """Return the types that the result of a form may have, and check the form on the way.

    Args:
        form: Any form.
        ontology: What its types and relations are looked up in.

    Returns:
        Type names; those of the set for what picks from a set, those of the groups for `Grouped`, Number for `Count`,
        Boolean for `Holds` and `Exists`.

    Raises:
        OntologyError: a type or relation is unknown, or a relation cannot stand where the form uses it.
    """
    match form:
        case Named(_, _, name) | Every(name):
            return frozenset({ontology.type(name).name})
        case Step(of, name, inverse, time, _):
            if time is not None:
                interval(time)
            return _reached(types_of(of, ontology), ((name, inverse),), ontology)
        case OfType(of, name):
            ontology.type(name)
            if not overlap(types_of(of, ontology), (name,), ontology):
                raise OntologyError(f"nothing in {of} can be a {name}")
            return frozenset({name})
        case Where(of, name, _) | Top(of, name, _, _):
            return _with_attribute(of, name, ontology)
        case Both(left, right):
            first, second = types_of(left, ontology), types_of(right, ontology)
            common = {a for a in first if overlap({a}, second, ontology)}
            if not common:
                raise OntologyError(f"nothing can be in both {left} and {right}")
            return frozenset(common)
        case Either(left, right):
            return types_of(left, ontology) | types_of(right, ontology)
        case Without(left, right):
            types_of(Both(left, right), ontology)
            return types_of(left, ontology)
        case Most(of, name, inverse, _, _):
            types_of(Step(of, name, inverse), ontology)
            return types_of(of, ontology)
        case Grouped(of, by, how, name):
            if (how == "count") != (name == ""):
                raise OntologyError("groups have a count or the total of an attribute, not both")
            found = types_of(of, ontology) if how == "count" else _with_attribute(of, name, ontology)
            return _reached(found, by, ontology)
        case Count(of):
            types_of(of, ontology)
            return frozenset({"Number"})
        case Exists(of):
            types_of(of, ontology)
            return frozenset({"Boolean"})
        case Holds(of, name, to, inverse, time):
            reached = types_of(Step(of, name, inverse, time), ontology)
            if not isinstance(to, Condition):
                _check_overlap(types_of(to, ontology), tuple(reached), name, ontology)
            return frozenset({"Boolean"})
        case Total(of, name, _):
            _with_attribute(of, name, ontology)
            return frozenset(ontology.relation(name).range)
        case Compared(left, right, name, _, via, _, inverse):
            for side in (left, right):
                _reached(types_of(side, ontology), (*via, (name, inverse)), ontology)
            return types_of(left, ontology) | types_of(right, ontology)
        case Best(of, by, name, _):
            found = _with_attribute(of, name, ontology)
            _reached(found, by, ontology)
            return found


def overlap(found: Iterable[str], wanted: Iterable[str], ontology: Ontology) -> bool:
    """Whether something can have one of `found` and one of `wanted` as its type."""
    return any(ontology.is_a(a, b) or ontology.is_a(b, a) for a in found for b in wanted)


def well_typed(form: Form, ontology: Ontology) -> bool:
    """Whether `types_of` accepts a form."""
    try:
        types_of(form, ontology)
    except OntologyError:
        return False
    return True


def _reached(found: frozenset[str], hops: tuple[Hop, ...], ontology: Ontology) -> frozenset[str]:
    if not hops:
        raise OntologyError("groups need a step that leads to them")
    for name, inverse in hops:
        relation = ontology.relation(name)
        source, target = (relation.range, relation.domain) if inverse else (relation.domain, relation.range)
        if relation.symmetric:
            source = target = tuple(dict.fromkeys((*source, *target)))
        _check_overlap(found, source, name, ontology)
        found = frozenset(target)
    return found


def _with_attribute(of: Things, name: str, ontology: Ontology) -> frozenset[str]:
    found = types_of(of, ontology)
    _check_overlap(found, ontology.relation(name).domain, name, ontology)
    return found


def _check_overlap(found: frozenset[str], wanted: tuple[str, ...], relation: str, ontology: Ontology) -> None:
    if not overlap(found, wanted, ontology):
        raise OntologyError(
            f"{relation} stands between other types: {', '.join(sorted(found))} is not {', '.join(wanted)}"
        )
