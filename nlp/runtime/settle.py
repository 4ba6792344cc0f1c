"""Makes types and relations agree: a mention has one type, and only relations that this type allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.runtime.reading import Found, Settings

Key = tuple[int, int]  # unit, span


@dataclass(frozen=True, slots=True)
class Settled:
    """The relations that stand, and the types that they need where those differ from the tagger's first choice."""

    links: Sequence[tuple[int, int, int, int, float]]  # unit, span, span, relation, logit
    types: dict[Key, int]


def settle(found: Found, settings: Settings, threshold: float) -> Settled:
    """Decide types and relations together.

    A mention takes the type with the most support: the tagger's log share, and what the relations that need the type
    exceed the threshold by.

    Args:
        found: Raw scores of a document.
        settings: Of the model.
        threshold: Least logit of a relation.
    """
    domains = [frozenset(settings.types.index(t) for t in types) for types in settings.domains]
    ranges = [frozenset(settings.types.index(t) for t in types) for types in settings.ranges]
    kept = [link for link in found.links if link[4] >= threshold]
    support: dict[Key, dict[int, float]] = {}
    for unit, head, tail, relation, logit in kept:
        for key, allowed in (((unit, head), domains[relation]), ((unit, tail), ranges[relation])):
            votes = support.setdefault(key, {})
            for type_ in allowed:
                votes[type_] = votes.get(type_, 0.0) + logit - threshold
    types: dict[Key, int] = {}
    for (unit, number), votes in support.items():
        span = found.spans[unit][number]
        plausible = span.types or ((span.type, 1.0),)
        types[(unit, number)] = max(plausible, key=lambda t: math.log(max(t[1], 1e-9)) + votes.get(t[0], 0.0))[0]
    links = [
        link
        for link in kept
        if types[(link[0], link[1])] in domains[link[3]] and types[(link[0], link[2])] in ranges[link[3]]
    ]
    return Settled(links, types)
