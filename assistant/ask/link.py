"""Which entities the names in a question stand for, as the viewer may see them.

Names that equal a known alias come first. A stretch that looks like a name (capitalised, quoted, or between function
words in Chinese) and equals none is looked up fuzzily; what is still unknown is kept, so that the answer can say so.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.ask.form import Named as NamedForm
from assistant.ask.language import HAN, Language, language, tokens
from assistant.ask.lexicon import Lexicon
from assistant.ask.question import Slot
from assistant.ask.stretches import is_words, name_runs, odd_runs, ordinary, wording_bounds
from kg.ports import Named, NameIndex
from kg.types import Viewer

ALIKE = 0.78
"""Least likeness of a name that equals none: about one wrong letter in fifteen."""
ENTITIES, TYPES, READINGS = 8, 3, 12
"""Most namesakes of one type, types of one name, and combinations of types."""


@dataclass(frozen=True, slots=True)
class Name:
    """A stretch of the question and the entities that it may stand for, likeliest first."""

    start: int
    end: int
    text: str
    entities: tuple[Named, ...]

    def slots(self) -> list[Slot]:
        """One slot a type: which type is meant is decided with the form."""
        groups: dict[str, list[Named]] = {}
        for entity in self.entities:
            groups.setdefault(entity.type, []).append(entity)
        most = max((entity.mentions for entity in self.entities), default=1)
        found = []
        for kind, group in list(groups.items())[:TYPES]:
            best = max(entity.score for entity in group)
            chosen = [entity for entity in group if entity.score >= best - 0.02][:ENTITIES]
            popular = (sum(entity.mentions for entity in group) + 1) / (most + 1)
            score = _trust(best) * min(1.0, popular) ** 0.05
            form = NamedForm(tuple(entity.entity_id for entity in chosen), chosen[0].name, kind)
            found.append(Slot(form, frozenset({kind}), self.text, score, self.start, self.end))
        return found


@dataclass(frozen=True, slots=True)
class Links:
    """The names of a question.

    Attributes:
        names: Those that were linked.
        unknown: What looks like a name and is none that the viewer may see.
        language: Of the question, its names aside.
    """

    names: tuple[Name, ...]
    unknown: tuple[str, ...]
    language: Language

    def readings(self) -> Iterator[tuple[Slot, ...]]:
        """Every choice of a type for each name, likeliest first."""
        every = [name.slots() for name in self.names]
        combined = sorted(itertools.product(*every), key=lambda slots: -_product(slot.score for slot in slots))
        yield from combined[:READINGS]


def _product(numbers: Iterator[float]) -> float:
    result = 1.0
    for number in numbers:
        result *= number
    return result


def _trust(likeness: float) -> float:
    """What a likeness of names is worth: an equal name fully."""
    return 1.0 if likeness >= 0.999 else 0.6 + 0.35 * likeness


def link(text: str, names: NameIndex, viewer: Viewer, lexicons: dict[str, Lexicon], *, deeply: bool = False) -> Links:
    """Find the names in a question.

    Args:
        text: The question.
        names: The index.
        viewer: Who asks: names that he may not see are unknown to him.
        lexicons: By language code; their words are no names by themselves.
        deeply: Whether to look for misspelt names among words in lower case, where nothing else was found.
    """
    spans = [_marked(text, *span) for span in names.spans(text, viewer)]
    spoken = _without(text, [(start, end) for start, end, _ in spans])
    speech = language("zh" if HAN.search(spoken) else "en")
    lexicon = lexicons[speech.code]
    cut = tokens(text)
    wordings = [] if speech.spaced else wording_bounds(text, lexicon)
    known = [
        span
        for span in spans
        if not is_words(text[span[0] : span[1]], speech, lexicon)
        and not any(start <= span[0] and span[1] <= end and span[1] - span[0] < end - start for start, end in wordings)
        and (speech.spaced or span[1] - span[0] > 1)
        and (not text[span[0] : span[1]].isdecimal() or _numbers(text, span[0], span[1], lexicon))
    ]
    chosen: list[Name] = []
    unknown: list[str] = []
    runs = list(name_runs(text, cut, speech, lexicon))
    for start, end, entities in known:
        if any(start < name.end and name.start < end for name in chosen):
            continue
        run = next((run for run in runs if run[0] <= start and end <= run[1]), None)
        if run is not None and not _covers(run, start, end, text, speech, lexicon):
            continue  # "John" in "John Smithson": the whole is the name
        if run is not None and _names_type(text[end : run[1]], lexicon):
            end = run[1]  # "Acme *Company*"
        chosen.append(Name(start, end, text[start:end], tuple(entities)))
    for start, end in runs:
        if any(start < name.end and name.start < end for name in chosen):
            continue
        found = _look_up(text[start:end], names, viewer)
        if found:
            chosen.append(Name(start, end, text[start:end], found))
        else:
            unknown.append(text[start:end])
    if not chosen and not unknown and (deeply or not speech.spaced):
        for start, end in odd_runs(cut, speech, lexicon):
            if text[start:end] in lexicon.words or (not speech.spaced and _is_said(text[start:end], lexicon)):
                continue
            if not speech.spaced and end - start == 1 and HAN.match(text[end : end + 1]) and text[end] != "的":
                end += 1  # one character is no name: in 华为 the second one is a preposition elsewhere
            found = _look_up(text[start:end], names, viewer)
            if found:
                chosen.append(Name(start, end, text[start:end], found))
                break
            if not speech.spaced:
                unknown.append(text[start:end])
        unknown = unknown[:1]
    chosen.sort(key=lambda name: name.start)
    return Links(tuple(chosen), tuple(dict.fromkeys(unknown)), speech)


def _marked(text: str, start: int, end: int, entities: list[Named]) -> tuple[int, int, list[Named]]:
    """Widen a name by the marks that belong to it: 谢* where only 谢 counts when names are compared."""
    longest = max((len(entity.name) for entity in entities if text.startswith(entity.name, start)), default=0)
    if start + longest <= end:
        return start, end, entities
    end = start + longest
    return start, end, [entity for entity in entities if entity.name == text[start:end]]


def _numbers(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a number is what a thing is called, "order 10248", 10248号订单, and none as in "from 2023"."""
    speech = lexicon.language
    before = [token.text for token in tokens(text[:start]) if token.text not in "#№"]
    after = [token.text for token in tokens(text[end:]) if token.text not in "号的"]
    longest = max((len(key) for key in lexicon.types), default=0)
    runs = [before[-size:] for size in range(1, longest + 1)] + [after[:size] for size in range(1, longest + 1)]
    return any(tuple(speech.stem(part.lower()) for part in run) in lexicon.types for run in runs if run)


def _is_said(part: str, lexicon: Lexicon) -> bool:
    """Whether the ontology says this as part of a wording: 创立 in 谁创立."""
    return len(part) > 1 and any(part in wording for wording in lexicon.words)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def _names_type(text: str, lexicon: Lexicon) -> bool:
    return text.strip().lower() in {label.lower() for label in lexicon.spelled.values()}


def _covers(run: tuple[int, int], start: int, end: int, text: str, speech: Language, lexicon: Lexicon) -> bool:
    """Whether a linked stretch may stand for itself inside a longer capitalised one.

    It may where the rest are ordinary words, or a title before a name of several words.
    """
    before, after = text[run[0] : start].split(), text[end : run[1]].split()
    if all(ordinary(word, speech, lexicon) for word in (*before, *after)):
        return True
    return not after and len(before) == 1 and " " in text[start:end]


def _look_up(text: str, names: NameIndex, viewer: Viewer) -> tuple[Named, ...]:
    """Entities whose name is like this one, where the likeness is good enough to answer with."""
    found = names.find(text, viewer)
    good = [entity for entity in found if entity.score >= 0.999 or _acceptable(text, entity)]
    if not good:
        return ()
    best = good[0].score
    return tuple(entity for entity in good if entity.score >= best - 0.02)


def _acceptable(text: str, entity: Named) -> bool:
    if entity.score < ALIKE:
        return False
    mine, other = text.lower().split(), entity.alias.lower().split()
    if [part for part in mine if part.isdigit()] != [part for part in other if part.isdigit()]:
        return False
    if len(mine) > 1 and len(other) == 1 and entity.alias.isupper():
        return False  # initials fit many long names
    if len(mine) == len(other) == 1 and other[0].startswith(mine[0]) and len(mine[0]) < 0.8 * len(other[0]):
        return False
    if set(mine) < set(other):  # a part of the name: what one is called for short
        return mine[-1] == other[-1] if entity.type == "Person" else mine[0] == other[0]
    return True
