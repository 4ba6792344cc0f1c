"""Rotten tomatoes with SST-2's phrases of other sentences: both were made of the same reviews."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.training.corpora.corpus import Corpus
from bench.training.corpora.sentiment import rotten, sst2
from nlp.data.example import Example

SHORTEST = 4  # words of a phrase that is worth reading
RUN = 6  # words in a row that two texts do not share by chance
_OTHER = re.compile("[^a-z0-9]+")


def load(root: Path) -> Corpus:
    """Read rotten tomatoes; add SST-2's phrases to the training part unless they occur in a held-out snippet."""
    corpus = rotten(root)
    kept = unseen(sst2(root).train, [*corpus.dev, *corpus.test])
    more = [replace(example, id=f"sst2-{example.id}") for example in kept if len(example.text.split()) >= SHORTEST]
    note = (
        f"{corpus.note}; {len(more):,} phrases of SST-2 that occur in no development or test snippet are added to train"
    )
    return replace(corpus, name="rotten tomatoes, SST-2 phrases", train=[*corpus.train, *more], note=note)


def unseen(phrases: Sequence[Example], held: Sequence[Example]) -> list[Example]:
    """Drop phrases that occur in held-out texts, however punctuated, or share `RUN` words in a row with one."""
    everything = "|".join("".join(_words(example.text)) for example in held)
    runs = {run for example in held for run in _runs(example.text)}
    return [
        phrase
        for phrase in phrases
        if "".join(_words(phrase.text)) not in everything and runs.isdisjoint(_runs(phrase.text))
    ]


def _words(text: str) -> list[str]:
    words = (_OTHER.sub("", word) for word in text.replace("-lrb-", "").replace("-rrb-", "").lower().split())
    return [word for word in words if word]


def _runs(text: str) -> list[tuple[str, ...]]:
    words = _words(text)
    return [tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]
