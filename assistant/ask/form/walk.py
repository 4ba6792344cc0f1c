"""What walks over forms: their parts, the relations in them, names that stand for several entities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar, cast

from assistant.ask.form.algebra import (
    Best,
    Compared,
    Form,
    Grouped,
    Holds,
    Most,
    Named,
    OfType,
    Step,
    Things,
    Top,
    Total,
    Where,
)

_PARTS = ("of", "left", "right", "to")
_F = TypeVar("_F", bound=Form)


def parts(form: Form) -> list[Things]:
    """The sets that a form is made of directly."""
    return [part for _, part in _named_parts(form)]


def all_parts(form: Form) -> Iterator[Form]:
    """A form and everything below it, itself first."""
    yield form
    for part in parts(form):
        yield from all_parts(part)


def start_of(form: Things) -> Things:
    """Where a path begins: the set below its steps, types and tests."""
    while isinstance(form, Step | OfType | Where):
        form = form.of
    return form


def relations_of(form: Form) -> frozenset[str]:
    """The relations that a form uses."""
    found: set[str] = set()
    for part in all_parts(form):
        if isinstance(part, Step | Where | Top | Most | Holds | Total | Compared | Best | Grouped) and part.relation:
            found.add(part.relation)
        hops = part.by if isinstance(part, Grouped | Best) else part.via if isinstance(part, Compared) else ()
        found |= {relation for relation, _ in hops}
    return frozenset(found)


def namesakes(form: Form) -> tuple[str, ...]:
    """The ids of the first name in a form that stands for more than one entity."""
    return next((part.ids for part in all_parts(form) if isinstance(part, Named) and len(part.ids) > 1), ())


def each(form: _F, ids: Iterable[str]) -> list[_F]:
    """The same form for each namesake on its own."""
    return [_with(form, (entity,)) for entity in ids]


def replaced(form: _F, old: Things, new: Things) -> _F:
    """A form with another set in place of one of its parts, wherever that stands."""
    if form == old:
        return cast(_F, new)
    changed: dict[str, Any] = {name: replaced(part, old, new) for name, part in _named_parts(form)}
    return cast(_F, replace(cast(Any, form), **changed))


def holds_all(whole: Form, part: Form) -> bool:
    """Whether a form is a part of another, or takes the same steps less some."""
    return whole == part or any(holds_all(inner, part) for inner in parts(whole)) or _steps(part) < _steps(whole)


def _steps(form: Form) -> frozenset[object]:
    found: set[object] = set()
    for part in all_parts(form):
        if isinstance(part, Step | Holds):
            found.add((part.relation, part.inverse))
        elif isinstance(part, Where):
            found.add((part.relation, part.test))
    return frozenset(found)


def _named_parts(form: Form) -> list[tuple[str, Things]]:
    found = [(field.name, getattr(form, field.name)) for field in fields(form) if field.name in _PARTS]
    return [(name, part) for name, part in found if isinstance(part, Things)]


def _with(form: _F, ids: tuple[str, ...]) -> _F:
    """Replace the first ambiguous name of a form."""
    if isinstance(form, Named):
        return cast(_F, replace(form, ids=ids))
    for name, part in _named_parts(form):
        if namesakes(part):
            return cast(_F, replace(cast(Any, form), **{name: _with(part, ids)}))
    return form
