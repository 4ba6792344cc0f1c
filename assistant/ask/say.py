"""Prints forms for people, in the language of the question: "founder of [Microsoft]"."""

from __future__ import annotations

from assistant.ask.form import (
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
    Top,
    Total,
    Where,
    Without,
)
from assistant.ask.lexicon import Lexicon


def say(form: Form | Condition, lexicon: Lexicon, *, brackets: bool = True) -> str:
    """Print a form.

    Args:
        form: Any form, or the test of one.
        lexicon: What relations and types are called.
        brackets: Whether names stand in brackets, as in a trace; a sentence wants none.
    """
    speech = lexicon.language

    def of(part: Form | Condition) -> str:
        return say(part, lexicon, brackets=brackets)

    def timed(said: str, time: Condition | None, key: str = "during") -> str:
        return said if time is None else speech.form(key, of=said, time=_time(time, lexicon))

    def picked(n: int | None, said: str) -> str:
        return said if n in (None, 1) else speech.form("first", n=n, of=said)

    match form:
        case Named(_, name, _):
            return f"[{name}]" if brackets else name
        case Every(kind):
            return speech.form("every", type=lexicon.type_word(kind))
        case Step(inner, relation, inverse, time, apart):
            key = "step_back" if inverse and not lexicon.has_inverse(relation) else "step"
            said = timed(speech.form(key, relation=lexicon.called(relation, inverse), of=of(inner)), time)
            return speech.form("apart", of=said) if apart else said
        case OfType(inner, kind):
            return speech.form("of_type", of=of(inner), type=lexicon.type_word(kind))
        case Condition("between", value, upper):
            if upper is None or value.text == upper.text:
                return speech.form("within", value=value.text)
            return speech.form("between", value=value.text, upper=upper.text)
        case Condition(operator, value, _):
            return speech.form(operator, value=value.text)
        case Where(inner, relation, test):
            return speech.form("where", of=of(inner), relation=lexicon.called(relation, False), test=of(test))
        case Both(left, right) | Either(left, right) | Without(left, right):
            return speech.form(type(form).__name__.lower(), left=of(left), right=of(right))
        case Count(inner) | Exists(inner):
            return speech.form("count" if isinstance(form, Count) else "exists", of=of(inner))
        case Holds(inner, relation, to, inverse, time):
            first, second = (of(to), of(inner)) if inverse else (of(inner), of(to))
            return timed(speech.form("holds", of=first, relation=lexicon.called(relation, False), to=second), time)
        case Top(inner, relation, greatest, n):
            way = ("greatest" if greatest else "least") if n is not None else "descending" if greatest else "ascending"
            return picked(n, speech.form(way, of=of(inner), relation=lexicon.called(relation, False)))
        case Most(inner, relation, inverse, greatest, n):
            way = ("most" if greatest else "fewest") if n is not None else "by_most" if greatest else "by_fewest"
            return picked(n, speech.form(way, of=of(inner), relation=lexicon.called(relation, inverse)))
        case Grouped():
            return _grouped(form, lexicon, brackets)
        case Total(inner, relation, how):
            return speech.form(how, of=of(inner), relation=lexicon.called(relation, False))
        case Compared(left, right, relation, greatest, via, counted, inverse):
            way = ("more" if greatest else "fewer") if counted else "greater" if greatest else "lesser"
            said = lexicon.called(relation, inverse)
            for hop in reversed(via):
                said = speech.form("step", relation=said, of=lexicon.called(*hop))
            return speech.form(way, left=of(left), right=of(right), relation=said)
        case Best(inner, by, relation, greatest):
            way = "greatest" if greatest else "least"
            said = speech.form(way, of=of(inner), relation=lexicon.called(relation, False))
            return speech.form("by_group", of=said, by=_by(by, lexicon))


def _grouped(form: Grouped, lexicon: Lexicon, brackets: bool) -> str:
    speech = lexicon.language
    members = say(form.of, lexicon, brackets=brackets)
    relation = lexicon.called(form.relation, False) if form.relation else ""
    by = _by(form.by, lexicon)
    if form.n is not None:
        n = "" if form.n == 1 and speech.spaced else str(form.n)
        way = "group_most" if form.greatest else "group_least"
        number = speech.form(form.how, of=members, relation=relation)
        said = speech.form(way, n=n, by=by, number=number).replace("  ", " ").strip()
    else:
        said = speech.form("by_group", of=speech.form(form.how, of=members, relation=relation), by=by)
    if form.test is not None:
        said = speech.form("group_test", of=said, test=say(form.test, lexicon, brackets=brackets))
    return said


def _by(by: tuple[Hop, ...], lexicon: Lexicon) -> str:
    said = lexicon.called(*by[0])
    for hop in by[1:]:
        said = lexicon.language.form("step", relation=lexicon.called(*hop), of=said)
    return said


def _time(time: Condition, lexicon: Lexicon) -> str:
    """A time in words; "=" is "in 2019"."""
    speech = lexicon.language
    match time.operator:
        case "<" | ">":
            return speech.form("before" if time.operator == "<" else "after", value=time.value.text)
        case "<=" | ">=":
            return speech.form("until" if time.operator == "<=" else "since", value=time.value.text)
        case "between":
            return say(time, lexicon)
        case _:
            return speech.form("within", value=time.value.text)
