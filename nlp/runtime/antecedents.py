"""Chooses what pronouns and plain noun phrases stand for, and which names of a document are the same."""

from __future__ import annotations

from collections.abc import Callable

from kg.types import SpanKind
from nlp.runtime.geometry import alike
from nlp.runtime.reading import Found
from nlp.runtime.settle import Key

RELATIVE = frozenset({"who", "whom", "whose", "which", "that", "where"})
NEAREST = 0.95  # how often the nearest name of its type is right for these (93 of 97 in KnowledgeNet's folds 1 and 2)


def choose(found: Found, least: float, probability: Callable[[float], float]) -> list[tuple[Key, Key, float]]:
    """Choose one antecedent for each mention that refers, and all pairs of names that are the same.

    A relative pronoun stands for the nearest name of its type before it in its passage, if there is one. Anything else
    stands for the likeliest name, else for the likeliest mention.

    Args:
        found: Raw scores of a document.
        least: Least probability.
        probability: Turns a coreference logit into a probability.

    Returns:
        (mention, mention, probability), sorted.
    """
    best: dict[Key, tuple[int, float, Key]] = {}
    pairs: set[tuple[Key, Key, float]] = set()
    for later, earlier, logit in found.same:
        score = probability(logit)
        kinds = [found.spans[unit][number].kind for unit, number in (later, earlier)]
        if score < least:
            continue
        if kinds == [SpanKind.NAME, SpanKind.NAME]:
            if alike(_surface(found, later), _surface(found, earlier)):
                pairs.add((later, earlier, score))
            continue
        for one, other, kind, target in (
            (later, earlier, kinds[0], kinds[1]),
            (earlier, later, kinds[1], kinds[0]),
        ):
            # Forward only to a name: of two mentions that refer, the later one leans on the earlier.
            if kind is not SpanKind.NAME and (target is SpanKind.NAME or one == later):
                choice = (int(target is SpanKind.NAME), score, other)
                best[one] = max(best.get(one, choice), choice)
    for unit, spans in enumerate(found.spans):
        for number in range(len(spans)):
            if name := _nearest(found, unit, number):
                best[(unit, number)] = (1, NEAREST, name)
    chosen = {(max(one, other), min(one, other), score) for one, (_, score, other) in best.items()}
    return sorted(pairs | chosen)


def _surface(found: Found, key: Key) -> str:
    pieces, span = found.units[key[0]].pieces, found.spans[key[0]][key[1]]
    return pieces.text[pieces.starts[span.first] : pieces.ends[span.last]]


def _nearest(found: Found, unit: int, number: int) -> Key | None:
    """The nearest name before a relative pronoun, of its type and in its passage."""
    spans = found.spans[unit]
    span = spans[number]
    if span.kind is not SpanKind.PRONOUN or _surface(found, (unit, number)).lower() not in RELATIVE:
        return None
    names = (n for n in range(number - 1, -1, -1) if spans[n].kind is SpanKind.NAME and spans[n].type == span.type)
    return next(((unit, n) for n in names), None)
