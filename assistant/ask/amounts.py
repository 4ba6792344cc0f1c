"""Literals in a question: dates, money, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.ask.language import Language, Token
from kg.types import Value
from kg.values import parse_date, parse_money, parse_number

_MONTHS = frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
LONGEST = 8
"""Most tokens of a literal."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A literal in the question."""

    value: Value
    text: str
    start: int
    end: int


def amounts(
    left: Sequence[Token], language: Language, covered: Sequence[tuple[int, int]]
) -> tuple[list[Amount], list[Token]]:
    """Take literals out: the longest run of tokens that reads as a date, an amount of money or a number.

    Args:
        left: The tokens outside names.
        language: Theirs.
        covered: Stretches of the text that are something else; no literal reaches over one.

    Returns:
        The literals, and the tokens that are none.
    """
    found: list[Amount] = []
    rest: list[Token] = []
    at = 0
    while at < len(left):
        amount, taken = _longest(left, at, language, covered)
        if amount is None or (taken == 1 and amount.value.kind == "Number"):
            month, months = _month(left, at, language, covered, found)
            amount, taken = (month, months) if month is not None else (amount, taken)
        if amount is None:
            amount, taken = _numeral(left, at, language), 1
        if amount is None:
            rest.append(left[at])
            at += 1
        else:
            found.append(amount)
            at += taken
    return found, rest


def _longest(
    left: Sequence[Token], at: int, language: Language, covered: Sequence[tuple[int, int]]
) -> tuple[Amount | None, int]:
    """The longest literal that begins at a token, and how many tokens it has."""
    if at < len(left) and _may_begin(left[at].text):
        for end in range(min(len(left), at + LONGEST), at, -1):
            run = left[at:end]
            if any(start >= run[0].start and stop <= run[-1].end for start, stop in covered):
                continue
            amount = _literal(run, language)
            if amount is not None:
                return amount, end - at
    return None, 0


def _may_begin(text: str) -> bool:
    return any(char.isdigit() for char in text) or text in "$€£¥￥" or text[:3].lower() in _MONTHS


def _literal(run: Sequence[Token], language: Language) -> Amount | None:
    text = ""
    for i, token in enumerate(run):
        text += " " * (i > 0 and token.start > run[i - 1].end) + token.text
    if not any(char.isdigit() for char in text) or not (text[-1].isalnum() or text[-1] in "%$€£¥元"):
        return None
    year = len(text) == 4 and text.isdecimal() and 1000 <= int(text) <= 2200
    value = parse_date(text) if year or not text.isdecimal() else None
    value = value or parse_money(text, language=language.code) or parse_number(text)
    return Amount(value, text, run[0].start, run[-1].end) if value is not None else None


def _month(
    left: Sequence[Token],
    at: int,
    language: Language,
    covered: Sequence[tuple[int, int]],
    found: Sequence[Amount],
) -> tuple[Amount | None, int]:
    """A month whose year the other end of the interval says: "*January* to March 1998", 1998年1月到*3月*."""
    joins = language.words["join"]
    if language.spaced:
        if left[at].text[:3].lower() in _MONTHS and at + 1 < len(left) and left[at + 1].text.lower() in joins:
            other, _ = _longest(left, at + 2, language, covered)
            if other is not None and other.value.kind == "Date" and other.value.text.count("-") == 1:
                value = parse_date(f"{left[at].text} {other.value.text[:4]}")
                if value is not None:
                    return Amount(value, left[at].text, left[at].start, left[at].end), 1
        return None, 0
    month = at + 1 < len(left) and left[at].text.isdecimal() and left[at + 1].text == "月"
    if month and at and left[at - 1].text in joins and found and found[-1].value.text.count("-") == 1:
        value = parse_date(f"{found[-1].value.text[:4]}年{left[at].text}月")
        if value is not None:
            return Amount(value, left[at].text + "月", left[at].start, left[at + 1].end), 2
    return None, 0


def _numeral(left: Sequence[Token], at: int, language: Language) -> Amount | None:
    """A small number in words, where it counts: "*five* most", "more than *one*", 最小的*两*个; not in "which one"."""
    token = left[at]
    number = language.phrases("numerals").get((token.text.lower(),))
    if number is None:
        return None
    following = left[at + 1].text.lower() if at + 1 < len(left) else ""
    before = left[at - 1].text.lower() if at else ""
    if language.spaced:
        counts = number > 1 or before in language.words["than"]
    else:
        counts = number > 1 and (following in language.words["counters"] or before == "前")
    return Amount(Value("Number", str(number), float(number)), token.text, token.start, token.end) if counts else None
