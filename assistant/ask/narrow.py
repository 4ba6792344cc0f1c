"""What narrows a set in a question: a name, the text of an attribute, a comparison, a flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.ask.amounts import Amount
from assistant.ask.attributes import attributes, label_fit
from assistant.ask.form import Both, Condition, Every, Named, Things, Where, overlap
from assistant.ask.heads import Head
from assistant.ask.joins import Hop, hops, neighbours, paths
from assistant.ask.lexicon import Lexicon, same
from assistant.ask.literals import Literal
from assistant.ask.question import Question, Slot
from assistant.ask.ranges import Comparison
from assistant.ask.relate import Relater
from assistant.ask.words import Word
from kg.types import Value

SOLE, SOLE_SAID = 0.84, 0.7
"""Trust in the only relation between two types where no word says which, and where words say something else."""
OVER = 0.7
"""Trust in the only way over a third type."""
UNLIKELY = 0.5
"""Below this a straight way is doubted, and ways over a third type are tried."""
NAMED = 0.7
"""Least fit of words that name an attribute whose value is given."""
HELD, HELD_SAID, AMONG = 0.9, 0.78, 0.6
"""Trust in the only attribute that holds a text; where words beside it say something else; in the first of several."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One reading of a condition: things to be among, or a test of an attribute."""

    score: float
    among: Things | None = None
    relation: str = ""
    test: Condition | None = None

    def of(self, things: Things) -> Things:
        """Those of a set that pass."""
        if self.test is not None:
            return Where(things, self.relation, self.test)
        assert self.among is not None
        return Both(things, self.among)


class Narrower:
    """Reads conditions on things of one type.

    Args:
        question: The whole question.
        head: The noun for the type.
        relater: Scores relations.
        lexicon: Of the question's language.
    """

    def __init__(self, question: Question, head: Head, relater: Relater, lexicon: Lexicon) -> None:
        self._question = question
        self._head = head
        self._relater = relater
        self._lexicon = lexicon
        self._types = frozenset(lexicon.ontology.descendants(head.type))

    def named(self, slot: Slot, words: Sequence[Word]) -> list[Narrowing]:
        """Conditions that a name, or a phrase that stands for things, may mean.

        Args:
            slot: The name.
            words: What stands beside it.
        """
        ontology = self._lexicon.ontology
        found = [Narrowing(slot.score * score, hop.of(slot.form)) for hop, score in self._straight(slot, words)]
        if overlap(slot.types, (self._head.type,), ontology) and not isinstance(slot.form, Named):
            found.append(Narrowing(slot.score, slot.form))
        if max((each.score for each in found), default=0.0) < UNLIKELY:
            found += [
                Narrowing(slot.score * score, second.of(first.of(slot.form)))
                for first, second, score in self._over(slot.types, words)
            ]
        return sorted(found, key=lambda each: -each.score)[:4]

    def _straight(self, slot: Slot, words: Sequence[Word]) -> list[tuple[Hop, float]]:
        ways = hops(slot.types, self._types, self._lexicon.ontology)
        if not ways:
            return []
        question = self._without(slot)
        at = question.items.index(slot)
        scores = {(m.relation, m.inverse): m.score for m in self._relater.rank(question, at, self._types, limit=50)}
        own = neighbours(slot.types, self._lexicon.ontology)
        sole = len(ways) == 1 and ways[0] in own and bool(ways[0].to & self._types)  # theirs, not a general one
        least = (SOLE_SAID if words else SOLE) if sole else 0.0 if words else 0.55
        symmetric = [way for way in ways if (way.relation, way.inverse) not in scores]
        found = [(way, max(scores.get((way.relation, way.inverse), 0.0), least)) for way in ways]
        return [pair for pair in found if pair[1] >= 0.2 or pair[0] in symmetric]

    def _without(self, slot: Slot) -> Question:
        """The question with the nouns for types as such: what is left is about the slot."""
        head = self._head
        items = [
            replace(item, role="kind") if isinstance(item, Word) and place in head.places else item
            for place, item in enumerate(self._question.items)
        ]
        return self._question.with_items([item for item in items if not isinstance(item, Literal | Amount)])

    def _over(self, source: frozenset[str], words: Sequence[Word]) -> list[tuple[Hop, Hop, float]]:
        """Ways over a third type: the only one, or the one that the question names."""
        ways = paths(source, self._types, self._lexicon.ontology)
        narrow = min((len(first.to) for first, _ in ways), default=0)
        ways = [way for way in ways if len(way[0].to) == narrow]  # over things of one type, not over anything at all
        if len(ways) == 1:
            return [(*ways[0], OVER)]
        heard = [
            item.key for item in self._question.items if isinstance(item, Word) and item.role in ("content", "kind")
        ]
        said = [
            (first, second)
            for first, second in ways
            if any(self._says(heard, hop, kind) for hop in (first, second) for kind in first.to)
        ]
        if len(said) > 1:  # what went from one to another: which end is which
            turned = [sum(self._led(hop) for hop in way) for way in said]
            said = [way for way, hits in zip(said, turned, strict=True) if hits == max(turned) and hits]
        return [(*said[0], OVER)] if len(said) == 1 else []

    def _led(self, hop: Hop) -> bool:
        """Whether the question has one of the phrases that lead a relation's way: "to", 给."""
        cues = [cue for cue in self._lexicon.by_relation.get((hop.relation, hop.inverse), ()) if cue.manner == "phrase"]
        if not self._lexicon.language.spaced:
            return any(cue.text in self._question.text for cue in cues)
        keys = [item.key for item in self._question.items if isinstance(item, Word)]
        return any(cue.words and all(word.key in keys for word in cue.words) for cue in cues)

    def _says(self, heard: Sequence[str], hop: Hop, kind: str) -> bool:
        own = self._lexicon.own_words.get(hop.relation, frozenset())
        label = self._lexicon.stems(self._lexicon.type_word(kind))
        return any(same(word, key) for word in heard for key in (*own, *label))

    def unlinked(self, text: str, words: Sequence[Word]) -> list[Narrowing]:
        """Conditions on text that no name and no attribute is known to equal, for an answer to say what was sought."""
        found = []
        about = [word.text for word in words]
        for relation in textual(self._head.type, self._lexicon):
            fit = label_fit(relation, about, self._relater, self._lexicon) if about else 0.5
            if fit >= NAMED or not about:
                found.append(Narrowing(fit, None, relation, Condition("=", Value("Text", text))))
        return found

    def held(self, literal: Literal, words: Sequence[Word]) -> list[Narrowing]:
        """Conditions on an attribute that holds a text: the things' own, or that of things beside them."""
        ontology = self._lexicon.ontology
        test = Condition("=", literal.value)
        about = [word.text for word in words]
        own = [one for one in literal.holders if ontology.is_a(one.type, self._head.type)]
        relations = list(dict.fromkeys(one.relation for one in own))
        found = []
        for place, relation in enumerate(relations):  # the one that most things have it in first
            fit = label_fit(relation, about, self._relater, self._lexicon) if about else 0.0
            least = AMONG if len(relations) > 1 else HELD_SAID if about else HELD
            found.append(Narrowing(max(least - 0.1 * min(place, 2), 0.95 * fit), None, relation, test))
        if not found:
            for one in literal.holders:
                ways = hops((one.type,), self._types, ontology)
                if len(ways) == 1:
                    inner = Where(Every(one.type), one.relation, test)
                    found.append(Narrowing(OVER, ways[0].of(inner)))
        found = [replace(each, score=each.score * literal.score) for each in found]
        return sorted(found, key=lambda each: -each.score)[:4]

    def compared(self, comparison: Comparison, words: Sequence[Word]) -> list[Narrowing]:
        """Comparisons of an attribute with a literal.

        Args:
            comparison: The literal and how it is compared.
            words: What stands beside it, the comparing words aside.
        """
        about = [word.text for word in words]
        test = comparison.test
        hints = list(comparison.measures)
        found: dict[str, float] = {}
        if about:
            found = dict(attributes(self._head.type, about, self._relater, self._lexicon, test.value, least=0.6))
        if hints:
            for relation, fit in attributes(
                self._head.type, hints, self._relater, self._lexicon, test.value, each=True
            ):
                found[relation] = max(found.get(relation, 0.0), fit)
        if not found:
            found = dict(attributes(self._head.type, (), self._relater, self._lexicon, test.value))
            main = self._main(test.value)
            if main:
                found = {main: 0.85}
        ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
        return [Narrowing(fit, None, relation, test) for relation, fit in ranked]

    def _main(self, value: Value) -> str | None:
        """Of several dates that of the things themselves, called by their own name: "order date"."""
        if value.kind != "Date":
            return None
        kinds = {word for name in (self._head.type,) for word in self._lexicon.stems(self._lexicon.type_word(name))}
        found = []
        for relation in self._lexicon.ontology.relations.values():
            if "Date" in relation.range and overlap({self._head.type}, relation.domain, self._lexicon.ontology):
                labels = [cue.text for cue in self._lexicon.by_relation.get((relation.name, False), ())]
                if any(kinds <= set(self._lexicon.stems(label)) for label in labels):
                    found.append(relation.name)
        return found[0] if len(found) == 1 else None

    def flags(self, words: Sequence[Word], denied: bool) -> list[tuple[Narrowing, list[Word]]]:
        """Conditions on attributes that are true or false: "*discontinued* products".

        Args:
            words: The words that nothing else explains.
            denied: Whether the question denies it.
        """
        found = []
        for relation in self._lexicon.ontology.relations.values():
            if "Boolean" not in relation.range:
                continue
            if not overlap({self._head.type}, relation.domain, self._lexicon.ontology):
                continue
            truth = Value("Boolean", "false", 0.0) if denied else Value("Boolean", "true", 1.0)
            for cue in self._lexicon.by_relation.get((relation.name, False), ()):
                keys = [word.key for word in cue.words if word.role == "content"]
                used = [word for word in words if any(same(word.key, key) for key in keys)]
                if keys and all(any(same(word.key, key) for word in used) for key in keys):
                    found.append((Narrowing(0.92, None, relation.name, Condition("=", truth)), used))
                    break
        return found


def textual(kind: str, lexicon: Lexicon) -> list[str]:
    """The attributes of a type that hold text."""
    return [
        relation.name
        for relation in lexicon.ontology.relations.values()
        if "Text" in relation.range and overlap({kind}, relation.domain, lexicon.ontology)
    ]
