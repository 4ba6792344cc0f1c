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
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.ask.form import overlap
from assistant.ask.language import Language
from assistant.ask.lexicon import Cue, Lexicon, weight
from assistant.ask.question import Item, Question, Slot, Word
from kg.ontology import Ontology
from kg.ports import Encoder

WORDS, MEANING, OFFSET = 4.4, 9.7, -8.3
"""Weights of the two witnesses, from a logistic regression on 137 questions over the business ontology (4,116 pairs of
question and relation); the offset is raised so that a score says whether the best relation is meant at all."""
_SPOKEN = ("content", "kind", "light")
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
    """

    def __init__(self, ontology: Ontology, encoder: Encoder) -> None:
        self.ontology = ontology
        self.encoder = encoder
        self._lexicons: dict[str, Lexicon] = {}
        self._wordings: dict[tuple[str, str], tuple[list[tuple[str, bool]], NDArray[np.float32]]] = {}
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def lexicon(self, language: Language) -> Lexicon:
        """The ontology's cues in a language."""
        if language.code not in self._lexicons:
            self._lexicons[language.code] = Lexicon(self.ontology, language)
        return self._lexicons[language.code]

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
        found = []
        for (relation, inverse), cues in lexicon.by_relation.items():
            fit = self.fits(relation, inverse, slot.types, wanted)
            if not fit:
                continue
            words, cue = self._best_cue(question, at, relation, inverse, lexicon)
            meaning = meanings.get((relation, inverse), 0.0)
            score = fit / (1 + math.exp(-(WORDS * words + MEANING * meaning + OFFSET)))
            if not meanings:
                score = fit * words
            found.append(Match(relation, inverse, score, words, meaning, cue or cues[0].text))
        found.sort(key=lambda match: (-match.score, match.relation, match.inverse))
        return found[:limit]

    def fits(self, relation: str, inverse: bool, source: frozenset[str], wanted: frozenset[str] | None) -> float:
        """How well a relation's ends fit: 0 where they cannot, 1 where they do; text where a thing is wanted, less."""
        found = self.ontology.relation(relation)
        start, end = (found.range, found.domain) if inverse else (found.domain, found.range)
        if not overlap(source, start, self.ontology):
            return 0.0
        if wanted is None or overlap(wanted, end, self.ontology):
            return 1.0
        return 0.8 if "Text" in end else 0.0

    # --- words ---

    def _best_cue(
        self, question: Question, at: int, relation: str, inverse: bool, lexicon: Lexicon
    ) -> tuple[float, str]:
        best, text = 0.0, ""
        symmetric = self.ontology.relation(relation).symmetric
        for cue in (
            *lexicon.by_relation.get((relation, inverse), ()),
            *lexicon.by_relation.get((relation, not inverse), ()),
        ):
            score, way = cue_score(question, at, cue)
            if score > best and (symmetric or (cue.inverse != inverse) == (way < 0)):
                best, text = score, cue.text
        return best, text

    # --- meaning ---

    def _meanings(self, question: Question, at: int) -> dict[tuple[str, bool], float]:
        slot = question.items[at]
        assert isinstance(slot, Slot)
        found: dict[tuple[str, bool], float] = {}
        for name in sorted(slot.types):
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
        if text not in self._vectors:
            if len(self._vectors) > 2_000:
                self._vectors.clear()
            self._vectors[text] = self.encoder.encode([text])[0]
        return self._vectors[text]

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


# --- the words of a cue in a question ---


def cue_score(question: Question, at: int, cue: Cue) -> tuple[float, int]:
    """How well a cue's words match a question, and whether they lead the cue's way (1) or back (-1).

    A verb phrase leads its way when the slot stands before it ("X was founded by"), back when after ("founded by X").
    A noun leads its way ("founder of X", "X's founder"), back where its "of" dangles ("X the founder of") or it belongs
    to the question word ("whose founder is X").
    """
    items = question.items
    places = _places(items, cue)
    if not places:
        return 0.0, 1
    matched = sum(min(weight(cue.words[i]), _carries(items, j)) for i, j in places.items())
    recall = matched / max(cue.weight, 1e-9)
    taken = {place for place in places.values() if place >= 0}
    content = [i for i in taken if (item := items[i]) and isinstance(item, Word) and item.role in ("content", "kind")]
    if not content:
        return 0.0, 1
    if not question.language.spaced:
        spoken = [
            j for j, item in enumerate(items) if isinstance(item, Word) and item.role in ("content", "light", "kind")
        ]
        if any(items[places[i]].role != "kind" for i in places if places[i] >= 0):  # type: ignore[union-attr]
            spoken = [j for j in spoken if items[j].role != "kind" or j in taken]  # type: ignore[union-attr]
        recall *= _together([spoken.index(places[i]) for i in sorted(places) if places[i] >= 0])
    total = sum(_asked(item) for item in items)
    explained = sum(_asked(items[i]) for i in taken)
    precision = explained / total if total else 1.0
    score = recall * (0.35 + 0.65 * precision)
    if cue.manner != "label" and _passive(items, question.language) != _passive(cue.words, question.language):
        score *= 0.7
    return score, _way(question, at, cue, min(content), max(content))


def _passive(items: Sequence[Item], language: Language) -> bool:
    return any(isinstance(item, Word) and item.text.lower() in language.words["passive"] for item in items)


def _carries(items: tuple[Item, ...], place: int) -> float:
    """The most that an item of the question can say for a cue; a question word stands at -1."""
    item = items[place] if place >= 0 else None
    return weight(item) if isinstance(item, Word) else 1.0


def _asked(item: Item) -> float:
    """How much an item of the question wants to be explained."""
    if not isinstance(item, Word):
        return 0.0
    return {"content": 1.0, "kind": 0.15, "light": 0.15}.get(item.role, 0.0)


def _places(items: tuple[Item, ...], cue: Cue) -> dict[int, int]:
    """Where each word of a cue stands in the question; -1 for a question word that stands for another."""
    found: dict[int, int] = {}
    used: set[int] = set()
    last = -1
    for i, word in enumerate(cue.words):
        if word.role == "ask":
            if any(_asks_alike(item, word) for item in items if isinstance(item, Word)):
                found[i] = -1
            continue
        places = [
            j
            for j, item in enumerate(items)
            if j not in used
            and isinstance(item, Word)
            and item.role in ("content", "kind", "light")
            and same(word.key, item.key)
        ]
        if places:
            last = next((j for j in places if j > last), places[0])
            found[i] = last
            used.add(last)
    return found


def _asks_alike(item: Word, word: Word) -> bool:
    if item.role != "ask":
        return False
    return item.text == word.text or bool(set(item.asks) & set(word.asks)) or (not item.asks and item.text.isascii())


def same(a: str, b: str) -> bool:
    """Whether two stems are one word: equal, or alike in all but a short ending."""
    if a == b:
        return True
    shorter = min(len(a), len(b))
    return shorter >= 6 and abs(len(a) - len(b)) <= 3 and a[: shorter - 1] == b[: shorter - 1]


def _together(places: list[int]) -> float:
    """The share of neighbours in a cue that are neighbours in the question: order, for a language without spaces."""
    if len(places) < 2:
        return 0.75
    near = sum(0 < b - a <= 2 for a, b in pairwise(places))
    return 0.25 + 0.75 * near / (len(places) - 1)


def _way(question: Question, at: int, cue: Cue, first: int, last: int) -> int:
    items = question.items
    before = at < first
    if cue.manner == "asking":
        return 1
    if cue.manner == "phrase":
        if before:
            return -1 if not question.language.spaced and _role(items, first - 1) == "ask" else 1
        return -1 if at > last else 1
    possessive = {key for (key,) in question.language.phrases("possessive")}
    if first and isinstance(item := items[first - 1], Word):
        belongs = item.text in possessive and first > 1 and _role(items, first - 2) in ("ask", "kind")
        if belongs or (item.role == "ask" and item.text == "whose"):
            return -1
    if before and question.language.spaced:
        following = items[last + 1] if last + 1 < len(items) else None
        dangling = isinstance(following, Word) and following.text in question.language.words["of"]
        if dangling and not any(isinstance(items[i], Slot) for i in range(last + 2, min(last + 4, len(items)))):
            return -1
        if dangling:  # "Is X the founder of Y": seen from X, the noun is X itself
            return -1
    return 1


def _role(items: tuple[Item, ...], i: int) -> str:
    item = items[i] if 0 <= i < len(items) else None
    return item.role if isinstance(item, Word) else ""
