"""Stretches of a question that look like names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.ask.language import HAN, Language, Token, tokens
from assistant.ask.lexicon import Lexicon
from assistant.ask.words import starts, words_of

_QUOTED = re.compile(r"[\"“”「」『』《》‘]([^\"“”「」『』《》’]{2,80})[\"“”「」『』《》’]")


def is_words(text: str, speech: Language, lexicon: Lexicon) -> bool:
    """Whether a stretch is made of the language's and the ontology's own words, written as words are."""
    cut = [token.text for token in tokens(text)]
    if speech.spaced:
        if len(cut) == 1 and not _content(cut[0], speech):
            return True
        if any(word[:1].isupper() and word.lower() not in speech.stop for word in cut):
            return False
        return all(ordinary(word, speech, lexicon) for word in cut)
    key = tuple(word.lower() for word in cut)
    return key in lexicon.by_key or key in lexicon.types or key in speech.asks or text in speech.stop


def _content(word: str, speech: Language) -> bool:
    lower = word.lower()
    numeral = word.islower() and (lower,) in speech.phrases("numerals")
    return lower not in speech.stop and lower not in speech.light and (lower,) not in speech.asks and not numeral


def ordinary(word: str, speech: Language, lexicon: Lexicon) -> bool:
    """Whether a word belongs to the language's function words or to the ontology's wordings."""
    lower = word.lower()
    return (
        lower in speech.stop
        or lower in speech.light
        or (lower,) in speech.asks
        or speech.stem(lower) in lexicon.vocabulary
        or not word[:1].isalnum()
        or (lower,) in speech.phrases("numerals")
        or any(lower in phrase for key in ("openers", "yes_no", "superlatives") for phrase in speech.phrases(key))
        or any(lower in phrase for phrase in speech.comparisons)
    )


def name_runs(text: str, cut: Sequence[Token], speech: Language, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Stretches that look like names: quoted, or capitalised words in a row that are not the ontology's own."""
    quoted = [(match.start(1), match.end(1)) for match in _QUOTED.finditer(text)]
    yield from quoted
    run: list[Token] = []
    for i, token in enumerate(cut):
        inside = any(start <= token.start < end for start, end in quoted)
        joined = bool(run) and token.start - run[-1].end <= 1
        if not inside and (_begins(token, i, speech, lexicon) or (joined and _goes_on(token, speech, lexicon))):
            if run and not joined:
                yield _bounds(run)
                run = []
            run.append(token)
            continue
        if run:
            yield _bounds(run)
        run = []
    if run:
        yield _bounds(run)


def _begins(token: Token, place: int, speech: Language, lexicon: Lexicon) -> bool:
    """Whether a name may begin with a word: it is capitalised and none of the ontology's own."""
    if not token.text[:1].isupper():
        return False
    if place and token.text.isupper():  # capitals are initials unless they are the ontology's: "CEO"
        return not _is_cue(token, speech, lexicon) and _content(token.text, speech)
    return not ordinary(token.text, speech, lexicon)


def _goes_on(token: Token, speech: Language, lexicon: Lexicon) -> bool:
    """Whether a name may go on with a word: "Ford Motor *Company*", "Deloitte *&* Touche", "Airbus *380*"."""
    if token.text[:1].isdigit() or token.text == "&":
        return True
    capital = token.text[:1].isupper() and _content(token.text, speech)
    return capital and not (token.text.isupper() and _is_cue(token, speech, lexicon))


def _bounds(run: Sequence[Token]) -> tuple[int, int]:
    last = len(run) - 1
    while last and not run[last].text[:1].isalnum():
        last -= 1
    return run[0].start, run[last].end


def _is_cue(token: Token, speech: Language, lexicon: Lexicon) -> bool:
    return (speech.stem(token.text),) in lexicon.by_key or (speech.stem(token.text),) in lexicon.types


def odd_runs(cut: Sequence[Token], speech: Language, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
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
    if not speech.spaced:
        words = [token.text for token in cut]
        for table in (speech.phrases("superlatives"), speech.comparisons, speech.phrases("openers")):
            for at in range(len(words)):
                if phrase := starts(words, at, table):
                    spoken.update(token.start for token in cut[at : at + len(phrase)])
    for token in cut:
        if speech.spaced:
            odd = not ordinary(token.text, speech, lexicon) and not token.text[:1].isdigit()
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


def wording_bounds(text: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Where the ontology's own wordings stand in a text without spaces: no name hides in 创始人."""
    found: list[tuple[int, int]] = []
    longest = max((len(wording) for wording in lexicon.words), default=0)
    at = 0
    while at < len(text):
        end = next((end for end in range(min(len(text), at + longest), at + 1, -1) if text[at:end] in lexicon.words), 0)
        if end:
            found.append((at, end))
        at = end or at + 1
    return found
