"""What the joint reader's heads learn from a batch: the pairs of each passage, and which mentions are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kg.types import SpanKind
from nlp.runtime.candidates import Candidate, closed_list, decode, locate
from nlp.runtime.geometry import Floats, Placed, alike, same_features, same_pairs
from nlp.runtime.geometry import Passage as Geometry
from nlp.runtime.reading import Settings, typed_pairs
from nlp.training.corpora.examples import SIGNATURES, TYPES
from nlp.training.reader.batches import Batch, Prepared


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
