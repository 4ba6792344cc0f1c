"""A question as steps from the things that it names: which relations to follow, and what is compared in the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.reading.relations import Relation, Words, relations

Compare = Literal["least", "most", "same", "lifespan"]
_TOKEN = re.compile(r"[^\W_]+")
_OWNER = re.compile(r"^['’]s?\b")
_YES_NO = frozenset(["are", "is", "was", "were", "do", "does", "did", "have", "has", "can"])
_ASKS = ("who", "whom", "whose", "where", "when", "why", "how", "what", "which")
_THAT = frozenset(["that", "who", "which"])
_DOERS = frozenset(["company", "firm", "organization", "label", "studio", "person", "people", "man", "woman", "one"])
_KINDS = ("city", "place", "town", "village")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read.

    Attributes:
        names: The things that the question names, as it writes them, as (start, end).
        steps: Relations from each of them, the nearest first; empty where the question is asked as it stands.
        compare: How the values of two are compared; None where the value of one is the answer.
    """

    names: tuple[tuple[int, int], ...]
    steps: tuple[Relation, ...]
    compare: Compare | None = None


@dataclass(frozen=True, slots=True)
class _Hit:
    place: int
    verb: bool
    after_owner: bool  # "x's NOUN"
    chain: tuple[str, ...]


def plan(text: str, names: Sequence[tuple[int, int]]) -> Plan:
    """Read a question.

    Args:
        text: The question, in English.
        names: Stretches that name things, in their order.

    Returns:
        Its plan. Without a name or a relation that is known there are no steps.
    """
    known = relations()
    names = [(start, _bracket(text, end)) for start, end in names]
    tokens = [(m.start(), m[0].lower()) for m in _TOKEN.finditer(text) if not _inside(m.start(), names)]
    words = [word for _, word in tokens]
    ask = next((word for word in words if word in _ASKS), "")
    kinds = [word for word in words if word in _KINDS]
    hits = _hits(text, tokens, ask, kinds, names)
    compare = _compared(words, names, hits) if len(names) > 1 else None
    ages = {word[0] for word in known.ages}
    if compare == "lifespan":
        steps = [*_chain([hit for hit in hits if hit.chain[0] not in ("date_of_birth", "date_of_death")], names)]
    else:
        steps = [*_chain(hits, names)]
        if compare in ("least", "most") and known.by_name.get(steps[-1] if steps else "", None) is None:
            steps = []
        if compare in ("least", "most") and (not steps or known.by_name[steps[-1]].gives != "date"):
            aged = bool(ages & set(words)) and (bool(steps) or ask in ("who", "whose"))
            steps.append("date_of_birth" if aged else "publication_date")
        if compare == "same" and not steps:
            steps = ["country"]
    return Plan(tuple(names), tuple(known.by_name[step] for step in steps), compare)


def _bracket(text: str, end: int) -> int:
    """Include the bracket that closes a name: "x (film)"."""
    return end + 1 if text[end : end + 1] == ")" else end


def _inside(place: int, names: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in names)


def _hits(
    text: str, tokens: Sequence[tuple[int, str]], ask: str, kinds: Sequence[str], names: Sequence[tuple[int, int]]
) -> list[_Hit]:
    """Find the relations that a question speaks of, the longest wording at each place."""
    known = relations()
    hits: list[_Hit] = []
    at = 0
    while at < len(tokens):
        place = tokens[at][0]
        told = "who" if at > 1 and tokens[at - 1][1] in _THAT and tokens[at - 2][1] in _DOERS else ""
        for size in range(min(4, len(tokens) - at), 0, -1):
            said: Words = tuple(word for _, word in tokens[at : at + size])
            ends = tokens[at + size - 1][0] + len(said[-1])
            noun = known.nouns.get(said) or known.nouns.get((*said[:-1], said[-1].removesuffix("s")))
            if (
                noun
                and any(ends <= start and not text[ends:start].strip() for start, _ in names)
                and not (at and tokens[at - 1][1] in ("which", "what"))
            ):
                noun = None  # "the band x" says what x is
            if told and (told, said) in known.verbs:  # "the company that published x" is its publisher
                hits.append(_Hit(place, False, False, (known.verbs[(told, said)],)))
                at += size
                break
            verb = next((known.verbs[(a, said)] for a in (ask, *kinds, "any") if (a, said) in known.verbs), None)
            if noun or verb:
                owner = any(
                    end <= place
                    and _OWNER.match(text[end:])
                    and not _TOKEN.search(_OWNER.sub("", text[end:place], count=1))
                    for _, end in names
                )
                hits.append(_Hit(place, not noun, owner, noun or (verb or "",)))
                at += size
                break
        else:
            at += 1
    return hits


def _compared(words: Sequence[str], names: Sequence[tuple[int, int]], hits: Sequence[_Hit]) -> Compare | None:
    known = relations()

    def says(phrases: frozenset[Words]) -> bool:
        return any(tuple(words[n : n + len(phrase)]) == phrase for phrase in phrases for n in range(len(words)))

    if says(known.lifespan):
        return "lifespan"
    if words and words[0] in _YES_NO and says(known.same):
        return "same"
    if says(known.most):
        return "most"
    if says(known.least):
        return "least"
    return None


def _chain(hits: Sequence[_Hit], names: Sequence[tuple[int, int]]) -> list[str]:
    """Order relations from the thing outward: "x's NOUN" first, then nouns before it from the nearest, verbs last."""
    if not names:
        return []
    first = names[0][0]
    owned = [hit for hit in hits if hit.after_owner]
    before = sorted(
        (hit for hit in hits if not hit.verb and hit not in owned and hit.place < first), key=lambda h: -h.place
    )
    after = [hit for hit in hits if not hit.verb and hit not in owned and hit.place > first]
    verbs = [hit for hit in hits if hit.verb]
    if len(names) > 1:  # "the director of a and the director of b": said once for each
        before, after = [*before, *after], []
    steps: list[str] = []
    for hit in (*owned, *before, *after, *verbs):
        for step in hit.chain:
            if not (steps and steps[-1] == step and len(hit.chain) == 1):
                steps.append(step)
    return steps
