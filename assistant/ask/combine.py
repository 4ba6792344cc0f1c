"""Puts together what two readers of a question found: rules of grammar, and likeness to what walks are called."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from assistant.ask.chance import Chance
from assistant.ask.form import Both, Count, Form, Named, OfType, Step, all_parts, overlap
from assistant.ask.parse import Candidate
from assistant.ask.profile import Profile
from assistant.ask.walked import ELSEWHERE, Walked
from kg.ontology import Ontology

AGREED = 2.6
"""Log-odds that a reading by rules, where it is wholly sure, adds to the likeness of a form."""
ALONE = 0.75
"""What is left of a walk that the rules read and that is not among the likest."""


def combined(read: Mapping[Form, Candidate], liked: Iterable[Walked], chance: Chance) -> list[Candidate]:
    """Rank the forms that either found.

    Args:
        read: By rules, with the chances that these give.
        liked: By likeness, the likest first.
        chance: From likeness to chances.

    Returns:
        Each form once, the likeliest first. Forms that no walk says keep what the rules give them.
    """
    found: dict[Form, float] = {}
    narrowed = {_widened(form): candidate for form, candidate in sorted(read.items(), key=lambda pair: pair[1].score)}
    for one in liked:
        known = read.get(one.form) or narrowed.get(one.form)
        odds = chance.odds(one.cosine, one.lead) + (AGREED * known.score if known else 0.0)
        found[one.form] = one.trust / (1 + math.exp(-odds))
    for form, candidate in read.items():
        if form not in found:
            found[form] = candidate.score * (ALONE if found and _walks(form) else 1.0)
    ranked = [Candidate(form, score) for form, score in found.items()]
    return sorted(ranked, key=lambda candidate: (-candidate.score, repr(candidate.form)))


def placed(
    read: Mapping[Form, Candidate], wanted: frozenset[str] | None, ontology: Ontology, profile: Profile
) -> dict[Form, Candidate]:
    """Doubt readings whose last step leads to another type, as the graph has it, than the one that is asked for."""
    found = dict(read)
    for form, candidate in read.items():
        last = form.of if isinstance(form, Count) else form
        if wanted and isinstance(last, Step):
            ends = profile.types(last.relation, end=not last.inverse) & ontology.types.keys()
            if ends and not overlap(ends, wanted, ontology):
                found[form] = replace(candidate, score=candidate.score * ELSEWHERE)
    return found


def _widened(form: Form) -> Form:
    """A form without the type that it is narrowed to: walks are not narrowed, as they lead to what they lead to."""
    if isinstance(form, OfType):
        return form.of
    return Count(form.of.of) if isinstance(form, Count) and isinstance(form.of, OfType) else form


def _walks(form: Form) -> bool:
    """Whether a form is made of walks from names alone."""
    return all(isinstance(part, Step | OfType | Named | Both | Count) for part in all_parts(form))
