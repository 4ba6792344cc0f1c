"""Prints forms for people, in the language of the question: "founder of [Microsoft]"."""

from __future__ import annotations

from assistant.ask.form import (
    Both,
    Condition,
    Count,
    Every,
    Form,
    Holds,
    Most,
    Named,
    OfType,
    Step,
    Top,
    Total,
    Where,
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

    match form:
        case Named(_, name, _):
            return f"[{name}]" if brackets else name
        case Every(kind):
            return speech.form("every", type=lexicon.type_word(kind))
        case Step(inner, relation, inverse):
            return speech.form("step", relation=lexicon.called(relation, inverse), of=of(inner))
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
        case Both(left, right):
            return speech.form("both", left=of(left), right=of(right))
        case Count(inner):
            return speech.form("count", of=of(inner))
        case Holds(inner, relation, to, inverse):
            first, second = (of(to), of(inner)) if inverse else (of(inner), of(to))
            return speech.form("holds", of=first, relation=lexicon.called(relation, False), to=second)
        case Top(inner, relation, greatest, _):
            way = "greatest" if greatest else "least"
            return speech.form(way, of=of(inner), relation=lexicon.called(relation, False))
        case Most(inner, relation, inverse, greatest, _):
            way = "most" if greatest else "fewest"
            return speech.form(way, of=of(inner), relation=lexicon.called(relation, inverse))
        case Total(inner, relation, how):
            return speech.form(how, of=of(inner), relation=lexicon.called(relation, False))
