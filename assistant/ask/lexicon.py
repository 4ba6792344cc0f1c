"""What an ontology's relations are called, as cues to look for in a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assistant.ask.language import Language, language, tokens
from assistant.ask.words import Word, words_of
from kg.ontology import Ontology, Relation

Manner = Literal["label", "phrase", "asking"]
"""A noun for what is sought; a verb phrase; a phrase with its own question word."""

_WEIGHTS = {"content": 1.0, "light": 0.25, "ask": 0.25, "kind": 0.25, "stop": 0.0, "mark": 0.0}


@dataclass(frozen=True, slots=True)
class Cue:
    """One wording of one direction of a relation.

    Attributes:
        inverse: From object to subject.
        words: The wording without stop words.
        first: Whether it is the first label: what the thing is called.
    """

    relation: str
    inverse: bool
    manner: Manner
    text: str
    words: tuple[Word, ...]
    first: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """The stems of all words but question words."""
        return tuple(word.key for word in self.words if word.role != "ask")

    @property
    def weight(self) -> float:
        """The weight of its words together."""
        return sum(weight(word) for word in self.words)


def weight(word: Word) -> float:
    """How much a word says: content words fully, prepositions little."""
    return _WEIGHTS[word.role]


def same(a: str, b: str) -> bool:
    """Whether two stems are one word: equal, or alike in all but a short ending that names no doer."""
    if a == b:
        return True
    shorter = min(len(a), len(b))
    if a.endswith("er") != b.endswith("er"):
        return False
    return shorter >= 6 and abs(len(a) - len(b)) <= 3 and a[: shorter - 1] == b[: shorter - 1]


def _verbs(label: str) -> list[str]:
    """What the one does whom a label names: a supplier "suppli(ed)", a shipper "shipp(ed)", an owner "own(ed)"."""
    return [label[:-2]] if label.endswith("er") and label.isalpha() and len(label) > 4 else []


class Lexicon:
    """The cues of an ontology in one language.

    Args:
        ontology: Where labels and phrases stand.
        language: Which of them.
    """

    def __init__(self, ontology: Ontology, language: Language) -> None:
        self.ontology = ontology
        self.language = language
        self._alike: dict[str, frozenset[int]] = {}
        self.cues = [cue for relation in ontology.relations.values() for cue in self._cues(relation)]

    @cached_property
    def by_key(self) -> dict[tuple[str, ...], list[Cue]]:
        """Cues by their stems, for wordings that stand whole beside a name."""
        table: dict[tuple[str, ...], list[Cue]] = defaultdict(list)
        for cue in self.cues:
            if cue.key:
                table[cue.key].append(cue)
        return dict(table)

    @cached_property
    def by_word(self) -> dict[str, frozenset[int]]:
        """The places of the cues that hold a content word, by its stem."""
        table: dict[str, set[int]] = defaultdict(set)
        for place, cue in enumerate(self.cues):
            for word in cue.words:
                if word.role == "content":
                    table[word.key].add(place)
        return {key: frozenset(places) for key, places in table.items()}

    def is_cue_word(self, key: str) -> bool:
        """Whether some relation is called by a word, and no type."""
        return key in self.by_word and (key,) not in self.types

    def sharing(self, keys: Iterable[str]) -> dict[str, list[Cue]]:
        """The cues that share a content word with a question, by relation."""
        places: set[int] = set()
        for key in keys:
            alike = self._alike.get(key)
            if alike is None:
                if len(self._alike) > 20_000:
                    self._alike = {}  # a new one: another thread may be reading the old
                alike = frozenset(p for known, found in self.by_word.items() if same(key, known) for p in found)
                self._alike[key] = alike
            places |= alike
        table: dict[str, list[Cue]] = defaultdict(list)
        for place in sorted(places):
            table[self.cues[place].relation].append(self.cues[place])
        return table

    @cached_property
    def by_relation(self) -> dict[tuple[str, bool], list[Cue]]:
        """Cues by relation and direction."""
        table: dict[tuple[str, bool], list[Cue]] = defaultdict(list)
        for cue in self.cues:
            table[cue.relation, cue.inverse].append(cue)
        return dict(table)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every wording as it is written, types' labels included."""
        return frozenset((*(cue.text for cue in self.cues), *(label for label, _ in self._type_labels())))

    @cached_property
    def longest(self) -> int:
        """The most words that a cue has."""
        return max((len(key) for key in self.by_key), default=0)

    @cached_property
    def types(self) -> dict[tuple[str, ...], frozenset[str]]:
        """Words for types by their stems, with the types they may mean, those below included."""
        table: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for label, name in self._type_labels():
            table[self.stems(label)].update(self.ontology.descendants(name))
        return {key: frozenset(names) for key, names in table.items()}

    @cached_property
    def own_types(self) -> dict[tuple[str, ...], frozenset[str]]:
        """Words for types by their stems, with the types that they are labels of."""
        table: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for label, name in self._type_labels():
            table[self.stems(label)].add(name)
        return {key: frozenset(names) for key, names in table.items()}

    @cached_property
    def short_types(self) -> dict[tuple[str, ...], frozenset[str]]:
        """The last words of types' names, where they name nothing else: "transfer" for a fund transfer."""
        if not self.language.spaced:
            return {}
        labels = (cue.key for cue in self.cues if cue.manner == "label")
        taken = {key[-1] for key in (*self.types, *labels) if len(key) == 1}
        table: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for key, names in self.own_types.items():
            if len(key) > 1 and key[-1] not in taken:
                table[key[-1:]] |= names
        return {key: frozenset(names) for key, names in table.items() if len(names) == 1}

    @cached_property
    def spelled(self) -> dict[tuple[str, ...], str]:
        """The words for types as they are written, by their stems."""
        return {self.stems(label): label for label, _ in self._type_labels()}

    def labelled(self, labels: Sequence[str]) -> frozenset[str]:
        """The types that go by one of these labels, the types below them included."""
        return frozenset(name for label in labels for name in self.types.get(self.stems(label), ()))

    def stems(self, text: str) -> tuple[str, ...]:
        """The stems of a text's words."""
        return tuple(self.language.stem(part) for part in self.language.cut(text))

    def _type_labels(self) -> Iterator[tuple[str, str]]:
        """Every label of every type, the type's own name in words included."""
        for name, kind in self.ontology.types.items():
            spelled = "".join(f" {c}" if c.isupper() and i and name[i - 1].islower() else c for i, c in enumerate(name))
            plain = spelled.replace("_", " ").lower()
            labels = kind.labels.get(self.language.code, ())
            for label in self._further((*labels, plain, self.language.translated(plain) or plain)):
                yield label, name

    def _further(self, labels: Iterable[str]) -> list[str]:
        """Labels with their synonyms, and with their abbreviations written out."""
        found = [form for label in labels for form in (label, self.language.expanded(label))]
        return list(
            dict.fromkeys((*found, *(word for label in found for word in self.language.synonyms.get(label, ()))))
        )

    @cached_property
    def own_words(self) -> dict[str, frozenset[str]]:
        """The content words of each relation's cues, both directions."""
        table: dict[str, set[str]] = defaultdict(set)
        for cue in self.cues:
            table[cue.relation].update(word.key for word in cue.words if word.role == "content")
        return {name: frozenset(words) for name, words in table.items()}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every stem that a cue or a type is called by: words that name no entity on their own."""
        return frozenset(part for key in (*self.by_key, *self.types) for part in key)

    def called(self, relation: str, inverse: bool) -> str:
        """What the things that a relation leads to are called."""
        found = self.ontology.relation(relation)
        if not inverse or found.symmetric:
            own = found.labels.get(self.language.code)
            return own[0] if own else self._foreign(found)[0]
        labels = found.inverse_labels.get(self.language.code, ())
        return labels[0] if labels else self.called(relation, False)

    def has_inverse(self, relation: str) -> bool:
        """Whether there is a word for what a relation leads back to."""
        found = self.ontology.relation(relation)
        return found.symmetric or bool(found.inverse_labels.get(self.language.code))

    def type_word(self, name: str) -> str:
        """The first label of a type."""
        labels = self.ontology.type(name).labels
        foreign = next((words[0] for words in labels.values() if words), name)
        return next(iter(labels.get(self.language.code, ())), self.language.glossary.get(foreign, foreign))

    def _cues(self, relation: Relation) -> list[Cue]:
        code = self.language.code
        labels = self._further((*relation.labels.get(code, ()), *self._foreign(relation)))
        found = [self._cue(relation.name, False, "label", text, i == 0) for i, text in enumerate(labels)]
        inverse = relation.labels.get(code, ()) if relation.symmetric else relation.inverse_labels.get(code, ())
        found += [self._cue(relation.name, True, "label", text, i == 0) for i, text in enumerate(inverse)]
        for backwards, phrases in ((False, relation.phrases), (True, relation.inverse_phrases)):
            found += [self._cue(relation.name, backwards, "phrase", text) for text in phrases.get(code, ())]
        if self.language.spaced and not all(self.ontology.type(name).value for name in relation.range):
            for verb in dict.fromkeys(verb for label in labels for verb in _verbs(label)):
                found.append(self._cue(relation.name, False, "phrase", f"{verb}ed by"))
                found.append(self._cue(relation.name, True, "phrase", f"{verb}s"))
        if relation.symmetric:
            found = [cue for cue in found if not cue.inverse]
        return list(dict.fromkeys(found))

    def _foreign(self, relation: Relation) -> tuple[str, ...]:
        """The labels that a relation has in other languages: as the glossary has them, else as they are."""
        others = {code: words for code, words in relation.labels.items() if code != self.language.code}
        labels = [label for words in others.values() for label in words] or [relation.label()]
        if relation.labels.get(self.language.code):  # its own labels go before; a column's name may have another word
            return tuple(found for label in labels[:1] if (found := self._translated(label)))
        known = [found for label in labels if (found := self._translated(label))]
        return tuple(dict.fromkeys((*known, *labels)))

    def _translated(self, label: str) -> str | None:
        if self.language.code == "en":
            return None
        return self.language.translated(label) or self.language.translated(language("en").expanded(label))

    def _cue(self, relation: str, inverse: bool, manner: Manner, text: str, first: bool = False) -> Cue:
        words = tuple(word for word in words_of(tokens(text), self.language) if word.role not in ("stop", "mark"))
        if manner == "label" and len(words) > 1 and words[-1].role == "light":
            manner = "phrase"  # a column's name that is a verb: "reports to"
        asking = manner == "phrase" and any(word.role == "ask" for word in words)
        return Cue(relation, inverse, "asking" if asking else manner, text, words, first)
