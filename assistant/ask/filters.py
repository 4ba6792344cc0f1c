"""Questions about a type of thing: all of it, those that pass tests, the most of it, its sum or mean."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.ask.attributes import NUMERIC, attributes
from assistant.ask.form import Count, Every, Form, Things, Total, relations_of
from assistant.ask.heads import Head, heads
from assistant.ask.lexicon import Lexicon, same
from assistant.ask.literals import Literal
from assistant.ask.narrow import Narrower, Narrowing
from assistant.ask.question import Question, Slot
from assistant.ask.ranges import Comparison, comparisons
from assistant.ask.relate import Relater
from assistant.ask.superlatives import Superlative, ranked, superlative
from assistant.ask.totals import totals
from assistant.ask.words import Word, starts

UNSAID, UNKNOWN = 0.7, 0.3
"""What is left for each word that nothing explains; for what looks like a name."""
ALTERNATIVES, COMBINED = 3, 24
"""Most readings of one condition, and of all of them together."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something that narrows the head: a name, a text that attributes hold, a comparison."""

    what: Slot | Literal | Comparison
    first: int
    last: int
    words: list[Word] = field(default_factory=list)


def filtered(question: Question, relater: Relater, lexicon: Lexicon) -> Iterator[tuple[Form, float]]:
    """Read a question as one about a type of thing.

    Args:
        question: Its names as slots; a name that no entity bears may stand in it as words.
        relater: Scores relations and attributes.
        lexicon: Of the question's language.
    """
    if question.kind == "yes_no":
        return
    top = superlative(question, lexicon)
    taken = top.places if top is not None else frozenset()
    nouns = heads(question, lexicon, taken)
    for head in nouns:
        yield from _about(question, head, nouns, top, relater, lexicon)
    yield from totals(question, top, relater, lexicon)


def _about(
    question: Question,
    head: Head,
    nouns: Sequence[Head],
    top: Superlative | None,
    relater: Relater,
    lexicon: Lexicon,
) -> Iterator[tuple[Form, float]]:
    taken = set(head.places) | (set(top.places) if top is not None else set())
    conditions = _conditions(question, taken)
    absorbed = _absorbed(question, conditions, nouns, head, lexicon)
    taken |= absorbed
    others = [noun for noun in nouns if not (noun.places & taken)]
    free = _share_out(question, head, conditions, taken, lexicon)
    narrower = Narrower(question, head, relater, lexicon)
    denied = denials(question)
    for words in (free, *(place.words for place in conditions)):
        words[:] = [word for word in words if word not in denied]
    flags = narrower.flags([*free, *(word for place in conditions for word in place.words)], bool(denied))[:1]
    used = [word for _, words in flags for word in words]
    free = [word for word in free if word not in used]
    for place in conditions:
        place.words[:] = [word for word in place.words if word not in used]
    choices = [_choices(narrower, place) for place in conditions]
    choices += [[narrowing] for narrowing, _ in flags]
    names = [word for word in free if _like_name(word, question)]
    if names and not conditions and not flags:
        rest = [word for word in free if word not in names]
        text = question.text[names[0].start : names[-1].end]
        if unlinked := narrower.unlinked(text, rest):
            choices.append(unlinked)
            free = []
    if not all(choices):
        return
    for chosen in itertools.islice(itertools.product(*choices), COMBINED):
        things: Things = Every(head.type)
        score = head.score
        for narrowing in chosen:
            things, score = narrowing.of(things), score * narrowing.score
        yield from _asked(question, head, others, top, things, score, free, relater, lexicon)


def _asked(
    question: Question,
    head: Head,
    others: Sequence[Head],
    top: Superlative | None,
    things: Things,
    score: float,
    free: Sequence[Word],
    relater: Relater,
    lexicon: Lexicon,
) -> Iterator[tuple[Form, float]]:
    """What is asked of a set: the most of it, a sum, how many, which."""
    counted = [word for noun in others for word in question.items[noun.first : noun.last] if isinstance(word, Word)]
    rest = [word for word in free if word not in counted]
    if any(_like_name(word, question) for word in rest):
        score *= UNKNOWN
    if top is not None:
        for form, fit in ranked(top, head, others, things, rest, question, relater, lexicon):
            yield form, score * fit
        return
    told = _told(things, lexicon)
    left = score * _left([word for word in free if not any(same(word.key, key) for key in told)], question)
    if question.kind in ("sum", "average"):
        spoken = [word.text for word in rest] or list(question.opener)
        for relation, fit in attributes(head.type, spoken, relater, lexicon, kinds=NUMERIC):
            yield Total(things, relation, "sum" if question.kind == "sum" else "average"), score * fit
    elif question.kind == "count":
        yield Count(things), left
    elif question.kind in ("list", "things") and not (
        isinstance(things, Every) and question.kind == "things" and not _lists(question, head)
    ):
        yield things, left


def denials(question: Question) -> list[Word]:
    """The words that deny something: "not", 没有."""
    table = question.language.phrases("negations")
    words = [item for item in question.items if isinstance(item, Word)]
    texts = [word.text.lower() for word in words]
    return [
        word
        for at in range(len(words))
        if (phrase := starts(texts, at, table))
        for word in words[at : at + len(phrase)]
    ]


def _lists(question: Question, head: Head) -> bool:
    """Whether a question word asks for the head: "which products are there", 哪些产品."""
    return any(isinstance(item, Word) and item.role == "kind" for item in question.items[head.first : head.last])


# --- what stands where ---


def _conditions(question: Question, taken: Collection[int]) -> list[Place]:
    found = [Place(item, at, at + 1) for at, item in enumerate(question.items) if isinstance(item, Slot | Literal)]
    numbers = [at for at in taken if not isinstance(question.items[at], Word)]
    found += [Place(one, min(one.places), max(one.places) + 1) for one in comparisons(question, numbers)]
    return sorted(found, key=lambda place: place.first)


def _absorbed(
    question: Question, conditions: Sequence[Place], nouns: Sequence[Head], head: Head, lexicon: Lexicon
) -> set[int]:
    """Items that only say what a name beside them is, "the album X", "the X category", and those of comparisons."""
    found: set[int] = set()
    for place in conditions:
        if isinstance(place.what, Comparison):
            found |= place.what.places
            continue
        if not isinstance(place.what, Slot):
            continue
        kinds = {up for name in place.what.types for up in lexicon.ontology.ancestors(name)} | place.what.types
        for noun in nouns:
            beside = noun.last == place.first or noun.first == place.last
            if beside and noun.type in kinds and noun.first != head.first:
                found |= noun.places
        if not question.language.spaced:
            label = "".join(lexicon.type_word(name) for name in place.what.types)
            item = question.items[place.last] if place.last < len(question.items) else None
            if isinstance(item, Word) and item.text in label and place.last not in head.places:
                found.add(place.last)
    return found


def _share_out(
    question: Question, head: Head, conditions: Sequence[Place], taken: Collection[int], lexicon: Lexicon
) -> list[Word]:
    """Give each word to the condition that it belongs to; what is left is returned.

    In English a word belongs to what it stands before ("*shipped to* France"), else to what it follows; in Chinese the
    other way round.
    """
    fillers = lexicon.language.phrases("fillers")
    skipped = _fillers(question, fillers)
    marks: list[tuple[int, int, Place | None]] = [(place.first, place.last, place) for place in conditions]
    marks.append((head.first, head.last, None))
    marks.sort(key=lambda mark: mark[0])
    free: list[Word] = []
    for at, item in enumerate(question.items):
        if not isinstance(item, Word) or item.role not in ("content", "kind") or at in taken or at in skipped:
            continue
        before = [mark for mark in marks if mark[1] <= at]
        after = [mark for mark in marks if mark[0] > at]
        left = before[-1][2] if before else None
        right = after[0][2] if after else None
        owner = (right or left) if lexicon.language.spaced else (left or right)
        if owner is None:
            free.append(item)
        else:
            owner.words.append(item)
    return free


def _fillers(question: Question, fillers: dict[tuple[str, ...], object]) -> set[int]:
    """Where words stand that say no more than that there is something: "placed", "do we have", 发生."""
    found: set[int] = set()
    texts = [
        (item.key if question.language.spaced else item.text) if isinstance(item, Word) else ""
        for item in question.items
    ]
    keys = {tuple(question.language.stem(part) for part in phrase) for phrase in fillers}
    for at in range(len(texts)):
        for phrase in keys:
            if tuple(texts[at : at + len(phrase)]) == phrase:
                found |= set(range(at, at + len(phrase)))
    return found


def _choices(narrower: Narrower, place: Place) -> list[Narrowing]:
    match place.what:
        case Slot():
            found = narrower.named(place.what, place.words)
        case Literal():
            found = narrower.held(place.what, place.words)
        case _:
            found = narrower.compared(place.what, place.words)
    return found[:ALTERNATIVES]


def _like_name(word: Word, question: Question) -> bool:
    """Whether a word that nothing explains looks like a name."""
    return question.language.spaced and word.text[:1].isupper() and word.start > 0


def _told(things: Things, lexicon: Lexicon) -> frozenset[str]:
    """The stems of what the relations of a form, and the types that they join, are called."""
    found: set[str] = set()
    types: set[str] = set()
    for name in relations_of(things):
        relation = lexicon.ontology.relation(name)
        found |= lexicon.own_words.get(name, frozenset())
        types |= {*relation.domain, *relation.range}
    return frozenset(found | {part for key, names in lexicon.own_types.items() if names & types for part in key})


def _left(free: Sequence[Word], question: Question) -> float:
    """What is left of a score for words that nothing explains."""
    if question.language.spaced:
        return float(UNSAID ** len(free))
    runs, end = 0, -1
    for word in free:
        runs += word.start != end
        end = word.end
    return float(UNSAID**runs)
