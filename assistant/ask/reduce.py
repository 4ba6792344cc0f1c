"""Replaces noun phrases by what they stand for: "the founder of [Microsoft]" becomes one slot.

"Where was the founder of [Microsoft] born?" is thus "Where was [founder of Microsoft] born?", a question of one step.
Applied again and again this answers any number of steps. Only wordings of the ontology that stand whole beside a slot
count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.ask.form import OfType, Step, Things, overlap
from assistant.ask.lexicon import Cue, Lexicon
from assistant.ask.question import Item, Question, Slot
from assistant.ask.words import Word

DEEPEST = 3
"""Most reductions in a row."""
MOST = 40
"""Most readings of one question."""
WHOLE, COMPOUND = 0.97, 0.85
"""Trust in "founder of X" and "X's founder"; in "X founder", where nothing says how the two belong together."""


@dataclass(frozen=True, slots=True)
class Found:
    """A cue beside a slot: items `first` to `last` (exclusive) are the noun phrase."""

    cue: Cue
    inverse: bool
    first: int
    last: int
    trust: float


def readings(question: Question, lexicon: Lexicon) -> list[Question]:
    """Every way to shorten a question, the question itself first.

    Args:
        question: With one or more slots.
        lexicon: Of the question's language.
    """
    found = [question]
    seen = {question.items}
    level = [question]
    for _ in range(DEEPEST):
        following: list[Question] = []
        for each in level:
            for shorter in _shorter(each, lexicon):
                if shorter.items not in seen and len(found) < MOST:
                    seen.add(shorter.items)
                    found.append(shorter)
                    following.append(shorter)
        level = following
    return found


def _shorter(question: Question, lexicon: Lexicon) -> Iterator[Question]:
    for at in question.slots:
        slot = question.items[at]
        assert isinstance(slot, Slot)
        for found in (*_before(question, at, lexicon), *_after(question, at, lexicon)):
            reached = _reached(found, slot, lexicon)
            if reached is None:
                continue
            form, types = reached
            first, last, narrowed = _head(question, _with_alternatives(question, found, lexicon), types, lexicon)
            if narrowed is not None and narrowed != types:
                form, types = _narrow(form, types, narrowed, lexicon)
            items = question.items
            text = question.text[items[first].start : items[last - 1].end]
            new = Slot(form, types, text, slot.score * found.trust, items[first].start, items[last - 1].end)
            yield question.with_items((*items[:first], new, *items[last:]))


def _reached(found: Found, slot: Slot, lexicon: Lexicon) -> tuple[Things, frozenset[str]] | None:
    relation = lexicon.ontology.relation(found.cue.relation)
    start, end = (relation.range, relation.domain) if found.inverse else (relation.domain, relation.range)
    if not overlap(slot.types, start, lexicon.ontology):
        return None
    return Step(slot.form, relation.name, found.inverse and not relation.symmetric), frozenset(end)


def _narrow(
    form: Things, types: frozenset[str], named: frozenset[str], lexicon: Lexicon
) -> tuple[Things, frozenset[str]]:
    """Keep what the noun in front allows: "people who own X" leaves companies out."""
    kept = frozenset(name for name in types if overlap({name}, named, lexicon.ontology))
    if not kept or len(kept) == len(types):
        return form, types
    return (OfType(form, next(iter(kept))), kept) if len(kept) == 1 else (form, types)


# --- where cues stand ---


def _before(question: Question, at: int, lexicon: Lexicon) -> Iterator[Found]:
    """What ends at the slot: "founder of X", "founded by X", "who founded X"."""
    items = question.items
    joined = set(question.language.words["of"])
    for first, key in _runs_back(items, at, lexicon.longest + 1):
        run = [item for item in items[first:at] if isinstance(item, Word)]
        if question.language.spaced and key and key[-1] in joined:
            for cue in lexicon.by_key.get(key[:-1], ()):
                if cue.manner == "label":
                    yield Found(cue, cue.inverse, first, at + 1, WHOLE)
        for cue in lexicon.by_key.get(key, ()):
            if cue.manner == "phrase" and _is_noun_phrase(question, first, at, lexicon):
                yield Found(cue, not cue.inverse, first, at + 1, WHOLE)
            elif cue.manner == "asking" and _asks_first(items, first, cue, run):
                yield Found(cue, cue.inverse, first, at + 1, WHOLE)


def _after(question: Question, at: int, lexicon: Lexicon) -> Iterator[Found]:
    """What begins at the slot: "X's founder", "X founder", "[companies] X founded"."""
    items = question.items
    possessive = question.language.possessive
    after = items[at + 1] if at + 1 < len(items) else None
    owned = isinstance(after, Word) and after.text.lower() in possessive
    for last, key in _runs_on(items, at + 1, lexicon.longest):
        for cue in lexicon.by_key.get(key, ()):
            if cue.manner == "label":
                if _dangles(question, last):
                    continue
                yield Found(cue, cue.inverse, at, last, WHOLE if owned else COMPOUND)
            elif cue.manner == "phrase" and (head := _relative_clause(question, at, last, lexicon)) is not None:
                yield Found(cue, cue.inverse, head[0], head[1], WHOLE)


def _runs_back(items: Sequence[Item], at: int, most: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Runs of words that end before a place, with the stems of those that count."""
    key: list[str] = []
    for first in range(at - 1, -1, -1):
        item = items[first]
        if not isinstance(item, Word) or item.role in ("ask", "mark") or len(key) >= most:
            return
        if item.role != "stop":
            key.insert(0, item.key)
            yield first, tuple(key)


def _runs_on(items: Sequence[Item], start: int, most: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    key: list[str] = []
    for i in range(start, len(items)):
        item = items[i]
        if not isinstance(item, Word) or item.role in ("ask", "mark") or len(key) >= most:
            return
        if item.role != "stop":
            key.append(item.key)
            yield i + 1, tuple(key)


def _asks_first(items: Sequence[Item], first: int, cue: Cue, run: Sequence[Word]) -> bool:
    """Whether the question word of "who founded" stands before the words (a type word and stop words between)."""
    asked = next((word for word in cue.words if word.role == "ask"), None)
    for i in range(first - 1, -1, -1):
        item = items[i]
        if not isinstance(item, Word) or item.role not in ("ask", "stop", "kind"):
            return False
        if item.role == "ask":
            return asked is not None and (item.text == asked.text or bool(set(item.asks) & set(asked.asks)))
    return False


def _is_noun_phrase(question: Question, first: int, at: int, lexicon: Lexicon) -> bool:
    """Whether a verb phrase before a slot belongs to a noun or a question word before it: "companies founded by X".

    In a language with spaces the noun stands before; in Chinese after: "收购X的公司".
    """
    items = question.items
    if not question.language.spaced:
        return _noun_after(question, at + 1, lexicon) is not None
    before = [item for item in items[:first] if not (isinstance(item, Word) and item.role in ("stop", "mark"))]
    if not before:
        return True
    return isinstance(last := before[-1], Word) and (
        last.role in ("ask", "kind") or _noun_before(items, first, lexicon) is not None
    )


def _noun_before(items: Sequence[Item], first: int, lexicon: Lexicon) -> tuple[int, frozenset[str]] | None:
    """The words for a type that end before a place, "who", "that" and stop words between."""
    end = first
    while end and isinstance(item := items[end - 1], Word) and item.role in ("stop", "ask"):
        end -= 1
    for length in (3, 2, 1):
        run = items[max(end - length, 0) : end]
        if len(run) == length and all(isinstance(item, Word) and item.role in ("content", "kind") for item in run):
            types = lexicon.types.get(tuple(item.key for item in run if isinstance(item, Word)))
            if types:
                return end - length, types
    return None


def _noun_after(question: Question, start: int, lexicon: Lexicon) -> tuple[int, frozenset[str]] | None:
    """The words for a type that begin after 的."""
    items = question.items
    possessive = question.language.possessive
    while (
        start < len(items)
        and isinstance(item := items[start], Word)
        and item.role == "stop"
        and item.text not in possessive
    ):
        start += 1
    if start >= len(items) or not isinstance(item := items[start], Word) or item.text not in possessive:
        return None
    begin = start + 1
    while begin < len(items) and isinstance(item := items[begin], Word) and item.role in ("ask", "stop"):
        begin += 1
    for length in (4, 3, 2, 1):
        run = items[begin : begin + length]
        if len(run) == length and all(isinstance(item, Word) and item.role in ("content", "kind") for item in run):
            types = lexicon.types.get(tuple(item.key for item in run if isinstance(item, Word)))
            if types:
                return begin + length, types
    return None


def _relative_clause(question: Question, at: int, last: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The bounds of "companies (that) X founded", or in Chinese "X创办的公司"; None where it is no such clause."""
    if not question.language.spaced:
        noun = _noun_after(question, last, lexicon)
        return (at, noun[0]) if noun else None
    noun = _noun_before(question.items, at, lexicon)
    if noun is None:
        return None
    item = question.items[noun[0]]
    fronted = noun[0] and isinstance(question.items[noun[0] - 1], Word) and question.items[noun[0] - 1].role == "ask"  # type: ignore[union-attr]
    return None if fronted or not isinstance(item, Word) else (noun[0], last)


def _head(
    question: Question, found: Found, types: frozenset[str], lexicon: Lexicon
) -> tuple[int, int, frozenset[str] | None]:
    """Widen a phrase by the noun that it describes: "the companies founded by X" is one slot."""
    if found.cue.manner == "label":
        return found.first, found.last, None
    if question.language.spaced:
        noun = _noun_before(question.items, found.first, lexicon)
        item = question.items[noun[0]] if noun else None
        if noun and isinstance(item, Word) and item.role == "content" and overlap(types, noun[1], lexicon.ontology):
            return noun[0], found.last, noun[1]
        return found.first, found.last, None
    noun = _noun_after(question, found.last, lexicon)
    if noun and overlap(types, noun[1], lexicon.ontology):
        return found.first, noun[0], noun[1]
    return found.first, found.last, None


def _with_alternatives(question: Question, found: Found, lexicon: Lexicon) -> Found:
    """Widen a noun by its alternatives of the same relation: "X's *wife or husband*", "*father or mother* of X"."""
    items, joins = question.items, set(question.language.words["or"])
    if found.cue.manner != "label":
        return found
    first, last = found.first, found.last
    if last < len(items) and isinstance(item := items[last], Word) and item.text.lower() in joins:
        for end, key in _runs_on(items, last + 1, lexicon.longest):
            if _same_way(lexicon.by_key.get(key, ()), found):
                last = end
    while (
        first and isinstance(item := items[first - 1], Word) and item.role == "stop" and item.text.lower() not in joins
    ):
        first -= 1
    if first and isinstance(item := items[first - 1], Word) and item.text.lower() in joins:
        for begin, key in _runs_back(items, first - 1, lexicon.longest):
            if _same_way(lexicon.by_key.get(key, ()), found):
                return replace(found, first=begin, last=last)
    return replace(found, last=last)


def _same_way(cues: Sequence[Cue], found: Found) -> bool:
    return any(cue.relation == found.cue.relation and cue.inverse == found.cue.inverse for cue in cues)


def _dangles(question: Question, last: int) -> bool:
    """Whether "of" follows a noun: "X the founder of ..." does not mean X's founder."""
    item = question.items[last] if last < len(question.items) else None
    return isinstance(item, Word) and item.text.lower() in question.language.words["of"]
