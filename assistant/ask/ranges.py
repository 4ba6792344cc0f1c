"""Literals of a question with how they are compared: "more than 50", "in 1997", "between January and March 1998"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.ask.amounts import Amount
from assistant.ask.form import Condition
from assistant.ask.question import Question
from assistant.ask.words import Word, starts
from kg.types import Value
from kg.values import parse_date


@dataclass(frozen=True, slots=True)
class Comparison:
    """A test, the items that say it, and what the unit of the literal measures ("years old": age)."""

    test: Condition
    places: frozenset[int]
    measures: tuple[str, ...] = ()

    @property
    def first(self) -> int:
        """Where it begins."""
        return min(self.places)


def comparisons(question: Question, taken: Sequence[int] = ()) -> list[Comparison]:
    """Read every literal of a question with the words that compare it.

    Args:
        question: With its literals as amounts.
        taken: Amounts that are something else, such as the number of things wanted.
    """
    found: list[Comparison] = []
    done: set[int] = set(taken)
    for at, item in enumerate(question.items):
        if isinstance(item, Amount) and at not in done:
            one = _compared(question, at)
            found.append(one)
            done |= one.places
    return found


def condition(question: Question, amount: Amount) -> Condition:
    """The comparison that a literal of a question stands in: with what it says, within the period that it names."""
    return _compared(question, question.items.index(amount)).test


def _compared(question: Question, at: int) -> Comparison:
    items, language = question.items, question.language
    amount = items[at]
    assert isinstance(amount, Amount)
    upper = _upper(question, at)
    if upper is not None:
        other = items[upper]
        assert isinstance(other, Amount)
        places = frozenset({*range(at, upper + 1), *_said(question, at, upper, {"between", ">=", "<="})})
        last = _end(other.value) or other.value
        return Comparison(Condition("between", amount.value, last), places | _measure(question, upper)[0])
    places, operator = frozenset({at}), "="
    table = language.comparisons
    nearby = [i for i in (*range(max(at - 4, 0), at), *range(at + 1, min(at + 4, len(items))))]
    texts = {i: item.text.lower() for i in nearby if isinstance(item := items[i], Word)}
    for first in nearby:
        phrase = starts([texts.get(i, "") for i in range(first, first + 4)], 0, table)
        if phrase is None or (language.spaced and first > at) or first not in texts:
            continue
        places, operator = places | set(range(first, first + len(phrase))), table[phrase]
        onwards = isinstance(after := items[at + 1] if at + 1 < len(items) else None, Word) and after.text == "on"
        if phrase == ("from",) and amount.value.kind == "Date" and not onwards:
            operator = "="  # "the invoices from 2023" are those of that year
        break
    measured, measures = _measure(question, at)
    return Comparison(_condition(operator, amount.value), places | measured, measures)


def _upper(question: Question, at: int) -> int | None:
    """The literal that closes an interval which the one at hand opens: "1996 to 1998", "between 10 and 20"."""
    items = question.items
    joins = set(question.language.words["join"])
    place = at + 1
    while place < len(items) and isinstance(item := items[place], Word) and item.text.lower() in joins:
        place += 1
    if place == at + 1 or place >= len(items) or place > at + 2:
        return None
    first, last = items[at], items[place]
    if not isinstance(first, Amount) or not isinstance(last, Amount) or first.value.kind != last.value.kind:
        return None
    low, high = first.value.number, last.value.number
    return place if low is not None and high is not None and low < high else None


def _said(question: Question, first: int, last: int, wanted: set[str]) -> set[int]:
    """The words around an interval that say that it is one."""
    found: set[int] = set()
    table = question.language.comparisons
    for place in (*range(max(first - 2, 0), first), *range(last + 1, min(last + 3, len(question.items)))):
        item = question.items[place]
        if isinstance(item, Word) and table.get((item.text.lower(),)) in wanted:
            found.add(place)
    return found


def _measure(question: Question, at: int) -> tuple[frozenset[int], tuple[str, ...]]:
    """The unit after a literal, and the attributes that it measures."""
    table = question.language.phrases("measures")
    texts = [item.text.lower() if isinstance(item, Word) else "" for item in question.items[at + 1 : at + 4]]
    phrase = starts(texts, 0, table)
    if phrase is None:
        return frozenset(), ()
    return frozenset(range(at + 1, at + 1 + len(phrase))), tuple(table[phrase])


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
