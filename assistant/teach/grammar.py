"""What people ask about a walk, in English: a generic grammar that knows relations only by their words.

Written without a look at any benchmark's questions. Each rule gives one of several wordings at random; a question is a
frame around a noun phrase, or a clause made of the last step's verb.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import yaml

from assistant.ask.nouns import NAME, SECOND
from assistant.teach.vocabulary import PEOPLE, PLACES, VALUES, Invented, Vocabulary

Walk = Sequence[tuple[Invented, bool]]

FRAMES: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("frames.yaml").read_text(encoding="utf-8"))
"""Frames of whole questions: for anything, a person, a place, a date."""


def question(walk: Walk, words: Vocabulary, rng: Random) -> str:
    """Ask for what a walk leads to.

    Args:
        walk: At least one step.
        words: What types are called.
        rng: Where chance comes from.

    Returns:
        A question with `NAME` in place of the name, in lower case, with or without a mark at its end.
    """
    text = _clause(walk, words, rng) if rng.random() < 0.5 else ""
    text = text or _framed(walk, words, rng)
    return _roughened(text, rng)


def joint_question(one: Walk, other: Walk, words: Vocabulary, rng: Random) -> str:
    """Ask for what two walks lead to, the second from `SECOND`: "which books written by xx were published by zz"."""
    many = rng.random() < 0.6
    kind = _kind(target(one), words, rng, many)
    first = rng.choice(_modifiers(one, words, rng))
    second = rng.choice(_modifiers(other, words, rng)).replace(NAME, SECOND)
    join = rng.choice(("and", "and", "and also", "but also", "that are also", "")) if rng.random() < 0.8 else "and"
    if second.startswith(("that ", "whose ", "who ")) and join in ("that are also", ""):
        join = "and"
    said = f"{kind} {first} {join} {second}"
    frames = [frame for frame in FRAMES["any"] if ("{nps}" in frame) == many]
    text = rng.choice(frames).format(np=said, nps=said, the=rng.choice(("the", "")))
    if rng.random() < 0.35:
        text = f"which {kind} {rng.choice(('is', 'are', 'was', 'were', ''))} {_bare(first)} {join} {_bare(second)}"
    return _roughened(text, rng)


def checking_question(walk: Walk, words: Vocabulary, rng: Random) -> str:
    """Ask whether a walk leads to `SECOND`: "was zz written by xx", "is zz the author of xx"."""
    relation, inverse = walk[-1]
    of = _the(noun(walk[:-1], words, rng), rng)
    be, said = rng.choice(("is", "was", "are")), noun(walk, words, rng, many=False)
    found = [f"{be} {SECOND} {_the(said, rng)}", f"{be} {_the(said, rng)} {SECOND}", f"{be} {SECOND} one of the {said}"]
    found += [f"is it true that {SECOND} is {_the(said, rng)}"]
    if inverse:
        found += [f"{be} {SECOND} {passive} {of}" for passive in relation.passives] * 2
        found += [f"{'did' if verb.past else 'does'} {of} {verb.base} {SECOND}" for verb in relation.doers]
        found += [f"{'did' if verb.past else 'does'} {SECOND} {verb.base} {of}" for verb in relation.verbs]
    else:
        found += [f"{be} {of} {passive} {SECOND}" for passive in relation.passives] * 2
        found += [f"{'did' if verb.past else 'does'} {SECOND} {verb.base} {of}" for verb in relation.doers]
        found += [f"{'did' if verb.past else 'does'} {of} {verb.base} {SECOND}" for verb in relation.verbs]
    return _roughened(rng.choice(found), rng)


def target(walk: Walk) -> str:
    """The type of what a walk leads to."""
    relation, inverse = walk[-1]
    return relation.subject if inverse else relation.object


# --- noun phrases ---


def noun(walk: Walk, words: Vocabulary, rng: Random, *, many: bool | None = None) -> str:
    """A noun phrase for what a walk leads to; the name itself where there is no step."""
    if not walk:
        return NAME
    plural = rng.random() < 0.5 if many is None else many
    relation, inverse = walk[-1]
    if len(walk) > 1 and inverse and walk[-2] == (relation, False) and rng.random() < 0.85:
        return _shared(walk, words, rng)
    of = noun(walk[:-1], words, rng)
    options = _inverse(relation, of, words, rng, plural) if inverse else _forward(relation, of, rng, plural, words)
    return rng.choice(options)


def _forward(relation: Invented, of: str, rng: Random, many: bool, words: Vocabulary) -> list[str]:
    kind = _kind(relation.object, words, rng, many)
    found = []
    for label in relation.nouns:
        label = plural(label) if many else label
        found += [f"{label} of {of}", f"{label} of {of}", f"{of} 's {label}", f"{of} {label}"]
        found += [f"{label} for {of}", f"{label} that {of} has"] if rng.random() < 0.3 else []
        found += [f"{label} that belongs to {of}"] if rng.random() < 0.1 else []
    found += [f"{kind} that {of} {verb.finite}" for verb in relation.verbs]
    found += [f"{kind} {of} {verb.finite}" for verb in relation.verbs]
    found += [f"{kind} that {of} {_be(rng)} {passive}" for passive in relation.passives]
    found += [f"{kind} {of} {_be(rng)} {passive}" for passive in relation.passives]
    found += [f"{kind} {rng.choice(('that', 'who', 'which'))} {verb.finite} {of}" for verb in relation.doers]
    return found


def _inverse(relation: Invented, of: str, words: Vocabulary, rng: Random, many: bool) -> list[str]:
    kind = _kind(relation.subject, words, rng, many)
    label = rng.choice(relation.nouns)
    found = []
    for passive in relation.passives:
        found += [f"{kind} {passive} {of}", f"{kind} {passive} {of}", f"{kind} that {_be(rng)} {passive} {of}"]
        found += [f"{kind} which {_be(rng)} {passive} {of}"]
    for name in relation.inverses:
        name = plural(name) if many else name
        found += [f"{name} of {of}", f"{of} 's {name}", f"{of} {name}", f"{name} by {of}"][: 3 + (kind != name)]
    for verb in relation.doers:
        found += [f"{kind} {of} {verb.finite}", f"{kind} that {of} {verb.finite}", f"{kind} {of} has {verb.finite}"][:2]
    for verb in relation.verbs:
        found += [f"{kind} that {verb.finite} {of}", f"{kind} which {verb.finite} {of}"]
        found += [f"{kind} {_ing(verb.base)} {of}"]
    found += [f"{kind} with {of} as {label}", f"{kind} whose {label} is {of}", f"{kind} with {label} {of}"]
    found += [f"{kind} having {of} as their {label}", f"{kind} that have {of} as {label}"]
    return found


def _shared(walk: Walk, words: Vocabulary, rng: Random) -> str:
    """What shares something with what the walk comes from: "companies with the same founder as xx"."""
    relation, _ = walk[-1]
    of = noun(walk[:-2], words, rng)
    kind = _kind(relation.subject, words, rng, True)
    label = rng.choice(relation.nouns)
    found = [f"{kind} with the same {label} as {of}", f"{kind} that have the same {label} as {of}"]
    found += [f"{kind} that share their {label} with {of}", f"{kind} that share {plural(label)} with {of}"]
    found += [f"{kind} sharing a {label} with {of}", f"{kind} {of} shares its {label} with"]
    found += [f"other {kind} of the {label} of {of}", f"{kind} that share the {label} of {of}"]
    found += [f"{kind} whose {label} is also {label} of {of}"]
    for passive in relation.passives:
        found += [f"other {kind} {passive} the {label} of {of}", f"{kind} also {passive} the {label} of {of}"]
        found += [f"{kind} {passive} the same {rng.choice((label, 'one'))} as {of}"]
    for verb in relation.doers:
        doer, doers = label, plural(label)
        found += [f"{kind} that the {doer} of {of} also {verb.finite}", f"{kind} the {doer} of {of} {verb.finite} too"]
        found += [f"{kind} whose {doer} also {verb.finite} {of}", f"{kind} whose {doers} also {verb.finite} {of}"]
    return rng.choice(found)


def _modifiers(walk: Walk, words: Vocabulary, rng: Random) -> list[str]:
    """What describes a noun by the last step of a walk: "written by xx", "whose author is xx"."""
    relation, inverse = walk[-1]
    of = noun(walk[:-1], words, rng)
    label = rng.choice(relation.nouns)
    if inverse:
        found = [f"{passive} {of}" for passive in relation.passives] * 3
        found += [f"that {verb.finite} {of}" for verb in relation.verbs]
        found += [f"that {of} {verb.finite}" for verb in relation.doers]
        return [*found, f"whose {label} is {of}", f"with {of} as {label}", f"of {of}", f"with {label} {of}"]
    found = [f"that {verb.finite} {of}" for verb in relation.doers] * 2
    found += [f"that {of} is {passive}" for passive in relation.passives]
    found += [f"that {of} {verb.finite}" for verb in relation.verbs]
    return [*found, f"that is {label} of {of}", f"that are the {plural(label)} of {of}"]


def _bare(modifier: str) -> str:
    """A modifier as it stands after "is": "whose author is xx" stays, "that is author of xx" is "author of xx"."""
    for front in ("that is ", "that are "):
        modifier = modifier.removeprefix(front)
    return modifier


def _kind(kind: str, words: Vocabulary, rng: Random, many: bool) -> str:
    if kind in VALUES:
        return VALUES[kind]
    if kind in PEOPLE and rng.random() < 0.3:
        return rng.choice(("people", "persons", "those")) if many else rng.choice(("person", "one"))
    word = rng.choice(words.types[kind])
    return plural(word) if many else word


# --- whole questions ---


def _framed(walk: Walk, words: Vocabulary, rng: Random) -> str:
    kind = target(walk)
    frames = list(FRAMES["any"])
    if kind in PEOPLE:
        frames += FRAMES["person"] * 3
    if kind in PLACES:
        frames += FRAMES["place"] * 2
    if kind == "Date":
        frames += FRAMES["date"] * 4
    frame = rng.choice(frames)
    many = "{nps}" in frame
    said = noun(walk, words, rng, many=many)
    the = rng.choice(("the", "the", "the", "")) if not said.startswith(NAME) else ""
    return frame.format(np=said, nps=said, the=the)


def _clause(walk: Walk, words: Vocabulary, rng: Random) -> str:
    """A question made of the last step's verb: "who founded ...", "what did ... write", "where does ... live"."""
    relation, inverse = walk[-1]
    if len(walk) > 1 and inverse and walk[-2] == (relation, False):
        return ""
    of = _the(noun(walk[:-1], words, rng), rng)
    kind = relation.subject if inverse else relation.object
    ask = _asked(kind, words, rng)
    found: list[str] = []
    if inverse:
        found += [f"{ask} {_be(rng)} {passive} {of}" for passive in relation.passives]
        found += [f"{ask} {'did' if verb.past else 'does'} {of} {verb.base}" for verb in relation.doers]
        found += [f"{ask} {verb.finite} {of}" for verb in relation.verbs]
        found += [f"{ask} has {of} as {rng.choice(('', 'its ', 'a '))}{rng.choice(relation.nouns)}"]
        found += [f"{of} {_be(rng)} the {rng.choice(relation.nouns)} of {ask}"]
        found += [f"{of} {verb.finite} {ask}" for verb in relation.doers]
    else:
        for passive in relation.passives:
            found += [f"{ask} {_be(rng)} {of} {passive}", f"{of} {_be(rng)} {passive} {ask}"]
            front, _, last = passive.rpartition(" ")
            if front and last in ("by", "in", "at", "from", "to", "of", "on"):
                found += [f"{last} {ask.replace('who', 'whom')} {_be(rng)} {of} {front}"]
                if kind in PLACES and last in ("in", "at", "on"):
                    found += [f"where {_be(rng)} {of} {front}"] * 2
                if kind == "Date" and last in ("in", "on"):
                    found += [f"when {_be(rng)} {of} {front}"] * 4
        for verb in relation.verbs:
            found += [f"{ask} {'did' if verb.past else 'does'} {of} {verb.base}", f"{of} {verb.finite} {ask}"]
            front, _, last = verb.base.rpartition(" ")
            if front and kind in PLACES and last in ("in", "at", "on", "from"):
                found += [f"where {'did' if verb.past else 'does'} {of} {front}"] * 2
            if front and kind == "Date" and last in ("in", "on"):
                found += [f"when {'did' if verb.past else 'does'} {of} {front}"] * 4
        found += [f"{ask} {verb.finite} {of}" for verb in relation.doers] * 2
        label = rng.choice(relation.nouns)
        found += [f"{of} has {ask} as {label}", f"{of} has which {label}", f"what {label} does {of} have"]
        found += [f"which {label} has {of}", f"what {plural(label)} does {of} have"]
        if kind == "Number":
            found += [f"how large is the {label} of {of}", f"how big is the {label} of {of}"]
        if kind == "Money":
            found += [f"how much is the {label} of {of}", f"how high is the {label} of {of}"]
    return rng.choice(found) if found else ""


def _asked(kind: str, words: Vocabulary, rng: Random) -> str:
    if kind in PEOPLE and rng.random() < 0.6:
        return "who"
    if kind == "Date":
        return rng.choice(("what year", "which year", "what date", "which date", "what time"))
    if kind in VALUES or rng.random() < 0.25:
        return "what"
    word = _kind(kind, words, rng, rng.random() < 0.5)
    return f"{rng.choice(('which', 'what'))} {word}"


def _the(said: str, rng: Random) -> str:
    return said if said.startswith(NAME) or rng.random() < 0.25 else f"the {said}"


def _be(rng: Random) -> str:
    return rng.choice(("is", "was", "are", "were", "is", "was"))


def _ing(base: str) -> str:
    verb, _, rest = base.partition(" ")
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith(("ee", "ye")) and len(verb) > 2 else verb
    return f"{stem}ing {rest}".strip()


def plural(label: str) -> str:
    """The plural of a noun phrase's head: "person in charge" stays as it is."""
    first, _, rest = label.partition(" of ")
    *front, word = first.split()
    if word.endswith(("s", "i", "people")) or word in ("staff", "flora", "equipment"):
        more = word
    elif word == "person":
        more = "people"
    elif word in ("man", "woman"):
        more = f"{word[:-2]}en"
    elif word.endswith("y") and word[-2] not in "aeou":
        more = f"{word[:-1]}ies"
    elif word.endswith(("x", "ch", "sh")):
        more = f"{word}es"
    else:
        more = f"{word}s"
    return " ".join((*front, more)) + (f" of {rest}" if rest else "")


def _roughened(text: str, rng: Random) -> str:
    """As people type: a mark or none, articles dropped, a letter wrong."""
    if rng.random() < 0.15:
        text = text.replace(" the ", " ")
    if rng.random() < 0.08:
        words = text.split()
        places = [i for i, word in enumerate(words) if len(word) > 4]
        if places:
            i = rng.choice(places)
            at = rng.randrange(1, len(words[i]) - 1)
            words[i] = words[i][:at] + rng.choice((words[i][at + 1 :], words[i][at] + words[i][at:]))
            text = " ".join(words)
    end = rng.choice(("?", "?", " ?", "", ""))
    return " ".join(text.split()) + end
