"""The reading pipeline: a document's passages -> windows -> candidates -> relations and coreference, with scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from kg.types import ChunkKind, Page
from nlp.runtime.candidates import Candidate, decode
from nlp.runtime.geometry import Floats, Passage, Placed, pair_arrays, same_features, same_pairs
from nlp.runtime.network import Network
from nlp.runtime.pieces import Pieces, cut, join
from nlp.runtime.sentences import parts

GROUP = 16  # passages whose pairs are scored at once


@dataclass(frozen=True, slots=True)
class Settings:
    """What the pipeline must know of a model; kept in its config.json.

    Attributes:
        types: Names of the entity types, in the order of the tags.
        relations: Names of the relations, in the order of the logits.
        domains: Types that the subject of each relation may have.
        ranges: Types that the object of each relation may have.
        longest: Most pieces of a window.
        passage: Most pieces of a sentence; longer ones are cut between words.
        context: Most pieces of the passages before a window that are read again with it.
        lowered: By how much the logit of "no mention" is lowered.
        reach: How many mentions back an antecedent is sought.
        begin, separator, pad: Ids of the special pieces.
        symmetric: Relations that hold both ways or not at all.
        oneway: Relations that never hold both ways.
    """

    types: tuple[str, ...]
    relations: tuple[str, ...]
    domains: tuple[tuple[str, ...], ...]
    ranges: tuple[tuple[str, ...], ...]
    longest: int = 256
    passage: int = 128
    context: int = 64
    lowered: float = 1.5
    reach: int = 40
    begin: int = 101
    separator: int = 102
    pad: int = 0
    symmetric: tuple[str, ...] = ()
    oneway: tuple[str, ...] = ()

    def compatible(self) -> Floats:
        """Whether a relation may hold between two types: (types, types, relations)."""
        table = np.zeros((len(self.types), len(self.types), len(self.relations)), np.float32)
        for number, (domain, range_) in enumerate(zip(self.domains, self.ranges, strict=True)):
            for subject in domain:
                for target in range_:
                    table[self.types.index(subject), self.types.index(target), number] = 1.0
        return table


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a document that is one passage to the network."""

    chunk: int
    start: int  # offset in the document
    pieces: Pieces
    paired: bool  # whether relations are sought in it


@dataclass(slots=True)
class Found:
    """Everything seen in one document, before any threshold."""

    units: list[Unit]
    spans: list[list[Candidate]]  # by unit
    links: list[tuple[int, int, int, int, float]]  # unit, span, span, relation, logit
    same: list[tuple[tuple[int, int], tuple[int, int], float]]  # (unit, span) later, (unit, span) earlier, logit


def units_of(page: Page, tokenizer: Tokenizer, longest: int) -> list[Unit]:
    """Cut a page into sentences: prose and headings, not table rows nor the headers of mails, which are rows too."""
    rows = (ChunkKind.ROW, ChunkKind.HEADER)
    chosen = [n for n, chunk in enumerate(page.chunks) if chunk.kind not in rows and chunk.end > chunk.start]
    texts = [page.text[page.chunks[n].start : page.chunks[n].end] for n in chosen]
    units = []
    for number, text, whole in zip(chosen, texts, cut(tokenizer, texts), strict=True):
        chunk = page.chunks[number]
        paired = chunk.kind is not ChunkKind.HEADING
        for start, end in parts(text, whole.starts, longest):
            units.append(Unit(number, chunk.start + start, whole.part(start, end), paired))
    return [unit for unit in units if len(unit.pieces)]


def windows_of(units: Sequence[Unit], settings: Settings) -> list[tuple[list[int], int]]:
    """Fill windows with units; each begins with the units before it, as far as they fit.

    Returns:
        (indices of units, how many of them are only context).
    """
    windows: list[tuple[list[int], int]] = []
    current: list[int] = []
    used, context = 1, 0
    for index, unit in enumerate(units):
        need = len(unit.pieces) + 1
        if current and used + need > settings.longest:
            windows.append((current, context))
            tail: list[int] = []
            room = min(settings.context, settings.longest - 1 - need)
            for before in range(index - 1, -1, -1):
                room -= len(units[before].pieces) + 1
                if room < 0:
                    break
                tail.insert(0, before)
            current, context = tail, len(tail)
            used = 1 + sum(len(units[i].pieces) + 1 for i in tail)
        current = [*current, index]
        used += need
    if current:
        windows.append((current, context))
    return windows


def read(page: Page, tokenizer: Tokenizer, network: Network, settings: Settings, floor: float = -5.0) -> Found:
    """Read one document.

    A window is run on its own: dynamic quantisation scales by batch, and what is read in a document may not depend on
    what is read beside it. From 100 pieces on, batches would gain little.

    Args:
        page: The document.
        tokenizer: Of the model.
        network: The model.
        settings: Of the model.
        floor: Relations with a smaller logit are dropped at once.
    """
    units = units_of(page, tokenizer, settings.passage)
    found = Found(units, [[] for _ in units], [], [])
    table = settings.compatible()
    for members, context in windows_of(units, settings):
        _read_window(members, context, found, network, settings, table, floor)
    found.links.sort()
    found.same.sort()
    return found


def _read_window(
    members: Sequence[int],
    context: int,
    found: Found,
    network: Network,
    settings: Settings,
    table: Floats,
    floor: float,
) -> None:
    window = join([found.units[i].pieces for i in members], settings.begin, settings.separator)
    ids, shapes = np.array([window.ids], np.int64), np.array([window.shapes], np.int64)
    states, tags = network.encode(ids, np.ones_like(ids), shapes)
    passages: list[tuple[int, Passage]] = []
    placed: list[Placed] = []
    owners: list[tuple[int, int]] = []
    for place, (unit, base) in enumerate(zip(members, window.bases, strict=True)):
        pieces = found.units[unit].pieces
        spans = decode(pieces, tags[base : base + len(pieces)], settings.lowered)
        if place >= context:
            found.spans[unit] = spans
            if found.units[unit].paired:
                passages.append((unit, Passage(base, len(pieces), spans, typed_pairs(spans, table))))
        for number, span in enumerate(spans):
            if settings.types[span.type] != "Date":
                surface = pieces.text[pieces.starts[span.first] : pieces.ends[span.last]]
                placed.append(Placed(span, surface, place, base + span.first, base + span.last))
                owners.append((unit, number) if place >= context else (-1 - unit, number))
    _relate(passages, states, tags, found, network, settings, floor)
    _resolve(placed, owners, states, tags, found, network, settings)


def typed_pairs(spans: Sequence[Candidate], table: Floats) -> list[tuple[int, int]]:
    """Return the ordered pairs whose types some relation allows."""
    some: list[list[bool]] = (table.max(axis=2) > 0).tolist()
    types = [[n for n, _ in span.types] or [span.type] for span in spans]
    return [
        (i, j)
        for i, mine in enumerate(types)
        for j, others in enumerate(types)
        if i != j and any(some[a][b] for a in mine for b in others)
    ]


def _relate(
    passages: Sequence[tuple[int, Passage]],
    states: Floats,
    tags: Floats,
    found: Found,
    network: Network,
    settings: Settings,
    floor: float,
) -> None:
    with_pairs = sorted((p for p in passages if p[1].pairs), key=lambda p: (len(p[1].pairs), p[0]))
    for begin in range(0, len(with_pairs), GROUP):
        group = with_pairs[begin : begin + GROUP]
        logits = network.pairs(states, tags, pair_arrays([p for _, p in group]))
        for row, (unit, passage) in enumerate(group):
            scores = both_ways(logits[row, : len(passage.pairs)], passage.pairs, settings)
            kept = np.nonzero(scores >= floor)
            for pair, relation, logit in zip(*(axis.tolist() for axis in kept), scores[kept].tolist(), strict=True):
                found.links.append((unit, *passage.pairs[pair], relation, logit))


def both_ways(scores: Floats, pairs: Sequence[tuple[int, int]], settings: Settings) -> Floats:
    """Make the scores of a pair and of the same pair turned round agree with what the relation is.

    Args:
        scores: (pairs, relations).
        pairs: Ordered pairs of spans.
        settings: Say which relations are symmetric and which never hold both ways.

    Returns:
        Scores: a symmetric relation has the mean of both directions, of a one-way relation only the likelier is left.
    """
    index = {pair: n for n, pair in enumerate(pairs)}
    turned = np.array([index.get((j, i), n) for n, (i, j) in enumerate(pairs)], np.int64)
    out = scores.copy()
    for name in settings.symmetric:
        column = settings.relations.index(name)
        out[:, column] = (scores[:, column] + scores[turned, column]) / 2
    for name in settings.oneway:
        column = settings.relations.index(name)
        out[scores[:, column] < scores[turned, column], column] = -np.inf
    return out


def _resolve(
    placed: Sequence[Placed],
    owners: Sequence[tuple[int, int]],
    states: Floats,
    tags: Floats,
    found: Found,
    network: Network,
    settings: Settings,
) -> None:
    pairs = [(i, j) for i, j in same_pairs(placed, settings.reach) if owners[i][0] >= 0]
    if not pairs:
        return
    chosen = np.array(pairs, np.int64)
    logits = network.same(
        states,
        tags,
        np.array([p.first for p in placed], np.int64),
        np.array([p.last for p in placed], np.int64),
        chosen[:, 0].copy(),
        chosen[:, 1].copy(),
        same_features(placed, pairs),
    )
    for (later, earlier), logit in zip(pairs, logits.tolist(), strict=True):
        if logit > -3.0:
            unit, number = owners[earlier]
            if unit < 0:
                # Context: the same mention as it was found when its own window was read, if it was found there.
                unit = -1 - unit
                match = [
                    n
                    for n, span in enumerate(found.spans[unit])
                    if (span.first, span.last) == (placed[earlier].candidate.first, placed[earlier].candidate.last)
                ]
                if not match:
                    continue
                number = match[0]
            found.same.append((owners[later], (unit, number), float(logit)))
