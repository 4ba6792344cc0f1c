"""Synthetic samples: a question, the phrases of what it means, and phrases of what it nearly means."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from random import Random

from assistant.ask.nouns import Spelling, checking_phrase, joint_phrase, noun_phrase
from assistant.teach.grammar import checking_question, joint_question, plural, question, target
from assistant.teach.vocabulary import Invented, Vocabulary, vocabulary

SHARES = (0.76, 0.14, 0.1)
"""Of questions about one walk, about two walks at once, and whether a walk leads to a name."""
RIVALS = 5
"""Most rivals of a question."""
Moves = tuple[tuple[Invented, bool], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A question with phrases.

    Attributes:
        means: What it means; a fitted graph may have several, of which at least one is right.
        rivals: What it does not mean.
    """

    question: str
    means: tuple[str, ...]
    rivals: tuple[str, ...]


def synthetic(count: int, seed: int, longest: int = 3) -> Iterator[Sample]:
    """Make samples about invented graphs.

    Args:
        count: How many.
        seed: The same seed gives the same samples.
        longest: Most steps of a walk.
    """
    rng = Random(seed)
    words = vocabulary()
    made = 0
    while made < count:
        make = rng.choices((_walked, _joint, _checked), SHARES)[0]
        sample = make(words, rng, longest)
        if sample is not None:
            yield sample
            made += 1


def _walked(words: Vocabulary, rng: Random, longest: int) -> Sample | None:
    walk = draw(words, rng, rng.randint(1, longest))
    if walk is None:
        return None
    spellings = spelled(words, rng)
    means = said(walk, spellings)
    near = {said(one, spellings) for one in neighbours(walk, words, rng)}
    near.add(said(walk, spellings, ()))
    return _sample(question(walk, words, rng), means, near, rng)


def _joint(words: Vocabulary, rng: Random, _: int) -> Sample | None:
    """Two conditions; the rivals hold one of them, or one of them turned or swapped."""
    one, other = draw(words, rng, rng.choice((1, 1, 2))), draw(words, rng, rng.choice((1, 1, 1, 2)))
    if one is None or other is None or one == other:
        return None
    if target(one) != target(other):
        options = [step for step in words.ending(target(one)) if (step,) != one]
        if not options:
            return None
        other = (rng.choice(options),)
    spellings = spelled(words, rng)
    first, second = (said(walk, spellings) for walk in (one, other))
    near = {first, joint_phrase(second, first), checking_phrase(first)}
    for left, right in ((one, other), (other, one)):
        for swapped in neighbours(left, words, rng)[:6]:
            moved = said(swapped, spellings)
            still = second if right is other else first
            near.add(joint_phrase(moved, still) if left is one else joint_phrase(still, moved))
    return _sample(joint_question(one, other, words, rng), joint_phrase(first, second), near, rng)


def _checked(words: Vocabulary, rng: Random, _: int) -> Sample | None:
    walk = draw(words, rng, rng.choice((1, 1, 1, 2)))
    if walk is None or walk[-1][0].literal:
        return None
    spellings = spelled(words, rng)
    phrase = said(walk, spellings)
    near = {checking_phrase(said(one, spellings)) for one in neighbours(walk, words, rng)}
    return _sample(checking_question(walk, words, rng), checking_phrase(phrase), {*near, phrase}, rng)


def _sample(question: str, means: str, near: set[str], rng: Random) -> Sample:
    rivals = sorted(near - {means})
    return Sample(question, (means,), tuple(rng.sample(rivals, min(RIVALS, len(rivals)))))


def draw(words: Vocabulary, rng: Random, steps: int) -> Moves | None:
    """A random walk of so many steps; none where it ran into a value too early."""
    first = rng.choice(words.relations)
    inverse = not first.literal and rng.random() < 0.5
    walk: list[tuple[Invented, bool]] = [(first, inverse)]
    while len(walk) < steps:
        relation, back = walk[-1]
        if relation.literal and not back:
            return None
        if rng.random() < 0.25 and len(walk) < steps and not back:
            walk.append((relation, True))  # what shares something with the name
            continue
        options = words.leading(relation.subject if back else relation.object)
        options = [one for one in options if one != (relation, not back)]
        if not options:
            return None
        walk.append(rng.choice(options))
    return tuple(walk)


def spelled(words: Vocabulary, rng: Random) -> dict[str, Spelling]:
    """What one graph calls its relations: for each a noun, a verb or both, as columns and triples are named."""
    found: dict[str, Spelling] = {}
    for one in words.relations:
        noun = rng.choice(one.nouns)
        if rng.random() < 0.2:
            noun = plural(noun)
        ways = [*one.passives, *(verb.finite for verb in one.verbs)]
        phrase = rng.choice(ways) if ways and rng.random() < 0.6 else ""
        if phrase and rng.random() < 0.15:
            noun = phrase if rng.random() < 0.5 else ""
        subject = rng.choice(words.types[one.subject]) if rng.random() < 0.8 else "thing"
        inverse = rng.choice(one.inverses) if one.inverses and rng.random() < 0.5 else ""
        found[one.name] = Spelling(noun, phrase, subject, inverse)
    return found


def neighbours(walk: Moves, words: Vocabulary, rng: Random) -> list[Moves]:
    """Walks that differ a little: a step dropped, added, swapped, turned, two in the other order."""
    found: list[Moves] = []
    start = _start(walk)
    if len(walk) > 1:
        found += [walk[:-1], walk[1:]]
        found += [(*walk[:i], *walk[i + 1 :]) for i in range(1, len(walk) - 1)]
        found.append(tuple(reversed(walk)))
    last, back = walk[-1]
    ahead = [] if last.literal and not back else words.leading(_end(walk))
    if ahead and len(walk) < 3:
        found += [(*walk, rng.choice(ahead)) for _ in range(2)]
    if len(walk) < 3:
        before = [one for one in words.relations if not one.literal and one.object == start]
        found += [((rng.choice(before), False), *walk)] if before else []
    for place, (relation, inverse) in enumerate(walk):
        kind = relation.object if inverse else relation.subject
        other = [step for step in words.leading(kind) if step != (relation, inverse) and step[0].name != relation.name]
        for step in rng.sample(other, min(3, len(other))):
            found.append((*walk[:place], step, *walk[place + 1 :]))
        if not relation.literal:
            found.append((*walk[:place], (relation, not inverse), *walk[place + 1 :]))
    return [one for one in found if one]


def _back(walk: Moves) -> list[int]:
    """The steps that go straight back over the relation before."""
    return [i for i in range(1, len(walk)) if walk[i - 1][0] == walk[i][0] and walk[i - 1][1] != walk[i][1]]


def _start(walk: Moves) -> str:
    relation, inverse = walk[0]
    return relation.object if inverse else relation.subject


def _end(walk: Moves) -> str:
    relation, inverse = walk[-1]
    return relation.subject if inverse else relation.object


def said(walk: Moves, spellings: dict[str, Spelling], others: Collection[int] | None = None) -> str:
    """What a walk is called in a graph that spells its relations so."""
    moves = [(relation.name, inverse) for relation, inverse in walk]
    return noun_phrase(moves, spellings, _back(walk) if others is None else others)
