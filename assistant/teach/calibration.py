"""Calibrates a question encoder: how often the likest form is right, on questions about graphs that it never saw."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from assistant.ask.chance import Chance
from assistant.ask.nouns import Spelling
from assistant.teach.grammar import question
from assistant.teach.samples import Moves, draw, said, spelled
from assistant.teach.vocabulary import Vocabulary, vocabulary
from kg.ports import Encoder

OTHERS = 9
"""Relations of an invented graph beside those that the question is about."""
ABSENT = 0.3
"""Share of questions whose last relation the graph does not have: their likest form is wrong."""
MOST = 150
"""Walks of an invented graph."""


def synthetic_signs(encoder: Encoder, count: int, seed: int) -> tuple[list[tuple[float, float]], list[bool]]:
    """Ask questions about small invented graphs.

    Args:
        encoder: The question encoder.
        count: Questions.
        seed: Of their making; another one than that of the training.

    Returns:
        Cosine and lead of the likest form of each, and whether it was meant.
    """
    rng = Random(seed)
    words = vocabulary()
    signs: list[tuple[float, float]] = []
    right: list[bool] = []
    while len(signs) < count:
        walk = draw(words, rng, rng.randint(1, 3))
        if walk is None:
            continue
        spellings = spelled(words, rng)
        phrases = _graph(walk, words, spellings, rng)
        if len(phrases) < 2:
            continue
        asked = encoder.encode([question(walk, words, rng)])[0]
        cosines = encoder.encode(phrases) @ asked
        order = np.argsort(-cosines)
        signs.append((float(cosines[order[0]]), float(cosines[order[0]] - cosines[order[1]])))
        right.append(phrases[order[0]] == said(walk, spellings))
    return signs, right


def keep(chance: Chance, folder: Path) -> None:
    """Write a curve into an encoder's folder."""
    file = folder / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    config["chance"] = [round(value, 3) for value in (chance.offset, chance.steep, chance.lead)]
    file.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _graph(walk: Moves, words: Vocabulary, spellings: dict[str, Spelling], rng: Random) -> Sequence[str]:
    """What the walks are called that start where the question does, in a graph of a few relations."""
    absent = {walk[-1][0].name} if rng.random() < ABSENT else set()
    first, inverse = walk[0]
    start = first.object if inverse else first.subject
    relations = {relation.name for relation, _ in walk} - absent
    kinds = {start} | {kind for relation, _ in walk for kind in (relation.subject, relation.object)}
    near = [one for one in words.relations if {one.subject, one.object} & kinds and one.name not in absent]
    relations |= {one.name for one in rng.sample(near, min(OTHERS, len(near)))}
    found: list[Moves] = []
    level: list[Moves] = [()]
    for _ in range(3):
        following: list[Moves] = []
        for before in level:
            kind = start if not before else (before[-1][0].subject if before[-1][1] else before[-1][0].object)
            following += [(*before, step) for step in words.leading(kind) if step[0].name in relations]
        found += following
        level = following
    if len(found) > MOST:
        found = rng.sample(found, MOST) + ([] if absent else [walk])
    return list(dict.fromkeys(said(one, spellings) for one in found))
