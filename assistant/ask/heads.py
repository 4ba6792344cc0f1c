"""The nouns for types of things in a question, and which of them the question is about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from assistant.ask.lexicon import Lexicon
from assistant.ask.question import Question
from assistant.ask.words import Word

MEANT, GENERAL = 0.95, 0.8
"""Trust in the type that a noun names; in a more general one that goes by the same noun."""
ASIDE = 0.8
"""Trust in a noun that the question's opening words do not point at."""


@dataclass(frozen=True, slots=True)
class Head:
    """A noun for a type, and where it stands among the items."""

    type: str
    first: int
    last: int
    score: float

    @property
    def places(self) -> frozenset[int]:
        """The items of the noun."""
        return frozenset(range(self.first, self.last))


def heads(question: Question, lexicon: Lexicon, taken: Collection[int]) -> list[Head]:
    """Find the nouns for types.

    Args:
        question: Its names as slots.
        lexicon: Of its language.
        taken: Items that are something else.

    Returns:
        In the order of the question; the score tells which one is asked for.
    """
    items = question.items
    longest = max((len(key) for key in lexicon.types), default=0)
    found: list[Head] = []
    first = 0
    while first < len(items):
        for last in range(min(len(items), first + longest), first, -1):
            run = items[first:last]
            if any(place in taken for place in range(first, last)) or not all(
                isinstance(item, Word) and item.role in ("content", "kind") for item in run
            ):
                continue
            key = tuple(item.key for item in run if isinstance(item, Word))
            types = lexicon.own_types.get(key) or lexicon.short_types.get(key) or frozenset()
            types = frozenset(name for name in types if not lexicon.ontology.type(name).value)
            if types:
                general = {up for name in types for up in lexicon.ontology.ancestors(name) if up != name}
                found += [Head(name, first, last, GENERAL if name in general else MEANT) for name in sorted(types)]
                first = last - 1
                break
        first += 1
    asked = _asked(question, found)
    return [each if each.first == asked else replace(each, score=ASIDE * each.score) for each in found]


def _asked(question: Question, found: list[Head]) -> int:
    """Where the noun stands that the question asks for: the first after "which" or "how many", in Chinese 多少个.

    Where none follows, the last one before them: "单价超过50的产品有哪些".
    """
    after = [each.first for each in found if question.items[each.first].start >= question.asked]
    if after:
        return after[0]
    return found[-1].first if found else -1
