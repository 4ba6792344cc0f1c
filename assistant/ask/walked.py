"""Candidates by likeness: walks from the names of a question, compared with the question by the fine-tuned encoder."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.ask.amounts import Amount
from assistant.ask.compare import Comparer, Likeness
from assistant.ask.filters import denials
from assistant.ask.form import Both, Count, Exists, Form, Holds, Named, Step, Things
from assistant.ask.lexicon import Lexicon
from assistant.ask.literals import Literal
from assistant.ask.nouns import NAME, SECOND, checking_phrase, joint_phrase
from assistant.ask.profile import Profile
from assistant.ask.question import Question, Slot
from assistant.ask.superlatives import superlative

SINGLE = 6
"""Walks from each of two names that are put together."""
NAMES = 3
"""More names than these are not put together."""
ARTICLES = frozenset(("the", "a", "an"))
ELSEWHERE = 0.5
"""What is left of a form that leads to another type than the one that is asked for."""
DROPPED, DOUBTED = 0.3, 0.5
"""What is left of a form that leaves out a name; of one that takes a plain word for a name."""


@dataclass(frozen=True, slots=True)
class Walked:
    """A form with the cosine of what it is called and the question.

    Attributes:
        lead: Its lead over the likest form that is another; negative where one goes before it.
        trust: In the names that it is about, and that the others are none.
    """

    form: Form
    cosine: float
    trust: float
    lead: float = 0.0


def by_likeness(questions: Sequence[Question], lexicon: Lexicon, comparer: Comparer, profile: Profile) -> list[Walked]:
    """Rank the forms that walks from names make, over every reading of the names.

    Args:
        questions: The readings.
        lexicon: Of their language.
        comparer: Of their language.
        profile: What the graph holds.

    Returns:
        Forms, the likest first; none where the question says more than walks can.
    """
    found: dict[Form, Walked] = {}
    for question in questions:
        if not _plain(question, lexicon):
            continue
        names = [item for item in question.items if isinstance(item, Slot)]
        for one in walked(question, names, comparer, profile):
            if one.form not in found or one.cosine > found[one.form].cosine:
                found[one.form] = one
    ranked = sorted(found.values(), key=lambda one: (-one.cosine, repr(one.form)))
    best, second = (ranked[i].cosine if len(ranked) > i else 0.0 for i in (0, 1))
    return [replace(one, lead=one.cosine - (second if place == 0 else best)) for place, one in enumerate(ranked)]


def _plain(question: Question, lexicon: Lexicon) -> bool:
    """Whether a question has no condition, superlative, sum or denial: what no walk says."""
    if question.kind in ("sum", "average") or denials(question) or superlative(question, lexicon) is not None:
        return False
    return not any(isinstance(item, Amount | Literal) for item in question.items)


def walked(
    question: Question, names: Sequence[Slot], comparer: Comparer, profile: Profile, limit: int = 8
) -> list[Walked]:
    """Rank the forms that walks from the names of a question make.

    Args:
        question: What is to be answered: a set, how many, or whether.
        names: In one reading.
        comparer: For the question's language.
        profile: What the graph holds.
        limit: How many to return at most.

    Returns:
        The likest first; none where the question has no name.
    """
    found: list[Walked] = []
    if question.kind == "yes_no":
        for first, second in itertools.permutations(names[:NAMES], 2):
            found += _checked(question, first, second, comparer, profile)
    else:
        for name in names[:NAMES]:
            found += _single(question, name, names, comparer, profile, limit)
        for first, second in itertools.combinations(names[:NAMES], 2):
            found += _joint(question, first, second, comparer, profile)
    found.sort(key=lambda one: (-one.cosine, repr(one.form)))
    return found[:limit]


def _single(
    question: Question, name: Slot, names: Sequence[Slot], comparer: Comparer, profile: Profile, limit: int
) -> Iterator[Walked]:
    for like in comparer.likest(masked(question.text, name), name.types, profile, limit):
        things = like.walk.form(name.form)
        trust = name.score * _without(names, name) * _alone(name)
        if question.wanted and question.wanted & profile.known and not comparer.may_be(like.walk, question.wanted):
            trust *= ELSEWHERE
        yield Walked(Count(things) if question.kind == "count" else things, like.cosine, trust)


def _joint(question: Question, first: Slot, second: Slot, comparer: Comparer, profile: Profile) -> Iterator[Walked]:
    """Two walks that lead to the same."""
    text = masked(question.text, first, second)
    turned = masked(question.text, second, first)
    left = [like for like in comparer.likest(text, first.types, profile, SINGLE) if len(like.walk.moves) < 3]
    right = [like for like in comparer.likest(turned, second.types, profile, SINGLE) if len(like.walk.moves) < 3]
    pairs: list[tuple[Likeness, Likeness, Things]] = []
    for one, other in itertools.product(left, right):
        form: Things = Both(one.walk.form(first.form), other.walk.form(second.form))
        if comparer.well_typed(form):
            pairs.append((one, other, form))
    phrases = [joint_phrase(comparer.phrase(one.walk), comparer.phrase(other.walk)) for one, other, _ in pairs]
    for (_, _, form), cosine in zip(pairs, comparer.cosines(text, phrases), strict=True):
        trust = first.score * second.score * _doubt(first) * _doubt(second)
        yield Walked(Count(form) if question.kind == "count" else form, cosine, trust)


def _checked(question: Question, first: Slot, second: Slot, comparer: Comparer, profile: Profile) -> Iterator[Walked]:
    """Whether a walk from the first leads to the second."""
    text = masked(question.text, first, second)
    likest = [like for like in comparer.likest(text, first.types, profile, SINGLE) if len(like.walk.moves) < 3]
    phrases = [checking_phrase(comparer.phrase(like.walk)) for like in likest]
    for like, cosine in zip(likest, comparer.cosines(text, phrases), strict=True):
        things = like.walk.form(first.form)
        if not comparer.well_typed(Both(things, second.form)):
            continue
        form: Form = Exists(Both(things, second.form))
        if isinstance(things, Step) and len(like.walk.moves) == 1:
            form = Holds(first.form, things.relation, second.form, things.inverse)
        yield Walked(form, cosine, first.score * second.score)


def _plain_word(name: Slot) -> bool:
    """Whether a name is written like any other word, "film", "the story", so that it may be none."""
    words = [word for word in name.text.split() if word not in ARTICLES]
    return name.text.islower() and len(words) < 2


def _without(names: Sequence[Slot], kept: Slot) -> float:
    """What a form is worth that is about one of the names alone."""
    others = [name for name in names if name is not kept]
    return math.prod(1.0 if _plain_word(name) else DROPPED for name in others) * _doubt(kept, bool(others))


def _alone(name: Slot) -> float:
    """Less for a type in which several things have the name: whoever asks by name means one thing."""
    return len(name.form.ids) ** -0.1 if isinstance(name.form, Named) else 1.0


def _doubt(name: Slot, others: bool = True) -> float:
    return DOUBTED if others and _plain_word(name) else 1.0


def masked(text: str, first: Slot, second: Slot | None = None) -> str:
    """The question in lower case, `NAME` in place of the first name and `SECOND` of the second."""
    places = [(first.start, first.end, NAME)] + ([(second.start, second.end, SECOND)] if second else [])
    for start, end, word in sorted(places, reverse=True):
        text = f"{text[:start]} {word} {text[end:]}"
    return " ".join(text.lower().split())
