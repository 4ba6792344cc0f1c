"""Which entities the names in a question stand for, as the viewer may see them.

Names that equal a known alias come first. A stretch that looks like a name (capitalised, quoted, or between function
words in Chinese) and equals none is looked up fuzzily; what is still unknown is kept, so that the answer can say so.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.ask.form import Named as NamedForm
from assistant.ask.language import HAN, Language, Token, language, tokens
from assistant.ask.lexicon import Lexicon
from assistant.ask.question import Slot
from assistant.ask.words import words_of
from kg.ports import Named, NameIndex
from kg.types import Viewer

ALIKE = 0.78
"""Least likeness of a name that equals none: about one wrong letter in fifteen."""
ENTITIES, TYPES, READINGS = 8, 3, 12
"""Most namesakes of one type, types of one name, and combinations of types."""
_QUOTED = re.compile(r"[\"“”「」『』《》‘]([^\"“”「」『』《》’]{2,80})[\"“”「」『』《》’]")


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


def link(text: str, names: NameIndex, viewer: Viewer, lexicons: dict[str, Lexicon]) -> Links:
    """Find the names in a question.

    Args:
        text: The question.
        names: The index.
        viewer: Who asks: names that he may not see are unknown to him.
        lexicons: By language code; their words are no names by themselves.
    """
    spans = names.spans(text, viewer)
    spoken = _without(text, [(start, end) for start, end, _ in spans])
    speech = language("zh" if HAN.search(spoken) else "en")
    lexicon = lexicons[speech.code]
    cut = tokens(text)
    known = [span for span in spans if not _is_words(text[span[0] : span[1]], speech, lexicon)]
    chosen: list[Name] = []
    unknown: list[str] = []
    runs = list(_name_runs(text, cut, speech, lexicon))
    for start, end, entities in known:
        if any(start < name.end and name.start < end for name in chosen):
            continue
        run = next((run for run in runs if run[0] <= start and end <= run[1]), None)
        if run is not None and not _covers(run, start, end, known, text, lexicon, speech):
            continue  # "John" in "John Smithson": the whole is the name
        chosen.append(Name(start, end, text[start:end], tuple(entities)))
    for start, end in runs:
        if any(start < name.end and name.start < end for name in chosen):
            continue
        found = _look_up(text[start:end], names, viewer)
        if found:
            chosen.append(Name(start, end, text[start:end], found))
        else:
            unknown.append(text[start:end])
    if not chosen and not unknown:
        for start, end in _odd_runs(cut, speech, lexicon):
            found = _look_up(text[start:end], names, viewer)
            if found:
                chosen.append(Name(start, end, text[start:end], found))
                break
            if not speech.spaced and text[start:end] not in lexicon.words:
                unknown.append(text[start:end])
        unknown = unknown[:1]
    chosen.sort(key=lambda name: name.start)
    return Links(tuple(chosen), tuple(dict.fromkeys(unknown)), speech)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def _is_words(text: str, speech: Language, lexicon: Lexicon) -> bool:
    """Whether a stretch is made of the language's and the ontology's own words, written as words are."""
    cut = [token.text for token in tokens(text)]
    if speech.spaced:
        if any(word[:1].isupper() and word.lower() not in speech.stop for word in cut):
            return False
        return all(_ordinary(word, speech, lexicon) for word in cut)
    return (
        tuple(word.lower() for word in cut) in {**lexicon.by_key, **lexicon.types, **speech.asks} or text in speech.stop
    )


def _ordinary(word: str, speech: Language, lexicon: Lexicon) -> bool:
    lower = word.lower()
    return (
        lower in speech.stop
        or lower in speech.light
        or (lower,) in speech.asks
        or speech.stem(lower) in lexicon.vocabulary
        or not word[:1].isalnum()
        or any(lower in phrase for key in ("openers", "yes_no", "superlatives") for phrase in speech.phrases(key))
        or any(lower in phrase for phrase in speech.comparisons)
    )


def _name_runs(text: str, cut: Sequence[Token], speech: Language, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Stretches that look like names: quoted, or capitalised words in a row that are not the ontology's own."""
    quoted = [(match.start(1), match.end(1)) for match in _QUOTED.finditer(text)]
    yield from quoted
    run: list[Token] = []
    for i, token in enumerate(cut):
        inside = any(start <= token.start < end for start, end in quoted)
        name = (
            token.text[:1].isupper()
            and not inside
            and not (
                _ordinary(token.text, speech, lexicon)
                if i == 0 or not token.text.isupper()
                else _is_cue(token, speech, lexicon)
            )
        )
        joined = bool(run) and token.start - run[-1].end <= 1
        if (name or (joined and token.text[:1].isdigit() and not inside)) and (joined or not run):
            run.append(token)
            continue
        if run:
            yield run[0].start, run[-1].end
        run = [token] if name else []
    if run:
        yield run[0].start, run[-1].end


def _is_cue(token: Token, speech: Language, lexicon: Lexicon) -> bool:
    return (speech.stem(token.text),) in lexicon.by_key or (speech.stem(token.text),) in lexicon.types


def _covers(
    run: tuple[int, int],
    start: int,
    end: int,
    known: Sequence[tuple[int, int, list[Named]]],
    text: str,
    lexicon: Lexicon,
    speech: Language,
) -> bool:
    """Whether a linked stretch may stand for itself inside a longer capitalised one."""
    before, after = text[run[0] : start].strip(), text[end : run[1]].strip()
    if not before and not after:
        return True
    rest = _without(
        text[run[0] : run[1]],
        [(max(s - run[0], 0), max(e - run[0], 0)) for s, e, _ in known if s < run[1] and e > run[0]],
    )
    left = [token.text for token in tokens(rest)]
    if not left:
        return True
    # A title or another apposition before a full name.
    return not after and len(tokens(text[start:end])) > 1 and len(left) == 1


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
    if set(mine) < set(other):  # a part of the name: what one is called for short
        return mine[-1] == other[-1] if entity.type == "Person" else mine[0] == other[0]
    return True


def _odd_runs(cut: Sequence[Token], speech: Language, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Stretches of words that neither language nor ontology knows: a name in lower case, misspelt.

    In Chinese, what stands between function words.
    """
    run: list[Token] = []
    spoken = (
        set()
        if speech.spaced
        else {
            place
            for word in words_of(cut, speech)
            if word.role not in ("content", "mark")
            for place in range(word.start, word.end)
        }
    )
    for token in cut:
        if speech.spaced:
            odd = not _ordinary(token.text, speech, lexicon) and not token.text[:1].isdigit()
        else:
            odd = bool(HAN.match(token.text)) and token.start not in spoken
        if odd:
            run.append(token)
            continue
        if run:
            yield run[0].start, run[-1].end
        run = []
    if run:
        yield run[0].start, run[-1].end
