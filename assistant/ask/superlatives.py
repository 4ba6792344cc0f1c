"""Superlatives of a question: "the five most expensive", "the most orders", 年龄最小的两个."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.ask.amounts import Amount
from assistant.ask.attributes import attributes, meaning
from assistant.ask.form import Form, Most, Things, Top, Total
from assistant.ask.heads import Head
from assistant.ask.joins import Hop, hops
from assistant.ask.lexicon import Lexicon, same
from assistant.ask.question import Question
from assistant.ask.relate import Relater
from assistant.ask.words import Word, starts

LARGEST = 100
"""Most things that one may ask for by number."""
COUNTED = 0.88
"""Trust in counting what the noun beside "most" names."""


@dataclass(frozen=True, slots=True)
class Superlative:
    """A superlative.

    Attributes:
        places: Its items, the number of things wanted included.
        first: Where it stands.
        greatest: Which way it goes.
        grades: Words for the attribute that it grades; none where another word names it.
        n: How many are wanted.
    """

    places: frozenset[int]
    first: int
    greatest: bool
    grades: tuple[str, ...]
    n: int = 1


def superlative(question: Question, lexicon: Lexicon) -> Superlative | None:
    """The superlative of a question, if it has one."""
    table = question.language.phrases("superlatives")
    texts = [item.text.lower() if isinstance(item, Word) else "" for item in question.items]
    for first in range(len(texts)):
        phrase = starts(texts, first, table)
        if phrase is None:
            continue
        way, *grades = table[phrase]
        places = set(range(first, first + len(phrase)))
        n, wanted = _number(question, first, first + len(phrase), lexicon)
        if phrase == ("top",) and not n:
            continue
        return Superlative(frozenset(places | wanted), first, way == "greatest", tuple(grades), n or 1)
    return None


def _number(question: Question, first: int, last: int, lexicon: Lexicon) -> tuple[int, set[int]]:
    """The number beside a superlative or before a noun for a type: "*five* most expensive", "which *three* artists"."""
    items = question.items
    for at, item in enumerate(items):
        if not isinstance(item, Amount) or item.value.kind != "Number" or item.value.unit:
            continue
        number = item.value.number
        if number is None or not number.is_integer() or not 1 <= number <= LARGEST:
            continue
        between = range(at + 1, first) if at < first else range(last, at)
        beside = all(isinstance(each := items[i], Word) and each.role == "stop" for i in between)
        following = items[at + 1] if at + 1 < len(items) else None
        noun = isinstance(following, Word) and (following.key,) in lexicon.types
        if beside or noun:
            return int(number), {at}
    return 0, set()


def ranked(
    found: Superlative,
    head: Head,
    others: Sequence[Head],
    things: Things,
    words: Sequence[Word],
    question: Question,
    relater: Relater,
    lexicon: Lexicon,
) -> Iterator[tuple[Form, float]]:
    """Read what a superlative picks from a set.

    Args:
        found: The superlative.
        head: The noun for the set's type.
        others: Further nouns for types.
        things: The set.
        words: What nothing else explains.
        question: The whole question.
        relater: Scores attributes and relations.
        lexicon: Of the question's language.
    """
    spoken = [word.text for word in words]
    best: dict[tuple[str, bool], float] = {}
    if spoken:
        for relation, fit in attributes(head.type, spoken, relater, lexicon, least=0.6):
            best[relation, found.greatest] = fit
    if not best:
        for grade in found.grades:
            flipped = grade.startswith("-")
            for relation, fit in attributes(head.type, [grade.removeprefix("-")], relater, lexicon, least=0.6):
                key = relation, found.greatest != flipped
                best[key] = max(best.get(key, 0.0), fit * (0.8 ** len(words)))
    for (relation, greatest), fit in sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:3]:
        if question.kind in ("amount", "sum") and found.n == 1:
            yield Total(things, relation, "max" if greatest else "min"), fit
        else:
            yield Top(things, relation, greatest, found.n), fit
    if not found.grades:
        for other in others:
            if _beside(found, other, question) and other.type != head.type:
                for hop, fit in _counted(head, other, words, relater, lexicon):
                    yield Most(things, hop.relation, hop.inverse, found.greatest, found.n), fit


def _beside(found: Superlative, other: Head, question: Question) -> bool:
    """Whether a noun is what there is most of: "the most *orders*", *专辑*最多."""
    if question.language.spaced:
        return 0 < other.first - max(found.places) <= 2 or other.first == found.first + 1
    return 0 <= found.first - other.last <= 1


def _counted(
    head: Head, other: Head, words: Sequence[Word], relater: Relater, lexicon: Lexicon
) -> list[tuple[Hop, float]]:
    source = lexicon.ontology.descendants(head.type)
    ways = hops(source, lexicon.ontology.descendants(other.type), lexicon.ontology)
    if len(ways) == 1:
        return [(ways[0], COUNTED)]
    if not words:
        return []
    spoken = [word.text for word in words]
    scored = []
    for way in ways:
        cues = [*lexicon.by_relation.get((way.relation, True), ()), *lexicon.by_relation.get((way.relation, False), ())]
        said = any(same(a.key, b.key) for cue in cues for a in cue.words if a.role == "content" for b in words)
        alike = max((meaning(cue.text, spoken, relater, lexicon) for cue in cues), default=0.0)
        scored.append((way, 1.0 if said else 0.8 * alike))
    scored.sort(key=lambda pair: (-pair[1], pair[0].relation))
    clearly = len(scored) == 1 or scored[0][1] - scored[1][1] >= 0.1
    return [(scored[0][0], 0.7 * COUNTED)] if clearly and scored else []
