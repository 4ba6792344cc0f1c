"""Which relation, and which way, the words around a name ask for.

Two witnesses: the words themselves against the ontology's labels and phrases (stems, order, how much of the question
they explain; in Chinese character by character), and the encoder's similarity of the question, its name replaced by a
word for its type, to the same labels and phrases. A relation that cannot start at the name's type or end at the wanted
one is no candidate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.ask.compare import Comparer
from assistant.ask.form import overlap
from assistant.ask.language import Language, language
from assistant.ask.lexicon import Cue, Lexicon, same
from assistant.ask.match import asked_noun, cue_score
from assistant.ask.question import Question, Slot
from assistant.ask.words import Word
from kg.ontology import Ontology
from kg.ports import Encoder

WORDS, MEANING, OFFSET = 4.4, 9.7, -8.3
"""Weights of the two witnesses, from a logistic regression on 137 questions over the business ontology (4,116 pairs of
question and relation); the offset is raised so that a score says whether the best relation is meant at all."""
WHOLLY, SAID = 0.95, 0.8
"""A cue that is there word for word and explains the whole question is worth this much whatever its vector says."""
FOREIGN = 0.8
"""What is left for each word of the question that other relations are called by and this one is not."""
CLEARLY, BACKWARDS = 0.4, 0.3
"""How much better the words have to fit the other way round, and what is left of this way where they do."""
ALIKE, OTHER = 0.4, 0.4
"""Least likeness of the noun asked for to what a relation leads to or is called, and what is left where it is less."""
SHARED = 1.0
"""How much of the type's own vector is taken out before vectors are compared."""
ENCODED = frozenset({"en"})
"""Languages whose questions the encoder that ships understands; others go by their words."""


@dataclass(frozen=True, slots=True)
class Match:
    """A relation that the question may ask for, from the slot at hand.

    Attributes:
        score: Chance that it is meant, 0..1.
        words: How well the best cue matches by its words, 0..1.
        meaning: The encoder's best similarity; 0 where it was not asked.
        cue: The wording that fits best.
    """

    relation: str
    inverse: bool
    score: float
    words: float
    meaning: float
    cue: str


class Relater:
    """Ranks relations for questions; keeps the vectors of the ontology's wordings.

    Args:
        ontology: Its relations are the candidates.
        encoder: For similarity of meaning.
        questions: An encoder of questions and of what forms are called, where there is one.
    """

    def __init__(self, ontology: Ontology, encoder: Encoder, questions: Encoder | None = None) -> None:
        self.ontology = ontology
        self.encoder = encoder
        self.questions = questions
        self._comparers: dict[str, Comparer] = {}
        self._lexicons: dict[str, Lexicon] = {}
        self._wordings: dict[tuple[str, str], tuple[list[tuple[str, bool]], NDArray[np.float32]]] = {}
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._fits: dict[tuple[str, bool, frozenset[str], frozenset[str] | None], float] = {}

    def lexicon(self, language: Language) -> Lexicon:
        """The ontology's cues in a language."""
        if language.code not in self._lexicons:
            self._lexicons[language.code] = Lexicon(self.ontology, language)
        return self._lexicons[language.code]

    def comparer(self, language: Language) -> Comparer | None:
        """What compares questions with walks; None in a language that the encoder of questions was not taught."""
        if self.questions is None or language.code not in ENCODED:
            return None
        if language.code not in self._comparers:
            self._comparers[language.code] = Comparer(self.lexicon(language), self.questions)
        return self._comparers[language.code]

    def warm(self) -> None:
        """Encode every wording of every type now rather than with the first question about it."""
        for code in sorted(ENCODED):
            for name, kind in self.ontology.types.items():
                if not kind.value and kind.parent is None:
                    self._table(name, language(code))
            if (comparer := self.comparer(language(code))) is not None:
                comparer.warm()

    def rank(self, question: Question, at: int, to: frozenset[str] | None = None, limit: int = 6) -> list[Match]:
        """Rank the relations that lead from a slot to what the question wants.

        Args:
            question: The question, the slot's name replaced by the slot.
            at: Where the slot stands among the items.
            to: Types that the relation must lead to, instead of what the question wants.
            limit: How many to return at most.

        Returns:
            Best first.
        """
        slot = question.items[at]
        assert isinstance(slot, Slot)
        lexicon = self.lexicon(question.language)
        meanings = self._meanings(question, at) if question.language.code in ENCODED else {}
        wanted = question.wanted if to is None else to
        heard = {item.key for item in question.items if isinstance(item, Word) and item.role in ("content", "kind")}
        sharing = lexicon.sharing(heard)
        foreign = [key for key in sorted(heard) if lexicon.is_cue_word(key)]
        heard_as: dict[str, tuple[tuple[float, str], tuple[float, str]]] = {}
        found = []
        for (relation, inverse), cues in lexicon.by_relation.items():
            fit = self.fits(relation, inverse, slot.types, wanted)
            if not fit:
                continue
            if relation not in heard_as:
                heard_as[relation] = self._best_cues(question, at, relation, sharing.get(relation, ()))
            (words, cue), (against, _) = heard_as[relation][inverse], heard_as[relation][not inverse]
            meaning = meanings.get((relation, inverse), 0.0)
            score = 1 / (1 + math.exp(-(WORDS * words + MEANING * meaning + OFFSET))) if meanings else words
            if words >= WHOLLY:
                score = max(score, SAID)
            score *= fit * FOREIGN ** len([word for word in foreign if not self._is_own(word, relation, lexicon)])
            if against - words >= CLEARLY:
                score *= BACKWARDS
            if score >= 0.1:
                score *= self._head(question, relation, inverse, lexicon)
            found.append(Match(relation, inverse, score, words, meaning, cue or cues[0].text))
        found.sort(key=lambda match: (-match.score, match.relation, match.inverse))
        return found[:limit]

    def fits(self, relation: str, inverse: bool, source: frozenset[str], wanted: frozenset[str] | None) -> float:
        """How well a relation's ends fit: 0 where they cannot, 1 where they do; text where a thing is wanted, less."""
        key = (relation, inverse, source, wanted)
        if key not in self._fits:
            found = self.ontology.relation(relation)
            start, end = (found.range, found.domain) if inverse else (found.domain, found.range)
            if not overlap(source, start, self.ontology):
                self._fits[key] = 0.0
            elif wanted is None or overlap(wanted, end, self.ontology):
                kinds = (
                    [overlap(wanted, (name,), self.ontology) for name in end if name != "Text"] if wanted else [True]
                )
                self._fits[key] = 1.0 if all(kinds) else 0.9
            elif "Text" in end:
                self._fits[key] = 0.8
            else:
                self._fits[key] = 0.7 if any(self._unplaced(name) for name in end) else 0.0
        return self._fits[key]

    def _is_own(self, word: str, relation: str, lexicon: Lexicon) -> bool:
        return any(same(word, own) for own in lexicon.own_words.get(relation, ()))

    def _head(self, question: Question, relation: str, inverse: bool, lexicon: Lexicon) -> float:
        """Less than 1 where the noun that is asked for is another: "the *cause* of death", "which *instrument*"."""
        head = asked_noun(question)
        if not head or question.language.code not in ENCODED:
            return 1.0
        found = self.ontology.relation(relation)
        types = found.domain if inverse else found.range
        below = {kind for name in types for kind in self.ontology.descendants(name)}
        names = {label for name in below for label in self.ontology.type(name).labels.get(question.language.code, ())}
        names.update(cue.text for cue in lexicon.by_relation.get((relation, inverse), ()))
        asked = lexicon.stems(head)
        if any(same(word, part) for name in names for part in lexicon.stems(name) for word in asked):
            return 1.0
        vector = self.vector(head)
        return 1.0 if max(float(self.vector(name) @ vector) for name in sorted(names)) >= ALIKE else OTHER

    def _unplaced(self, name: str) -> bool:
        """Whether a type stands alone, as those of tables do: its things may well be people or places."""
        kind = self.ontology.type(name)
        alone = kind.parent is None and len(self.ontology.descendants(name)) == 1
        return alone and not kind.value and not kind.description

    # --- words ---

    def _best_cues(
        self, question: Question, at: int, relation: str, cues: Sequence[Cue]
    ) -> tuple[tuple[float, str], tuple[float, str]]:
        """The best cue, with its score, of each direction of a relation: from subject to object first."""
        best = [(0.0, ""), (0.0, "")]
        for cue in cues:
            score, way = cue_score(question, at, cue)
            inverse = cue.inverse != (way < 0)
            if score > best[inverse][0]:
                best[inverse] = (score, cue.text)
        if self.ontology.relation(relation).symmetric:
            best = [max(best)] * 2
        return best[0], best[1]

    # --- meaning ---

    def _meanings(self, question: Question, at: int) -> dict[tuple[str, bool], float]:
        slot = question.items[at]
        assert isinstance(slot, Slot)
        found: dict[tuple[str, bool], float] = {}
        # Types below one root share its wordings: a table of companies adds no vectors.
        for name in sorted({self.ontology.ancestors(name)[-1] for name in slot.types}):
            ways, matrix = self._table(name, question.language)
            if not ways:
                continue
            text = masked(question, at, name, self.lexicon(question.language))
            similarities = matrix @ self._apart(self.vector(text)[None], name, question.language)[0]
            for way, similarity in zip(ways, similarities, strict=True):
                found[way] = max(found.get(way, 0.0), float(similarity))
        return found

    def vector(self, text: str) -> NDArray[np.float32]:
        """Encode one text; the last few are kept."""
        vector = self._vectors.get(text)
        if vector is None:
            if len(self._vectors) > 2_000:
                self._vectors = {}  # a new one: another thread may be reading the old
            vector = self._vectors[text] = self.encoder.encode([text])[0]
        return vector

    def _table(self, name: str, language: Language) -> tuple[list[tuple[str, bool]], NDArray[np.float32]]:
        """Every wording that can stand at a type, said about a thing of that type, with its vector."""
        key = (language.code, name)
        if key not in self._wordings:
            lexicon = self.lexicon(language)
            thing = lexicon.type_word(name)
            ways: list[tuple[str, bool]] = []
            texts: list[str] = []
            for cue in lexicon.cues:
                for inverse in (cue.inverse, not cue.inverse):
                    turned = inverse != cue.inverse
                    if (turned and cue.manner != "phrase") or not self.fits(
                        cue.relation, inverse, frozenset({name}), None
                    ):
                        continue
                    for text in wordings(cue, turned, thing):
                        ways.append((cue.relation, inverse))
                        texts.append(text)
            matrix = self.encoder.encode(texts) if texts else np.zeros((0, self.encoder.dimensions), dtype=np.float32)
            self._wordings[key] = (ways, self._apart(matrix, name, language))
        return self._wordings[key]

    def _apart(self, vectors: NDArray[np.float32], name: str, language: Language) -> NDArray[np.float32]:
        """Take out of unit vectors what they owe to the word for the type, which question and wordings share anyway."""
        shared = self.vector(self.lexicon(language).type_word(name))
        rest = vectors - SHARED * np.outer(vectors @ shared, shared)
        return np.asarray(rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def wordings(cue: Cue, turned: bool, thing: str) -> list[str]:
    """Say a cue about a thing, as a question would."""
    if cue.manner == "label":
        return [f"{cue.text} of {thing}", f"what is the {cue.text} of {thing}?"]
    if cue.manner == "asking":
        return [f"{cue.text} {thing}?"]
    return [f"who {cue.text} {thing}?"] if turned else [f"{thing} {cue.text}", f"what is {thing} {cue.text}?"]


def masked(question: Question, at: int, name: str, lexicon: Lexicon) -> str:
    """The question with each slot replaced by a word for its type."""
    text = question.text
    for i in reversed(question.slots):
        slot = question.items[i]
        assert isinstance(slot, Slot)
        word = lexicon.type_word(name if i == at else sorted(slot.types)[0])
        text = f"{text[: slot.start]} {word} {text[slot.end :]}"
    return " ".join(text.split()).lower()
