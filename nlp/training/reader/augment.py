"""Variants of a sample: other names in the same sentences, and plain noun phrases in the place of pronouns."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlp.runtime.candidates import PRONOUNS
from nlp.training.corpora.examples import Gold, Passage, Sample

NAMED = ("Person", "Organization", "Location")
_COMPANY = ("company", "firm", "group", "organization", "business", "corporation")


def name_pool(samples: Sequence[Sample]) -> dict[str, list[str]]:
    """Collect the names of persons, organizations and places that stand in the training data."""
    pool: dict[str, set[str]] = {kind: set() for kind in NAMED}
    peoples: set[str] = set()
    for sample in samples:
        for passage in sample.passages:
            peoples |= _peoples(passage)
            for gold in passage.golds:
                text = passage.text[gold.start : gold.end]
                if len(gold.types) == 1 and gold.types[0] in pool and is_name(text) and len(text) < 60:
                    pool[gold.types[0]].add(text)
    return {kind: sorted(names - peoples) for kind, names in pool.items()}


def _peoples(passage: Passage) -> set[str]:
    """Words for a nationality ("Dutch"): no name of a place stands well in their place."""
    return {
        passage.text[passage.golds[target].start : passage.golds[target].end]
        for _, target, relation in passage.facts
        if relation == "NATIONALITY"
    }


def is_name(text: str) -> bool:
    """Whether a mention is a name rather than a pronoun or a noun phrase."""
    return text[:1].isupper() and text.lower() not in PRONOUNS and text != "I"


def rename(sample: Sample, pool: Mapping[str, Sequence[str]], chance: float, rng: random.Random) -> Sample:
    """Give some of the names of a sample another name of the same type, everywhere in it alike.

    A person's first and last words are replaced on their own too, so that "Lovelace" still belongs to "Ada Lovelace".

    Args:
        sample: What to change.
        pool: Names by type.
        chance: Of each name to be replaced.
        rng: Source of chance.
    """
    names: dict[str, str] = {}
    for passage in sample.passages:
        peoples = _peoples(passage)
        for gold in passage.golds:
            text = passage.text[gold.start : gold.end]
            if len(gold.types) == 1 and gold.types[0] in NAMED and is_name(text) and text not in peoples:
                names.setdefault(text, gold.types[0])
    changes: dict[str, str] = {}
    for text in sorted(names, key=lambda t: (-len(t), t)):
        if text in changes or rng.random() >= chance or not pool[names[text]]:
            continue
        new = rng.choice(pool[names[text]])
        changes[text] = new
        if names[text] == "Person":
            old_words, new_words = text.split(), new.split()
            if len(old_words) > 1:
                changes.setdefault(old_words[-1], new_words[-1])
                changes.setdefault(old_words[0], new_words[0])
    if not changes:
        return sample
    pattern = re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(t) for t in sorted(changes, key=len, reverse=True)) + r")(?!\w)"
    )
    return replace(sample, passages=tuple(_apply(p, _matches(p, pattern, changes)) for p in sample.passages))


def _matches(passage: Passage, pattern: re.Pattern[str], changes: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Places to change: those that cut through a mention are left alone."""
    found = []
    for match in pattern.finditer(passage.text):
        cuts = any(
            (g.start < match.start() < g.end or g.start < match.end() < g.end)
            and not (g.start <= match.start() and match.end() <= g.end)
            for g in passage.golds
        )
        if not cuts:
            found.append((match.start(), match.end(), changes[match.group()]))
    return found


def describe(sample: Sample, chance: float, rng: random.Random) -> Sample:
    """Put "the company" in the place of some "it" and "its" that stand for an organization.

    No set here annotates such noun phrases, but they refer just as pronouns do.
    """
    passages = []
    for passage in sample.passages:
        edits = []
        for gold in passage.golds:
            word = passage.text[gold.start : gold.end]
            if gold.types == ("Organization",) and word.lower() in ("it", "its") and rng.random() < chance:
                phrase = f"{'The' if word[0].isupper() else 'the'} {rng.choice(_COMPANY)}"
                edits.append((gold.start, gold.end, phrase + ("'s" if word.lower() == "its" else "")))
        passages.append(_apply(passage, edits) if edits else passage)
    return replace(sample, passages=tuple(passages))


def _apply(passage: Passage, edits: Sequence[tuple[int, int, str]]) -> Passage:
    """Replace stretches of a passage and move its mentions along; a possessive ending is not part of a mention."""
    parts, position = [], 0
    moves: list[tuple[int, int, int, int]] = []  # old start, old end, new start, new end
    length = 0
    for start, end, new in edits:
        parts += [passage.text[position:start], new]
        length += start - position
        moves.append((start, end, length, length + len(new) - (2 if new.endswith("'s") else 0)))
        length += len(new)
        position = end
    parts.append(passage.text[position:])

    def moved(offset: int, is_end: bool) -> int:
        shift = 0
        for (start, end, new_start, new_end), (_, _, new) in zip(moves, edits, strict=True):
            if is_end and offset == end:
                return new_end
            if not is_end and offset == start:
                return new_start
            if offset >= end:
                shift = new_start + len(new) - end
        return offset + shift

    golds = tuple(Gold(moved(g.start, False), moved(g.end, True), g.types, g.cluster) for g in passage.golds)
    return replace(passage, text="".join(parts), golds=golds)
