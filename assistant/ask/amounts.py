"""Literals in a question: dates, money, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.ask.language import Language, Token
from kg.types import Value
from kg.values import parse_date, parse_money, parse_number

_MONTHS = frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])


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
    """Take literals out: the longest run of tokens that reads as a date, an amount of money or a number."""
    found: list[Amount] = []
    rest: list[Token] = []
    at = 0
    while at < len(left):
        amount = None
        if _may_begin(left[at].text):
            for end in range(min(len(left), at + 8), at, -1):
                run = left[at:end]
                if any(start >= run[0].start and end <= run[-1].end for start, end in covered):
                    continue
                amount = _literal(run, language)
                if amount is not None:
                    at = end
                    break
        if amount is None:
            rest.append(left[at])
            at += 1
        else:
            found.append(amount)
    return found, rest


def _may_begin(text: str) -> bool:
    return any(char.isdigit() for char in text) or text in "$€£¥￥" or text[:3].lower() in _MONTHS


_MONTHS = frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])


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
