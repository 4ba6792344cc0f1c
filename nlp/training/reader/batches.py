"""Batches for the joint reader: windows of pieces, what each piece may be tagged, and what each pair is."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg.types import SpanKind
from nlp.rules.script import HAN
from nlp.runtime.candidates import Candidate, closed_list, decode, locate
from nlp.runtime.geometry import Floats, Ints, Placed, alike, same_features, same_pairs
from nlp.runtime.geometry import Passage as Geometry
from nlp.runtime.pieces import Pieces, Window, cut, join, pack
from nlp.runtime.reading import Settings, typed_pairs
from nlp.training.corpora.examples import SIGNATURES, TYPES, Passage, Sample
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


@dataclass(frozen=True, slots=True)
class Related:
    """A passage with its pairs and their targets."""

    geometry: Geometry
    target: Floats  # (pairs, relations)
    known: Floats  # (pairs, relations): 1 where the target is known


@dataclass(frozen=True, slots=True)
class Coreferent:
    """Pairs of mentions of one window and whether they are the same."""

    first: list[int]
    last: list[int]
    pairs: Sequence[Sequence[int]]
    features: Floats
    target: list[float]


def targets(
    batch: Batch, tags: Floats, settings: Settings, table: Floats, most: int, *, every: bool = False
) -> Iterator[tuple[list[Related], Coreferent]]:
    """Pair up annotated mentions and what the tagger finds.

    Args:
        batch: The batch.
        tags: Tag logits as the network gives them now, (windows, length, tags).
        settings: Of the model.
        table: Which relations which types allow.
        most: Most candidates of a passage.
        every: Whether to pair up passages too about whose relations nothing is known.

    Yields:
        For each window its passages with pairs, and its coreference.
    """
    for row, (window, members) in enumerate(zip(batch.windows, batch.prepared, strict=True)):
        related: list[Related] = []
        placed: list[Placed] = []
        clusters: list[tuple[str | None, int, int]] = []  # cluster, passage, gold
        for place, (base, prepared) in enumerate(zip(window.bases, members, strict=True)):
            offset = row * batch.ids.shape[1] + base
            spans, golds = _spans(prepared, tags[row, base : base + len(prepared.pieces)], settings, most)
            text = prepared.passage.text
            for span, gold in zip(spans, golds, strict=True):
                if gold is not None and span.kind is not SpanKind.VALUE and TYPES[span.type] != "Date":
                    mention = prepared.passage.golds[gold]
                    surface = text[mention.start : mention.end]
                    placed.append(Placed(span, surface, place, offset + span.first, offset + span.last))
                    clusters.append((mention.cluster, place, gold))
            passage = prepared.passage
            if every or passage.annotated or passage.background or passage.judged:
                one = _related(prepared, spans, golds, offset, settings, table)
                if one:
                    related.append(one)
        yield related, _coreferent(placed, clusters, members, settings)


def _spans(
    prepared: Prepared, logits: Floats, settings: Settings, most: int
) -> tuple[list[Candidate], list[int | None]]:
    """Annotated mentions first, then what else the tagger finds; and which annotated mention each one is or touches."""
    kind_of = {locate(prepared.pieces, s, e): kind for s, e, kind in closed_list(prepared.pieces.text)}
    spans: list[Candidate] = []
    golds: list[int | None] = []
    found = decode(prepared.pieces, logits, settings.lowered)
    tagged = {(c.first, c.last): c.type for c in found}
    for number, (first, last) in prepared.spans.items():
        types = prepared.passage.golds[number].types
        kind = TYPES.index(types[0]) if len(types) == 1 else tagged.get((first, last), TYPES.index(types[0]))
        spans.append(Candidate(first, last, kind, 1.0, kind_of.get((first, last), SpanKind.NAME), ((kind, 1.0),)))
        golds.append(number)
    exact = set(prepared.spans.values())
    for span in sorted(found, key=lambda c: -c.score)[: max(0, most - len(spans))]:
        if (span.first, span.last) in exact:
            continue
        touched = [n for n, (first, last) in prepared.spans.items() if first <= span.last and span.first <= last]
        if len(touched) > 1:
            continue
        spans.append(span)
        golds.append(touched[0] if touched else None)
    return spans, golds


def _related(
    prepared: Prepared,
    spans: Sequence[Candidate],
    golds: Sequence[int | None],
    offset: int,
    settings: Settings,
    table: Floats,
) -> Related | None:
    passage = prepared.passage
    pairs = [
        (i, j) for i, j in typed_pairs(spans, table) if golds[i] is None or golds[j] is None or golds[i] != golds[j]
    ]
    if not pairs:
        return None
    number = {name: n for n, name in enumerate(settings.relations)}
    known = np.full((len(pairs), len(number)), passage.background, np.float32)
    known[:, [number[name] for name in passage.silent if name in number]] = 0.0
    target = np.zeros_like(known)
    known[:, [number[name] for name in passage.annotated]] = 1.0
    facts: dict[tuple[int, int], list[str]] = {}
    unsure: dict[tuple[int, int], list[str]] = {}
    for subject, object_, name in passage.facts:
        facts.setdefault((subject, object_), []).append(name)
    for subject, object_, name in passage.unsure:
        unsure.setdefault((subject, object_), []).append(name)
    stated = {(s, o) for s, o, _ in passage.facts}
    others = [n for name, n in number.items() if name not in SIGNATURES]
    decided = [number[name] for name in sorted(passage.judges)]
    work = {(o, s) for s, o, name in passage.facts if name in ("CEO", "FOUNDED_BY")}
    for row, (i, j) in enumerate(pairs):
        a, b = golds[i], golds[j]
        if (a, b) in work and "EMPLOYEE_OR_MEMBER_OF" not in passage.annotated:
            known[row, number["EMPLOYEE_OR_MEMBER_OF"]] = 0.0  # who runs it is likely a member too
        if stated & {(a, b), (b, a)}:
            known[row, others] = 0.0  # a founder established it, a parent owns it
        if (a, b) in passage.judged:
            known[row, decided] = 1.0
        refers = any(golds[k] is None and spans[k].kind is not SpanKind.NAME for k in (i, j))
        nominal = any(golds[k] is None and spans[k].kind is SpanKind.NOMINAL for k in (i, j))
        if nominal or (refers and not passage.pronouns):
            known[row] = 0.0
        if a is not None and b is not None:
            for name in unsure.get((a, b), ()):
                known[row, number[name]] = 0.0
            for name in facts.get((a, b), ()):
                target[row, number[name]] = 1.0
                known[row, number[name]] = 1.0
    return Related(Geometry(offset, len(prepared.pieces), spans, pairs), target, known)


def _coreferent(
    placed: Sequence[Placed],
    clusters: Sequence[tuple[str | None, int, int]],
    members: Sequence[Prepared],
    settings: Settings,
) -> Coreferent:
    pairs, target = [], []
    for i, j in same_pairs(placed, settings.reach):
        (one, place_i, gold_i), (other, place_j, gold_j) = clusters[i], clusters[j]
        if placed[i].candidate.type != placed[j].candidate.type:
            answer: float | None = 0.0
        elif one is None or other is None:
            answer = None
            if place_i == place_j:
                facts = members[place_i].passage.facts
                if any({s, o} == {gold_i, gold_j} for s, o, _ in facts):
                    answer = 0.0  # nobody is related to himself
            kinds = {placed[i].candidate.kind, placed[j].candidate.kind}
            if kinds == {SpanKind.NAME} and not alike(placed[i].surface, placed[j].surface):
                answer = 0.0
        elif one == other:
            answer = 1.0
        else:
            # A cluster that was inferred in one passage says nothing about other passages.
            answer = (
                None if ":" in one.removeprefix("http:") + other.removeprefix("http:") and place_i != place_j else 0.0
            )
        if answer is not None:
            pairs.append((i, j))
            target.append(answer)
    return Coreferent([p.first for p in placed], [p.last for p in placed], pairs, same_features(placed, pairs), target)
