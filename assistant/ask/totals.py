"""Sums, means and extremes whose set is not named: "how much has X spent in total", "the highest freight"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.ask.amounts import Amount
from assistant.ask.attributes import NUMERIC, attributes, label_fit
from assistant.ask.form import Every, Form, How, Named, Total
from assistant.ask.joins import Hop, neighbours
from assistant.ask.lexicon import Lexicon
from assistant.ask.literals import Literal
from assistant.ask.question import Question, Slot
from assistant.ask.relate import Relater
from assistant.ask.superlatives import Superlative
from assistant.ask.words import Word

BESIDE = 0.85
"""Trust in an attribute of what is one step away from a name."""
NAMED = 0.7
"""Least fit of the words that name the attribute."""


def totals(
    question: Question, top: Superlative | None, relater: Relater, lexicon: Lexicon
) -> Iterator[tuple[Form, float]]:
    """Read a question as one for a sum, a mean or an extreme of an attribute.

    Args:
        question: Its names as slots.
        top: Its superlative.
        relater: Scores attributes and relations.
        lexicon: Of the question's language.
    """
    how = _how(question, top)
    if how is None or any(isinstance(item, Word) and item.role == "kind" for item in question.items):
        return  # "which company ..." asks for a thing
    if question.wanted and not any(lexicon.ontology.type(name).value for name in question.wanted):
        return  # and so does "who"
    taken = top.places if top is not None else frozenset()
    slots = question.slots
    if len(slots) > 1 or any(isinstance(item, Amount) and at not in taken for at, item in enumerate(question.items)):
        return
    words = [
        item.text
        for at, item in enumerate(question.items)
        if isinstance(item, Word) and item.role == "content" and at not in taken
    ]
    if any(isinstance(item, Literal) for item in question.items):
        return
    if not slots:
        yield from _everywhere(how, words or list(question.opener), relater, lexicon)
        return
    slot = question.items[slots[0]]
    assert isinstance(slot, Slot)
    if not isinstance(slot.form, Named):
        for relation, fit in _measured(slot.types, [*words, *question.opener], relater, lexicon):
            yield Total(slot.form, relation, how), slot.score * fit
    else:
        for hop, score in _hops(question, slots[0], slot, relater, lexicon):
            for relation, fit in _measured(hop.to, [*words, *question.opener], relater, lexicon):
                yield Total(hop.of(slot.form), relation, how), slot.score * score * fit


def _how(question: Question, top: Superlative | None) -> How | None:
    if top is not None:
        return "max" if top.greatest else "min"
    if question.kind in ("sum", "average"):
        return "sum" if question.kind == "sum" else "average"
    return None


def _everywhere(how: How, words: Sequence[str], relater: Relater, lexicon: Lexicon) -> Iterator[tuple[Form, float]]:
    for relation in lexicon.ontology.relations.values():
        if words and NUMERIC & set(relation.range) and len(relation.domain) == 1:
            fit = label_fit(relation.name, words, relater, lexicon)
            if fit >= NAMED:
                yield Total(Every(relation.domain[0]), relation.name, how), BESIDE * fit


def _measured(
    types: frozenset[str], words: Sequence[str], relater: Relater, lexicon: Lexicon
) -> list[tuple[str, float]]:
    best: dict[str, float] = {}
    for kind in sorted(types):
        for relation, fit in attributes(kind, words, relater, lexicon, least=NAMED, each=True, kinds=NUMERIC):
            best[relation] = max(best.get(relation, 0.0), fit)
    return sorted(best.items(), key=lambda pair: -pair[1])[:2]


def _hops(question: Question, at: int, slot: Slot, relater: Relater, lexicon: Lexicon) -> Iterator[tuple[Hop, float]]:
    """The steps from a name to things, with the chance of each: the only one to a type, or the one that is said."""
    ways = neighbours(slot.types, lexicon.ontology)
    said = {(match.relation, match.inverse): match.score for match in relater.rank(question, at, limit=50)}
    for way in ways:
        rivals = [other for other in ways if other.to == way.to]
        yield way, BESIDE if len(rivals) == 1 else said.get((way.relation, way.inverse), 0.0)
