"""From a question with its names linked to ranked logical forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.ask.amounts import Amount
from assistant.ask.attributes import NUMERIC, attributes
from assistant.ask.filters import denials, filtered
from assistant.ask.form import (
    Both,
    Condition,
    Count,
    Form,
    Holds,
    Named,
    OfType,
    Step,
    Things,
    Where,
    overlap,
    well_typed,
)
from assistant.ask.lexicon import Lexicon
from assistant.ask.literals import Literal
from assistant.ask.question import Question, Slot
from assistant.ask.ranges import condition
from assistant.ask.reduce import readings
from assistant.ask.relate import Relater
from assistant.ask.superlatives import superlative
from assistant.ask.words import Word
from kg.ontology import Ontology

DENIED = 0.3
"""What is left of a form for a question that denies something, where the form does not."""
PLAIN = 0.6
"""Trust in what a bare "where is X" asks for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A form that the question may mean, with the chance that it does."""

    form: Form
    score: float


def parse(question: Question, relater: Relater, limit: int = 12) -> list[Candidate]:
    """Rank the forms that a question may mean.

    Args:
        question: With its names as slots.
        relater: Scores relations.
        limit: How many to return at most.

    Returns:
        Well-typed forms, best first, each once.
    """
    ontology = relater.ontology
    lexicon = relater.lexicon(question.language)
    best: dict[Form, float] = {}
    denied = question.kind != "yes_no" and bool(denials(question))
    for reading in readings(question, lexicon):
        for form, score in (*_read(reading, relater, lexicon), *filtered(reading, relater, lexicon)):
            if denied and not _tests_a_flag(form):
                score *= DENIED
            if score > best.get(form, 0.0) and well_typed(form, ontology):
                best[form] = score
    ranked = sorted(best.items(), key=lambda pair: (-pair[1], repr(pair[0])))
    return [Candidate(form, score) for form, score in ranked[:limit]]


def _tests_a_flag(form: Form) -> bool:
    """Whether a form holds a test of truth: that is how it says "not"."""
    if isinstance(form, Where) and form.test.value.kind == "Boolean":
        return True
    parts = (getattr(form, name, None) for name in ("of", "left", "right"))
    return any(_tests_a_flag(part) for part in parts if part is not None)


def _read(question: Question, relater: Relater, lexicon: Lexicon) -> Iterator[tuple[Form, float]]:
    slots = question.slots
    amounts = [item for item in question.items if isinstance(item, Amount)]
    if any(isinstance(item, Literal) for item in question.items) or superlative(question, lexicon) is not None:
        return
    if question.kind == "yes_no":
        if len(slots) == 2 and not amounts:
            yield from _whether(question, slots[0], slots[1], relater, lexicon)
        elif len(slots) == 1 and len(amounts) == 1:
            yield from _whether_value(question, slots[0], amounts[0], relater)
        return
    if len(slots) == 1 and not amounts:
        for things, score in _set(question, slots[0], relater, lexicon):
            yield (Count(things) if question.kind == "count" else things), score
    elif len(slots) == 2 and not amounts:
        for things, score in _both(question, slots[0], slots[1], relater):
            yield (Count(things) if question.kind == "count" else things), score


def unexplained(question: Question) -> list[Word]:
    """The content words of a question outside its slots."""
    return [item for item in question.items if isinstance(item, Word) and item.role == "content"]


def _set(question: Question, at: int, relater: Relater, lexicon: Lexicon) -> Iterator[tuple[Things, float]]:
    slot = question.items[at]
    assert isinstance(slot, Slot)
    rest = unexplained(question)
    named = lexicon.types.get(tuple(word.key for word in rest)) if rest else None
    if not isinstance(slot.form, Named) and (not rest or named):
        wanted = named or question.wanted
        numeric = _numeric(slot, lexicon.ontology)
        if numeric if question.kind == "count" else question.kind in ("sum", "average") and not numeric:
            return
        yield from _wanted(slot.form, slot.types, slot.score, wanted, lexicon.ontology)
        return
    for name in sorted(slot.types) if question.opener else ():  # "how old is X": its age, where it has one
        for relation, fit in attributes(name, question.opener, relater, lexicon, least=0.8, each=True, kinds=NUMERIC):
            yield Step(slot.form, relation), slot.score * fit
    if not rest and not any(isinstance(item, Word) and item.role in ("kind", "ask") for item in question.items):
        return
    to = None
    if not rest:
        for relation, score in _places(slot, question, lexicon):
            yield Step(slot.form, relation), slot.score * score
    if question.kind in ("amount", "sum", "average"):
        to = lexicon.labelled(question.language.words["amounts"])
        for name in sorted(slot.types):
            for relation, fit in attributes(name, [word.text for word in rest], relater, lexicon):
                yield Step(slot.form, relation), slot.score * fit
    for match in relater.rank(question, at, to):
        if to is not None and not to & set(lexicon.ontology.relation(match.relation).range):
            continue  # a number is asked for
        yield Step(slot.form, match.relation, match.inverse), slot.score * match.score


def _places(slot: Slot, question: Question, lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    """What a bare question word asks for: "which country is X in", "where is X" (its city, or its only seat)."""
    asked = next((item for item in question.items if isinstance(item, Word) and item.asks), None)
    wanted = lexicon.labelled(asked.asks[:1]) if asked else frozenset()
    if asked is None or slot.types & wanted:
        return
    led = []
    for relation in lexicon.ontology.relations.values():
        if not overlap(slot.types, relation.domain, lexicon.ontology):
            continue
        labels = [cue.text for cue in lexicon.by_relation.get((relation.name, False), ()) if cue.manner == "label"]
        if any(lexicon.stems(label) == lexicon.stems(asked.asks[0]) for label in labels):
            yield relation.name, PLAIN + 0.1
        elif any(lexicon.types.get(lexicon.stems(label), frozenset()) & wanted for label in labels):
            yield relation.name, PLAIN
        elif all(name in wanted or name == "Text" for name in relation.range) and set(relation.range) & wanted:
            led.append(relation.name)
    if len(led) == 1:
        yield led[0], PLAIN


def _numeric(slot: Slot, ontology: Ontology) -> bool:
    return all(ontology.type(name).value for name in slot.types)


def _wanted(
    form: Things, types: frozenset[str], score: float, wanted: frozenset[str] | None, ontology: Ontology
) -> Iterator[tuple[Things, float]]:
    """Narrow a set to what the question asks for: "which people", "who"."""
    if wanted is None:
        yield form, score
        return
    kept = sorted(name for name in types if overlap({name}, wanted, ontology))
    if not kept:
        if "Text" in types:
            yield form, 0.8 * score
        return
    narrower = sorted(name for name in wanted if any(name != have and ontology.is_a(name, have) for have in kept))
    if len(kept) < len(types) and len(kept) == 1:
        yield OfType(form, kept[0]), score
    elif len(narrower) == 1:
        yield OfType(form, narrower[0]), score
    else:
        yield form, score


def _both(question: Question, one: int, other: int, relater: Relater) -> Iterator[tuple[Things, float]]:
    """Two sets: those of one that a relation joins to the other ("companies founded by X based in Y")."""
    for base_at, at in ((one, other), (other, one)):
        base, slot = question.items[base_at], question.items[at]
        assert isinstance(base, Slot)
        assert isinstance(slot, Slot)
        if isinstance(base.form, Named):
            continue
        if not isinstance(slot.form, Named) and overlap(base.types, slot.types, relater.ontology):
            if base_at < at and not unexplained(question):
                yield Both(base.form, slot.form), base.score * slot.score
            continue
        for match in relater.rank(question, at, base.types, limit=3):
            yield Both(base.form, Step(slot.form, match.relation, match.inverse)), base.score * slot.score * match.score


def _whether(
    question: Question, one: int, other: int, relater: Relater, lexicon: Lexicon
) -> Iterator[tuple[Form, float]]:
    first, second = question.items[one], question.items[other]
    assert isinstance(first, Slot)
    assert isinstance(second, Slot)
    rest = unexplained(question)
    # "Is A [founder of B]?": B's noun phrase is a slot by now.
    for named, phrase in ((first, second), (second, first)):
        step = phrase.form
        if isinstance(named.form, Named) and isinstance(step, Step) and not rest:
            fits = overlap(named.types, phrase.types, relater.ontology)
            if fits:
                yield Holds(step.of, step.relation, named.form, step.inverse), named.score * phrase.score
    if not rest:
        return
    for at, to in ((one, other), (other, one)):
        slot, goal = question.items[at], question.items[to]
        assert isinstance(slot, Slot)
        assert isinstance(goal, Slot)
        for match in relater.rank(question, at, goal.types, limit=3):
            yield (
                Holds(slot.form, match.relation, goal.form, match.inverse),
                slot.score * goal.score * match.score,
            )


def _whether_value(question: Question, at: int, amount: Amount, relater: Relater) -> Iterator[tuple[Form, float]]:
    slot = question.items[at]
    assert isinstance(slot, Slot)
    kinds = frozenset(
        name
        for name, kind in relater.ontology.types.items()
        if kind.value and name in (amount.value.kind, "Number", "Money")
    )
    kinds = frozenset({"Date"}) if amount.value.kind == "Date" else kinds - {"Date"}
    test: Condition = condition(question, amount)
    for match in relater.rank(question, at, kinds, limit=3):
        if not match.inverse:
            yield Holds(slot.form, match.relation, test), slot.score * match.score
