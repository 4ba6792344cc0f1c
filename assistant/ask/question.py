"""A question as a row of items: words by what they do, names as slots, literals as amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from assistant.ask.form import Things
from assistant.ask.language import HAN, Language, Token, tokens
from kg.ontology import Ontology
from kg.types import Value
from kg.values import parse_date, parse_money, parse_number

Role = Literal["content", "light", "stop", "ask", "kind", "mark"]
"""What a word does; `kind` says which type of thing a question word asks for ("which *company*")."""

Kind = Literal["things", "count", "amount", "date", "list", "yes_no", "sum", "average"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word (in Chinese a character, or a question word as a whole)."""

    text: str
    key: str  # the stem
    role: Role
    start: int
    end: int
    asks: tuple[str, ...] = ()  # labels of the types that a question word asks for


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the question that a set of things already stands in for."""

    form: Things
    types: frozenset[str]
    text: str
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Amount:
    """A literal in the question."""

    value: Value
    text: str
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


def read(text: str, language: Language, slots: Sequence[Slot], ontology: Ontology) -> Question:
    """Cut a question into items.

    Args:
        text: The question.
        language: Of the question, names aside.
        slots: Its names as they are linked, not overlapping.
        ontology: Where the labels of types are looked up.
    """
    left = [
        token for token in tokens(text) if not any(slot.start < token.end and token.start < slot.end for slot in slots)
    ]
    amounts, left = _amounts(left, language, slots)
    kind, left, opener_asks = _kind(left, language)
    items: list[Item] = [*words_of(left, language), *slots, *amounts]
    items.sort(key=lambda item: item.start)
    items = _kinds(items, language, ontology)
    labels = opener_asks or next((item.asks for item in items if isinstance(item, Word) and item.asks), ())
    return Question(text, language, tuple(items), kind, types_labelled(labels, ontology, language) or None)


def _kinds(items: list[Item], language: Language, ontology: Ontology) -> list[Item]:
    """Mark the words that name a type right after an open question word, and let that word ask for the type."""
    known = {
        tuple(language.stem(part) for part in language.cut(label)): label
        for kind in ontology.types.values()
        for label in kind.labels.get(language.code, ())
    }
    found = list(items)
    for i, item in enumerate(items):
        if not isinstance(item, Word) or item.role != "ask" or item.asks:
            continue
        for end in range(min(len(items), i + 6), i + 1, -1):
            run = [word for word in items[i + 1 : end] if isinstance(word, Word) and word.role == "content"]
            if len(run) == end - i - 1 and (label := known.get(tuple(word.key for word in run))):
                found[i] = replace(item, asks=(label,))
                found[i + 1 : end] = [replace(word, role="kind") for word in run]
                break
    return found


def types_labelled(labels: Sequence[str], ontology: Ontology, language: Language) -> frozenset[str]:
    """The types that go by one of these labels, the types below them included."""
    stems = {_stems(label, language) for label in labels}
    found = {
        name
        for name, kind in ontology.types.items()
        if any(_stems(label, language) in stems for label in (*kind.labels.get(language.code, ()), _spelled(name)))
    }
    return frozenset(below for name in found for below in ontology.descendants(name))


def _spelled(name: str) -> str:
    """A name of the ontology in words: "OrderDetail" and "ORDER_DETAIL" are "order detail"."""
    words = "".join(
        f" {char}" if char.isupper() and i and name[i - 1].islower() else char for i, char in enumerate(name)
    )
    return words.replace("_", " ").lower()


def _stems(text: str, language: Language) -> tuple[str, ...]:
    return tuple(language.stem(part) for part in language.cut(text))


def starts(words: Sequence[str], at: int, table: Mapping[tuple[str, ...], object]) -> tuple[str, ...] | None:
    """The first phrase of a table (longest first) that stands at a position."""
    return next((phrase for phrase in table if phrase and tuple(words[at : at + len(phrase)]) == phrase), None)


def _kind(left: list[Token], language: Language) -> tuple[Kind, list[Token], tuple[str, ...]]:
    """Find the opener ("how many") and take it out; its second value is what is left."""
    words = [token.text.lower() for token in left]
    table = language.phrases("openers")
    imperative = {phrase for phrase, kind in table.items() if len(phrase) == 1 and kind in ("list", "count")}
    for at in range(len(words) if not language.spaced else min(len(words), 5)):
        phrase = starts(words, at, table)
        if phrase is None or (
            language.spaced and phrase in imperative and any(not _empty(w, language) for w in words[:at])
        ):
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
    return word in language.stop or not word.isalnum()


def words_of(left: Sequence[Token], language: Language) -> list[Word]:
    """Give each token its role; question words and stop words of several tokens become one word."""
    words = [token.text.lower() for token in left]
    asks = dict(sorted(language.asks.items(), key=lambda pair: -len(pair[0])))
    stops = {language.cut(stop): True for stop in sorted(language.stop, key=len, reverse=True)}
    found: list[Word] = []
    at = 0
    while at < len(left):
        token = left[at]
        ask, stop = starts(words, at, asks), starts(words, at, stops)
        if ask is not None and (stop is None or len(ask) >= len(stop)) and _adjacent(left[at : at + len(ask)]):
            end = left[at + len(ask) - 1].end
            text = " ".join(ask) if language.spaced else "".join(ask)
            found.append(Word(text, text, "ask", token.start, end, asks[ask]))
            at += len(ask)
        elif stop is not None and _adjacent(left[at : at + len(stop)]):
            last = left[at + len(stop) - 1]
            found.append(Word("".join(stop), "".join(stop), "stop", token.start, last.end))
            at += len(stop)
        else:
            lower = words[at]
            role: Role = "light" if lower in language.light else "content" if _wordlike(lower) else "mark"
            if (lower,) in language.phrases("possessive"):
                role = "stop"
            key = lower if role == "light" else language.stem(lower)
            found.append(Word(token.text, key, role, token.start, token.end))
            at += 1
    return found


def _adjacent(run: Sequence[Token]) -> bool:
    return all(b.start - a.end <= 1 for a, b in pairwise(run))


def _wordlike(text: str) -> bool:
    return text[0].isalnum() or bool(HAN.match(text))


def _amounts(left: list[Token], language: Language, slots: Sequence[Slot]) -> tuple[list[Amount], list[Token]]:
    """Take literals out: the longest run of tokens that reads as a date, an amount of money or a number."""
    found: list[Amount] = []
    rest: list[Token] = []
    at = 0
    while at < len(left):
        amount = None
        if _may_begin(left[at].text):
            for end in range(min(len(left), at + 8), at, -1):
                run = left[at:end]
                if any(slot.start >= run[0].start and slot.end <= run[-1].end for slot in slots):
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
