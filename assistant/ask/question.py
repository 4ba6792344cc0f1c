"""A question as a row of items: words by what they do, names as slots, literals as amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.ask.amounts import Amount, amounts
from assistant.ask.form import Things
from assistant.ask.language import Language, Token, tokens
from assistant.ask.lexicon import Lexicon
from assistant.ask.words import Word, starts, words_of

Kind = Literal["things", "count", "amount", "date", "list", "yes_no", "sum", "average"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the question that a set of things already stands in for."""

    form: Things
    types: frozenset[str]
    text: str
    score: float
    start: int
    end: int


Item = Word | Slot | Amount


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, item by item.

    Attributes:
        items: The whole question in order, without opener words ("how many").
        kind: What the answer is to be.
        wanted: Types that the answer may have; None where any will do.
    """

    text: str
    language: Language
    items: tuple[Item, ...]
    kind: Kind = "things"
    wanted: frozenset[str] | None = None

    @property
    def slots(self) -> list[int]:
        """Where the slots stand among the items."""
        return [i for i, item in enumerate(self.items) if isinstance(item, Slot)]

    def with_items(self, items: Sequence[Item]) -> Question:
        """The same question with other items."""
        return replace(self, items=tuple(items))


def read(text: str, slots: Sequence[Slot], lexicon: Lexicon) -> Question:
    """Cut a question into items.

    Args:
        text: The question.
        slots: Its names as they are linked, not overlapping.
        lexicon: Of the question's language, names aside.
    """
    language = lexicon.language
    covered = [(slot.start, slot.end) for slot in slots]
    left = [token for token in tokens(text) if not any(a < token.end and token.start < b for a, b in covered)]
    found, left = amounts(left, language, covered)
    kind, left, opener_asks = _kind(left, language)
    items: list[Item] = [*words_of(left, language), *slots, *found]
    items.sort(key=lambda item: item.start)
    items = _kinds(items, lexicon)
    labels = opener_asks or next((item.asks for item in items if isinstance(item, Word) and item.asks), ())
    return Question(text, language, tuple(items), kind, lexicon.labelled(labels) or None)


def _kinds(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """Mark the words that name a type right after an open question word, and let that word ask for the type."""
    found = list(items)
    for i, item in enumerate(items):
        if not isinstance(item, Word) or item.role != "ask" or item.asks:
            continue
        for end in range(min(len(items), i + 6), i + 1, -1):
            run = [word for word in items[i + 1 : end] if isinstance(word, Word) and word.role == "content"]
            key = tuple(word.key for word in run)
            if len(run) == end - i - 1 and key in lexicon.types:
                found[i] = replace(item, asks=(lexicon.spelled[key],))
                found[i + 1 : end] = [replace(word, role="kind") for word in run]
                break
    return found


def _kind(left: list[Token], language: Language) -> tuple[Kind, list[Token], tuple[str, ...]]:
    """Find the opener ("how many") and take it out; its second value is what is left."""
    words = [token.text.lower() for token in left]
    table = language.phrases("openers")
    for at in range(len(words)):
        phrase = starts(words, at, table)
        if language.spaced and not all(_empty(word, language) for word in words[:at]):
            break  # "the phone number of X" asks for no number
        if phrase is None:
            continue
        kind = table[phrase]
        rest = left[:at] + left[at + len(phrase) :]
        asks = tuple(language.words["asks"].get("when" if language.spaced else "何时", ())) if kind == "date" else ()
        keep = left if not language.spaced and kind == "list" and phrase in language.asks else rest
        return kind, keep, asks
    for key in ("sum", "average"):
        table = language.phrases("total" if key == "sum" else key)
        for at in range(len(words)):
            phrase = starts(words, at, table)
            if phrase is not None:
                return ("sum" if key == "sum" else "average"), left[:at] + left[at + len(phrase) :], ()
    yes_no = language.phrases("yes_no")
    if language.spaced:
        if words and (words[0],) in yes_no:
            return "yes_no", left[1:], ()
    else:
        for at in range(len(words)):
            phrase = starts(words, at, yes_no)
            if phrase is not None:
                return "yes_no", left[:at] + left[at + len(phrase) :], ()
    return "things", left, ()


def _empty(word: str, language: Language) -> bool:
    """Whether a word may stand before an opener: "in how many", "what is the number of"."""
    known = word in language.stop or word in language.light or (word,) in language.asks
    return known or not word.isalnum()
