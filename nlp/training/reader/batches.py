"""Batches for the joint reader: windows of pieces, and what each piece may be tagged."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.rules.script import HAN
from nlp.runtime.candidates import closed_list, locate
from nlp.runtime.geometry import Floats, Ints
from nlp.runtime.pieces import Pieces, Window, cut, join, pack
from nlp.runtime.reading import Settings
from nlp.training.corpora.examples import TYPES, Passage, Sample
from nlp.training.reader import augment
from nlp.training.reader.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Prepared:
    """A passage in pieces, with the pieces of its mentions and the facts between those that could be found again."""

    passage: Passage
    pieces: Pieces
    spans: dict[int, tuple[int, int]]  # gold -> first and last piece


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of similar length with the targets of the tagger."""

    windows: list[Window]
    prepared: list[list[Prepared]]
    ids: Ints
    mask: Ints
    shapes: Ints
    allowed: NDArray[np.bool_]  # (windows, length, tags)
    weight: Floats  # (windows, length)


def epoch(
    samples: Sequence[Sample],
    entities: Sequence[Sample],
    pool: Mapping[str, Sequence[str]],
    tokenizer: Tokenizer,
    recipe: Recipe,
    number: int,
) -> list[list[list[Prepared]]]:
    """Compose the batches of an epoch; they depend on the recipe's seed and the epoch's number alone.

    Returns:
        Batches of windows of passages, in the order of training.
    """
    rng = random.Random(f"{recipe.seed}-{number}")
    varied = []
    for sample in samples:
        if rng.random() >= recipe.shares.get(sample.source, 1.0):
            continue
        changed = augment.describe(quiet(sample, recipe, rng), recipe.describe, rng)
        if rng.random() < recipe.rename_windows:
            changed = augment.rename(changed, pool, recipe.rename_names, rng)
        varied.append(changed)
    drawn = rng.sample(list(entities), min(recipe.entity_sentences, len(entities)))
    # Sentences without a document are read several in a window: only their mentions count.
    for begin in range(0, len(drawn), 6):
        varied.append(Sample("entities", tuple(p for s in drawn[begin : begin + 6] for p in s.passages)))
    windows = [window for sample in varied for window in prepare(sample, tokenizer, recipe)]
    rng.shuffle(windows)
    return grouped(windows, recipe.batch, rng)


def quiet(sample: Sample, recipe: Recipe, rng: random.Random) -> Sample:
    """Weigh what is not stated: in all passages with annotated relations, in a share of the others."""
    passages = []
    for passage in sample.passages:
        used = bool(passage.annotated) or rng.random() < recipe.background_share
        passages.append(replace(passage, background=recipe.background if used else 0.0))
    return replace(sample, passages=tuple(passages))


def grouped(windows: Sequence[list[Prepared]], size: int, rng: random.Random) -> list[list[list[Prepared]]]:
    """Cut shuffled windows into batches of similar length, in random order."""
    batches = []
    for begin in range(0, len(windows), size * 20):
        near = sorted(windows[begin : begin + size * 20], key=lambda w: sum(len(p.pieces) for p in w))
        batches += [near[i : i + size] for i in range(0, len(near), size)]
    rng.shuffle(batches)
    return batches


def prepare(sample: Sample, tokenizer: Tokenizer, recipe: Recipe) -> list[list[Prepared]]:
    """Cut a sample into windows; passages that are too long to learn from are left out."""
    ready = []
    for passage, pieces in zip(sample.passages, cut(tokenizer, [p.text for p in sample.passages]), strict=True):
        if 0 < len(pieces) <= recipe.longest - 2:
            located = {n: locate(pieces, g.start, g.end) for n, g in enumerate(passage.golds)}
            ready.append(Prepared(passage, pieces, {n: span for n, span in located.items() if span}))
    return [[ready[i] for i in group] for group in pack([len(p.pieces) for p in ready], recipe.longest)]


def collate(group: Sequence[list[Prepared]], settings: Settings) -> Batch:
    """Lay out a batch."""
    windows = [join([p.pieces for p in window], settings.begin, settings.separator) for window in group]
    length = max(len(window) for window in windows)
    shape = (len(windows), length)
    ids, mask, shapes = np.full(shape, settings.pad, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    allowed = np.zeros((*shape, 1 + 2 * len(TYPES)), np.bool_)
    allowed[..., 0] = True
    weight = np.zeros(shape, np.float32)
    for row, (window, members) in enumerate(zip(windows, group, strict=True)):
        ids[row, : len(window)], shapes[row, : len(window)] = window.ids, window.shapes
        mask[row, : len(window)] = 1
        for base, prepared in zip(window.bases, members, strict=True):
            end = base + len(prepared.pieces)
            _tag(prepared, allowed[row, base:end], weight[row, base:end])
    return Batch(windows, list(group), ids, mask, shapes, allowed, weight)


def _tag(prepared: Prepared, allowed: NDArray[np.bool_], weight: Floats) -> None:
    """Fill in what the pieces of one passage may be tagged, and how much that counts."""
    passage, pieces = prepared.passage, prepared.pieces
    referring = {
        i
        for start, end, _ in closed_list(pieces.text)
        if (at := locate(pieces, start, end))
        for i in range(at[0], at[1] + 1)
    }
    others = [1 + 2 * t + side for t, name in enumerate(TYPES) if name not in passage.types for side in (0, 1)]
    for i, shape in enumerate(pieces.shapes):
        if shape in (0, 1) and i not in referring and not HAN.match(pieces.text, pieces.starts[i]):
            weight[i] = 1.0  # a plain word or punctuation is no mention; a Chinese character may be of a name
        else:
            weight[i] = 0.05 if i in referring else passage.doubt
            allowed[i, others] = True
    for number, (first, last) in prepared.spans.items():
        kinds = [TYPES.index(name) for name in passage.golds[number].types]
        for i in range(first, last + 1):
            allowed[i] = False
            allowed[i, [1 + 2 * kind + (i > first) for kind in kinds]] = True
            weight[i] = 1.0
