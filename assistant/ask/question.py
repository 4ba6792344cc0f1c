"""A question as a row of items: words by what they do, names as slots, literals as amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.ask.amounts import Amount, amounts
from assistant.ask.form import Things
from assistant.ask.language import Language, Token, tokens
from assistant.ask.lexicon import Lexicon
from assistant.ask.literals import Literal as Held
from assistant.ask.words import Word, starts, words_of

Kind = Literal["things", "count", "amount", "date", "list", "yes_no", "sum", "average"]

_AGGREGATES: tuple[tuple[str, Kind], ...] = (("average", "average"), ("total", "sum"))


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the question that a set of things already stands in for."""

    form: Things
    types: frozenset[str]
    text: str
    score: float
    start: int
    end: int


Item = Word | Slot | Amount | Held


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, item by item.

    Attributes:
        items: The whole question in order, without opener words ("how many").
        kind: What the answer is to be.
        wanted: Types that the answer may have; None where any will do.
        asked: Where in the text the words that open the question end ("how many", "which").
        opener: Words that name an attribute though they open the question: "how *old*", "in *total*".
    """

    text: str
    language: Language
    items: tuple[Item, ...]
    kind: Kind = "things"
    wanted: frozenset[str] | None = None
    asked: int = 0
    opener: tuple[str, ...] = ()

    @property
    def slots(self) -> list[int]:
        """Where the slots stand among the items."""
        return [i for i, item in enumerate(self.items) if isinstance(item, Slot)]

    def with_items(self, items: Sequence[Item]) -> Question:
        """The same question with other items."""
        return replace(self, items=tuple(items))


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the words that open a question say, and the tokens that are left."""

    kind: Kind
    left: list[Token]
    asks: tuple[str, ...] = ()
    end: int = 0
    opener: tuple[str, ...] = ()


def read(text: str, slots: Sequence[Slot], lexicon: Lexicon, held: Sequence[Held] = ()) -> Question:
    """Cut a question into items.

    Args:
        text: The question.
        slots: Its names as they are linked, not overlapping.
        lexicon: Of the question's language, names aside.
        held: Stretches that attributes in the graph hold, overlapping nothing.
    """
    language = lexicon.language
    covered = [(slot.start, slot.end) for slot in slots] + [(one.start, one.end) for one in held]
    left = [token for token in tokens(text) if not any(a < token.end and token.start < b for a, b in covered)]
    found, left = amounts(left, language, covered)
    leads = not covered or not left or left[0].start < min(start for start, _ in covered)
    opening = _open(left, lexicon, leads)
    items: list[Item] = [*words_of(opening.left, language), *slots, *found, *held]
    items.sort(key=lambda item: item.start)
    items = _kinds(items, lexicon)
    words = [item for item in items if isinstance(item, Word)]
    labels = opening.asks or next((word.asks for word in words if word.asks), ())
    asked = opening.end or next((word.end for word in words if word.role == "ask"), 0)
    wanted = lexicon.labelled(labels) or None
    return Question(text, language, tuple(items), opening.kind, wanted, asked, opening.opener)


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


def _open(left: list[Token], lexicon: Lexicon, leads: bool) -> _Opening:
    """Find the opener ("how many", "average") and take it out; a verb opens only where no name goes before it."""
    language = lexicon.language
    words = [token.text.lower() for token in left]
    table = language.phrases("openers")
    for at in range(len(words)):
        phrase = starts(words, at, table)
        if language.spaced and not all(_empty(word, language) for word in words[:at]):
            break  # "the phone number of X" asks for no number
        if phrase is None:
            continue
        kind = table[phrase]
        end = left[at + len(phrase) - 1].end
        rest = left[:at] + left[at + len(phrase) :]
        asks = tuple(language.words["asks"].get("when" if language.spaced else "何时", ())) if kind == "date" else ()
        keep = left if not language.spaced and kind == "list" and phrase in language.asks else rest
        graded = tuple(language.phrases("graded").get(phrase, ()))
        if kind == "amount" and (found := _aggregate(rest, lexicon)) is not None:
            opened, graded_by, _ = found
            return _Opening(opened, rest, (), end, (*graded, *graded_by))  # "how much in total"
        return _Opening(kind, keep, asks, end, graded)
    if (found := _aggregate(left, lexicon)) is not None:
        kind, opener, places = found
        rest = [token for at, token in enumerate(left) if at not in places]
        return _Opening(kind, rest, (), left[max(places)].end, opener)
    yes_no = language.phrases("yes_no")
    if language.spaced:
        if leads and words and (words[0],) in yes_no:
            return _Opening("yes_no", left[1:])
    else:
        for at in range(len(words)):
            phrase = starts(words, at, yes_no)
            if phrase is not None:
                return _Opening("yes_no", left[:at] + left[at + len(phrase) :])
    return _Opening("things", left)


def _aggregate(left: Sequence[Token], lexicon: Lexicon) -> tuple[Kind, tuple[str, ...], set[int]] | None:
    """A word for a mean or a sum: what it asks for, the word itself (it may name an attribute), where it stands."""
    language = lexicon.language
    words = [token.text.lower() for token in left]
    for key, kind in _AGGREGATES:
        table = language.phrases(key)
        for at in range(len(words)):
            phrase = starts(words, at, table)
            if phrase is None:
                continue
            text = " ".join(phrase) if language.spaced else "".join(phrase)
            if not language.spaced and _goes_on(words, at, text, lexicon):
                continue
            return kind, (text,), set(range(at, at + len(phrase)))
    return None


def _goes_on(words: Sequence[str], at: int, text: str, lexicon: Lexicon) -> bool:
    """Whether a longer word of the ontology begins here: 总部 where 总 was found."""
    following = "".join(words[at : at + 6])
    return any(len(word) > len(text) and word.startswith(text) and following.startswith(word) for word in lexicon.words)


def _empty(word: str, language: Language) -> bool:
    """Whether a word may stand before an opener: "in how many", "what is the number of"."""
    known = word in language.stop or word in language.light or (word,) in language.asks
    return known or not word.isalnum()
