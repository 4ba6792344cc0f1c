"""Questions about a type of thing: all of it, those that pass a test, the most of it, its sum or mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.ask.amounts import Amount
from assistant.ask.attributes import attributes, label_fit
from assistant.ask.form import (
    Both,
    Condition,
    Count,
    Every,
    Form,
    Named,
    Step,
    Things,
    Top,
    Total,
    Where,
    overlap,
)
from assistant.ask.language import Language
from assistant.ask.lexicon import Lexicon
from assistant.ask.question import Question, Slot
from assistant.ask.relate import Relater
from assistant.ask.words import Word, starts
from kg.types import Value
from kg.values import parse_date

NAMED = 0.7
"""Least fit of words that name an attribute whose value is given."""


@dataclass(frozen=True, slots=True)
class Head:
    """The noun for a type that a question is about, and where it stands."""

    type: str
    first: int
    last: int
    score: float


def filtered(question: Question, relater: Relater, lexicon: Lexicon) -> Iterator[tuple[Form, float]]:
    """Read a question as one about a type of thing.

    Args:
        question: Its names as slots; a name that no entity bears may stand in it as words.
        relater: Scores relations and attributes.
        lexicon: Of the question's language.
    """
    if question.kind == "yes_no":
        return
    taken, superlative = _superlative(question, lexicon.language)
    for head in _heads(question, lexicon, taken):
        rest = [
            item
            for i, item in enumerate(question.items)
            if not (head.first <= i < head.last)
            and i not in taken
            and not (isinstance(item, Word) and item.role == "mark")
        ]
        for things, score, used in _narrowed(question, head, rest, relater, lexicon):
            left = [item for item in rest if isinstance(item, Word) and item.role == "content" and item not in used]
            if superlative is not None:
                yield from _top(head, things, score, superlative, left, relater, lexicon)
            elif question.kind in ("sum", "average"):
                for relation, fit in attributes(head.type, [word.text for word in left], relater, lexicon):
                    how = "sum" if question.kind == "sum" else "average"
                    yield Total(things, relation, how), score * fit  # type: ignore[arg-type]
            elif not left and (question.kind in ("count", "list", "things")):
                plain = isinstance(things, Every) and question.kind == "things" and not _lists(question)
                if not plain:
                    yield (Count(things) if question.kind == "count" else things), score


def _lists(question: Question) -> bool:
    """Whether a question word asks for the head: "which products are there", 哪些产品."""
    return any(isinstance(item, Word) and item.role == "kind" for item in question.items)


# --- the type ---


def _heads(question: Question, lexicon: Lexicon, taken: set[int]) -> Iterator[Head]:
    """The nouns for types among the words, the first (in Chinese the last) one first."""
    items = question.items
    longest = max((len(key) for key in lexicon.types), default=0)
    covered: set[int] = set()
    for first in range(len(items)):
        for last in range(min(len(items), first + longest), first, -1):
            run = items[first:last]
            if covered & set(range(first, last)) or taken & set(range(first, last)):
                continue
            if not all(isinstance(item, Word) and item.role in ("content", "kind") for item in run):
                continue
            types = lexicon.types.get(tuple(item.key for item in run if isinstance(item, Word)))
            if not types:
                continue
            covered |= set(range(first, last))
            tops = [t for t in types if not any(t != up and up in types for up in lexicon.ontology.ancestors(t))]
            for name in sorted(tops):
                if not lexicon.ontology.type(name).value:
                    yield Head(name, first, last, 0.95)
            break


# --- its conditions ---


def _narrowed(
    question: Question, head: Head, rest: Sequence[object], relater: Relater, lexicon: Lexicon
) -> Iterator[tuple[Things, float, list[object]]]:
    """The type with the conditions that stand beside it, the score, and the words that they used up."""
    amounts = [item for item in rest if isinstance(item, Amount)]
    slots = [item for item in rest if isinstance(item, Slot)]
    words = [item for item in rest if isinstance(item, Word) and item.role == "content"]
    every = Every(head.type)
    if not amounts and not slots:
        yield every, head.score, []
        names = [word for word in words if word.text[:1].isupper() or not lexicon.language.spaced]
        if words and (names or len(words) == 1):
            yield from _by_text(question, head, every, words, relater, lexicon)
    elif len(amounts) == 1 and not slots:
        compared, operator_words = _compared(question, amounts[0])
        about = [word for word in words if word not in operator_words]
        spelled = [word.text for word in about]
        for relation, fit in attributes(head.type, spelled, relater, lexicon, amounts[0].value):
            yield Where(every, relation, compared), head.score * fit, [*operator_words, *about]
    elif len(slots) == 1 and not amounts:
        slot = slots[0]
        at = question.items.index(slot)
        to = frozenset(lexicon.ontology.descendants(head.type))
        for match in relater.rank(_without(question, head), at, to, limit=4):
            step = Step(slot.form, match.relation, match.inverse)
            score = max(match.score, 0.55) if not words else match.score
            yield Both(every, step), head.score * slot.score * score, list(words)
        if isinstance(slot.form, Named):
            for relation in _textual(head.type, lexicon):
                fit = label_fit(relation, [word.text for word in words], relater, lexicon) if words else 0.6
                if fit >= NAMED or not words:
                    value = Value("Text", slot.text)
                    yield Where(every, relation, Condition("=", value)), head.score * fit, list(words)


def _without(question: Question, head: Head) -> Question:
    """The question without its head: what is left is about the slot."""
    items = question.items
    kept = [replace(item, role="kind") if isinstance(item, Word) else item for item in items[head.first : head.last]]
    return question.with_items((*items[: head.first], *kept, *items[head.last :]))


def _by_text(
    question: Question, head: Head, every: Every, words: list[Word], relater: Relater, lexicon: Lexicon
) -> Iterator[tuple[Things, float, list[object]]]:
    """A condition on text that no entity is called by: "customers in Graz"."""
    capitalised = [word for word in words if word.text[:1].isupper()] or words[-1:]
    name = capitalised if lexicon.language.spaced else words
    first, last = name[0], name[-1]
    about = [word.text for word in words if word not in name]
    text = question.text[first.start : last.end]
    for relation in _textual(head.type, lexicon):
        fit = label_fit(relation, about, relater, lexicon) if about else 0.6
        if fit >= NAMED or not about:
            yield Where(every, relation, Condition("=", Value("Text", text))), head.score * fit, list(words)


def _textual(kind: str, lexicon: Lexicon) -> list[str]:
    return [
        relation.name
        for relation in lexicon.ontology.relations.values()
        if "Text" in relation.range and overlap({kind}, relation.domain, lexicon.ontology)
    ]


def _compared(question: Question, amount: Amount) -> tuple[Condition, list[Word]]:
    """The comparison that a literal stands in, and the words that say it."""
    items = list(question.items)
    at = items.index(amount)
    table = question.language.comparisons
    nearby = [
        i for i in (*range(max(at - 4, 0), at), *range(at + 1, min(at + 4, len(items)))) if isinstance(items[i], Word)
    ]
    texts = {i: items[i].text.lower() for i in nearby}
    for first in nearby:
        run = [texts.get(i, "") for i in range(first, first + 4)]
        phrase = starts(run, 0, table)
        if phrase is None or (question.language.spaced and first > at):
            continue
        used = [items[i] for i in range(first, first + len(phrase))]
        operator = table[phrase]
        return _condition(operator, amount.value), [word for word in used if isinstance(word, Word)]
    return _condition("=", amount.value), []


def condition(question: Question, amount: Amount) -> Condition:
    """The comparison that a literal of a question stands in: with what it says, within the period that it names."""
    return _compared(question, amount)[0]


def _condition(operator: str, value: Value) -> Condition:
    end = _end(value)
    if end is not None:
        if operator in ("=", "between"):
            return Condition("between", value, end)
        if operator in (">", "<="):  # after 1990 is after its last day
            return Condition(operator, Value("Date", value.text, end.number))  # type: ignore[arg-type]
    return Condition(operator if operator != "between" else "=", value)  # type: ignore[arg-type]


def _end(value: Value) -> Value | None:
    """The last day of the year or month that a date names; None for what is no date."""
    if value.kind != "Date" or value.number is None:
        return None
    parts = value.text.split("-")
    if len(parts) == 1:
        following = parse_date(str(int(parts[0]) + 1))
    elif len(parts) == 2:
        year, month = int(parts[0]), int(parts[1])
        following = parse_date(f"{year + month // 12}-{month % 12 + 1:02d}")
    else:
        return Value("Date", value.text, math.floor(value.number) + 0.999999)
    return Value("Date", value.text, following.number - 1e-6) if following and following.number is not None else None


# --- the most ---


def _superlative(question: Question, language: Language) -> tuple[set[int], list[str] | None]:
    """The superlative among the words: where it stands, which way it goes and what it grades."""
    table = language.phrases("superlatives")
    texts = [item.text.lower() if isinstance(item, Word) else "" for item in question.items]
    for first in range(len(texts)):
        phrase = starts(texts, first, table)
        if phrase is not None:
            return set(range(first, first + len(phrase))), list(table[phrase])
    return set(), None


def _top(
    head: Head,
    things: Things,
    score: float,
    superlative: list[str],
    left: Sequence[Word],
    relater: Relater,
    lexicon: Lexicon,
) -> Iterator[tuple[Form, float]]:
    way, *grades = superlative
    named = [word.text for word in left]
    best: dict[str, float] = {}
    if named:
        best = dict(attributes(head.type, named, relater, lexicon))
    else:
        for grade in grades:
            for relation, fit in attributes(head.type, [grade], relater, lexicon, least=0.5):
                best[relation] = max(best.get(relation, 0.0), fit)
    for relation, fit in sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:3]:
        yield Top(things, relation, way == "greatest"), score * fit
