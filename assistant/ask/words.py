"""Words by what they do in a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.ask.language import HAN, Language, Token

Role = Literal["content", "light", "stop", "ask", "kind", "mark"]
"""What a word does; `kind` says which type of thing a question word asks for ("which *company*")."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word (in Chinese a character, or a question word as a whole)."""

    text: str
    key: str  # the stem
    role: Role
    start: int
    end: int
    asks: tuple[str, ...] = ()  # labels of the types that a question word asks for


def starts(words: Sequence[str], at: int, table: Mapping[tuple[str, ...], object]) -> tuple[str, ...] | None:
    """The first phrase of a table (longest first) that stands at a position."""
    return next((phrase for phrase in table if phrase and tuple(words[at : at + len(phrase)]) == phrase), None)


def words_of(left: Sequence[Token], language: Language) -> list[Word]:
    """Give each token its role; question words and stop words of several tokens become one word."""
    words = [token.text.lower() for token in left]
    asks, stops = language.phrases("asks"), language.phrases("stop")
    found: list[Word] = []
    at = 0
    while at < len(left):
        token = left[at]
        ask, stop = starts(words, at, asks), starts(words, at, stops)
        if ask is not None and (stop is None or len(ask) >= len(stop)) and _adjacent(left[at : at + len(ask)]):
            end = left[at + len(ask) - 1].end
            text = " ".join(ask) if language.spaced else "".join(ask)
            found.append(Word(text, text, "ask", token.start, end, tuple(asks[ask])))
            at += len(ask)
        elif stop is not None and _adjacent(left[at : at + len(stop)]):
            last = left[at + len(stop) - 1]
            found.append(Word("".join(stop), "".join(stop), "stop", token.start, last.end))
            at += len(stop)
        else:
            lower = words[at]
            role: Role = "light" if lower in language.light else "content" if _wordlike(lower) else "mark"
            if lower in language.possessive:
                role = "stop"
            key = lower if role == "light" else language.stem(lower)
            found.append(Word(token.text, key, role, token.start, token.end))
            at += 1
    return found


def _adjacent(run: Sequence[Token]) -> bool:
    return all(b.start - a.end <= 1 for a, b in pairwise(run))


def _wordlike(text: str) -> bool:
    return text[0].isalnum() or bool(HAN.match(text))
