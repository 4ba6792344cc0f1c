"""Puts what was found into a sentence of the question's language."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from assistant.ask.form import (
    Best,
    Compared,
    Condition,
    Count,
    Every,
    Exists,
    Form,
    Grouped,
    Holds,
    Most,
    Named,
    OfType,
    Step,
    Top,
    Total,
    Where,
)
from assistant.ask.language import Language
from assistant.ask.lexicon import Lexicon
from assistant.ask.run import Found, Outcome
from assistant.ask.say import say

LISTED = 12
"""How many answers a sentence names before it says how many more there are."""
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def sentence(form: Form, outcome: Outcome, lexicon: Lexicon) -> str:
    """Say what a form led to.

    Args:
        form: The form that was answered.
        outcome: Its rows, at least one.
        lexicon: Of the question's language: what relations and types are called.
    """
    speech = lexicon.language
    shown = [spoken(found, speech) for found in outcome.found]
    first = outcome.found[0]
    match form:
        case Count():
            names = [name for name, _ in outcome.listed]
            listed = enumeration(names, speech, int(first.number or 0))
            return speech.say("count_one" if first.text == "1" else "count", count=first.text, answers=listed)
        case Total(_, relation, how):
            answer = spoken(first, speech)
            return speech.say(
                "total" if how == "sum" else how,
                relation=lexicon.called(relation, False),
                over=outcome.over,
                answer=answer,
            )
        case Top(_, relation, _, _):
            number = _amount(first, relation, lexicon)
            return speech.say(
                "top",
                answer=enumeration([f.text for f in outcome.found], speech),
                relation=lexicon.called(relation, False),
                number=number,
            )
        case Most(_, relation, inverse, _, _):
            return speech.say(
                "top",
                answer=enumeration([f.text for f in outcome.found], speech),
                relation=lexicon.called(relation, inverse),
                number=f"{first.number:.10g}",
            )
        case Holds(of, relation, to, inverse):
            key = "passes" if isinstance(to, Condition) else "is"
            said = speech.say(
                key, answer=shown[0], relation=_called(relation, inverse, lexicon)[0], subject=phrase(of, lexicon)
            )
            if key == "is" and _called(relation, inverse, lexicon)[1]:
                said = speech.say(
                    key, answer=phrase(of, lexicon), relation=lexicon.called(relation, False), subject=shown[0]
                )
            return speech.say("yes", statement=said)
        case Exists():
            return speech.say("yes", statement=enumeration(shown, speech))
        case Grouped() | Best():
            numbered = [_numbered(found, form.relation, lexicon) for found in outcome.found]
            return speech.say(
                "list_one" if len(numbered) == 1 else "list", count=len(numbered), answers=enumeration(numbered, speech)
            )
        case Compared(_, _, relation, _, _, counted, inverse):
            number = f"{first.number:.10g}" if counted else _amount(first, relation, lexicon)
            return speech.say(
                "top",
                answer=enumeration([f.text for f in outcome.found], speech),
                relation=lexicon.called(relation, inverse),
                number=number,
            )
        case Step(of, relation, inverse):
            name, turned = _called(relation, inverse, lexicon)
            listed = enumeration(shown, speech)
            if turned:  # "X is the founder of A and B": every label makes a sentence this way round
                key = "verb" if _is_verb(name, speech) else "turned"
                if key == "verb":
                    return _capital(speech.say(key, relation=name, subject=listed, answer=phrase(of, lexicon)))
                return _capital(speech.say("turned", relation=name, subject=listed, answer=phrase(of, lexicon)))
            if _is_verb(name, speech):  # "Ada reports to Tom"
                return _capital(speech.say("verb", relation=name, subject=phrase(of, lexicon), answer=listed))
            key = "one" if len(shown) == 1 else "many"
            return _capital(
                speech.say(
                    key, relation=name, subject=phrase(of, lexicon), answer=listed, answers=listed, count=len(shown)
                )
            )
        case Every() | Where() | OfType() | Named() | _:
            listed = enumeration(shown, speech)
            return speech.say("list_one" if len(shown) == 1 else "list", count=len(shown), answers=listed)


def _numbered(found: Found, relation: str, lexicon: Lexicon) -> str:
    """A group with its number; the best of a group with the group before it."""
    number = _amount(found, relation, lexicon) if relation else f"{found.number:.10g}"
    said = f"{found.text} ({number}{f' {found.unit}' if found.unit else ''})"
    return f"{found.group}: {said}" if found.group else said


def _is_verb(label: str, speech: Language) -> bool:
    """Whether a label, often a column's name, reads as a verb: "reports to"."""
    words = label.split()
    return speech.spaced and len(words) > 1 and words[-1] in speech.light


def denial(form: Holds, found: Sequence[Found], lexicon: Lexicon) -> str:
    """Say what holds instead of what was asked."""
    speech = lexicon.language
    key = "no_test" if isinstance(form.to, Condition) else "no"
    name, turned = _called(form.relation, form.inverse, lexicon)
    subject, answers = phrase(form.of, lexicon), enumeration([spoken(each, speech) for each in found], speech)
    if turned:
        subject, answers = answers, subject
    return speech.say(key, relation=name, subject=subject, answers=answers)


def _called(relation: str, inverse: bool, lexicon: Lexicon) -> tuple[str, bool]:
    """What to call a relation, and whether the sentence turns round because only its other direction has a name."""
    found = lexicon.ontology.relation(relation)
    return lexicon.called(relation, False), inverse and not found.symmetric


def phrase(form: Form, lexicon: Lexicon) -> str:
    """A form inside a sentence: "the founder of Microsoft"."""
    said = say(form, lexicon, brackets=False)
    return f"the {said}" if lexicon.language.spaced and isinstance(form, Step) else said


def spoken(found: Found, speech: Language) -> str:
    """A thing as the language writes it: dates and amounts included."""
    if found.kind == "Date":
        return date(found.text, speech)
    if found.unit and found.kind in ("Money", "Number"):
        return f"{found.text} {found.unit}" if found.unit != "%" else f"{found.text}%"
    return found.text


def date(text: str, speech: Language) -> str:
    """Write an ISO date of any precision: 4 April 1975, 1975年4月4日."""
    parts = text.split("T")[0].split("-")
    if not all(part.isdigit() for part in parts) or not 1 <= len(parts) <= 3:
        return text
    numbers = [int(part) for part in parts]
    if not speech.spaced:
        return "".join(f"{number}{mark}" for number, mark in zip(numbers, "年月日", strict=False))
    if len(numbers) > 1:
        month = _MONTHS[numbers[1] - 1]
        return f"{numbers[2]} {month} {numbers[0]}" if len(numbers) == 3 else f"{month} {numbers[0]}"
    return str(numbers[0])


def _amount(found: Found, relation: str, lexicon: Lexicon) -> str:
    """The number that `Top` sorted by; dates sort as days since 1970."""
    if found.number is None:
        return ""
    if "Date" in lexicon.ontology.relation(relation).range:
        day = datetime.date(1970, 1, 1) + datetime.timedelta(days=int(found.number))
        return date(day.isoformat(), lexicon.language)
    return f"{found.number:.10g}"


def enumeration(parts: Sequence[str], speech: Language, total: int | None = None) -> str:
    """Join answers, equal ones once, and say how many more there are."""
    distinct = list(dict.fromkeys(parts))
    more = (len(distinct) if total is None else max(total, len(distinct))) - LISTED
    if more > 0:
        comma = speech.words["answer"]["comma"]
        return str(comma).join(distinct[:LISTED]) + speech.say("more", count=more)
    return speech.join(distinct)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
