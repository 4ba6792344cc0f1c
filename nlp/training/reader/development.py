"""Scores a reader on KnowledgeNet documents, and chooses the threshold and calibration from its raw scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from kg.types import Chunk, Page, SpanKind
from nlp.evaluation import platt
from nlp.evaluation.text_f1 import Fact, Score, overlap, score
from nlp.runtime.network import Network
from nlp.runtime.reading import Found, Settings, read
from nlp.runtime.settle import settle
from nlp.training.corpora.examples import Passage

JOINT = "\n\n"


@dataclass(frozen=True, slots=True)
class Development:
    """Raw scores on documents, from which everything else is computed."""

    settings: Settings
    gold: Mapping[str, tuple[Sequence[Fact], frozenset[str]]]
    found: Mapping[str, Found]  # by document
    same: Sequence[tuple[float, bool]]  # best antecedent of pronouns with a known cluster: logit, whether it is right

    def facts(self, threshold: float) -> list[tuple[str, Fact, float]]:
        """Facts as (passage, fact, logit) whose logit reaches a threshold, best first."""
        facts = [
            (f"{name}:{chunk}", fact, logit)
            for name, found in self.found.items()
            for chunk, fact, logit in facts_of(found, self.settings, threshold)
        ]
        return sorted(facts, key=lambda f: (-f[2], f[:2]))

    def at(self, threshold: float) -> Score:
        """Text F1 of the facts whose logit reaches a threshold."""
        predicted: dict[str, list[Fact]] = {}
        for passage, fact, _ in self.facts(threshold):
            predicted.setdefault(passage, []).append(fact)
        return score(self.gold, predicted)

    def best(self) -> tuple[float, float]:
        """The threshold (a logit) with the best F1, smoothed over its neighbours, and the F1 there."""
        grid = np.arange(-3.0, 3.01, 0.1)
        curve = np.array([self.at(float(t)).total.scores()["f1"] for t in grid])
        smooth = np.convolve(np.pad(curve, 3, mode="edge"), np.ones(7) / 7, mode="valid")
        at = int(smooth.argmax())
        return float(grid[at]), float(curve[at])

    def calibration(self, threshold: float) -> tuple[float, float]:
        """Fit what makes the logits of reported facts probabilities.

        Facts far below the threshold are left out: they are many, and never seen.

        Returns:
            (divisor, shift): the probability is the logistic function of logit / divisor + shift.
        """
        judged = [
            (logit, any(overlap(fact, g) for g in self.gold[passage][0]))
            for passage, fact, logit in self.facts(threshold - 0.5)
            if fact[0] in self.gold[passage][1]
        ]
        slope, shift = platt.fit([logit for logit, _ in judged], [good for _, good in judged])
        return 1.0 / max(slope, 0.1), shift


def page_of(passages: Sequence[Passage]) -> Page:
    """Make a document of its passages, a blank line between."""
    chunks, position = [], 0
    for passage in passages:
        chunks.append(Chunk(position, position + len(passage.text)))
        position += len(passage.text) + len(JOINT)
    return Page(JOINT.join(p.text for p in passages), tuple(chunks))


def facts_of(found: Found, settings: Settings, threshold: float) -> list[tuple[int, Fact, float]]:
    """List the relations of a document as (chunk, fact with offsets into the document, logit)."""
    out = []
    for unit, head, tail, relation, logit in settle(found, settings, threshold).links:
        place = found.units[unit]
        a, b = found.spans[unit][head], found.spans[unit][tail]
        starts, ends = place.pieces.starts, place.pieces.ends
        fact = (
            settings.relations[relation],
            place.start + starts[a.first],
            place.start + ends[a.last],
            place.start + starts[b.first],
            place.start + ends[b.last],
        )
        out.append((place.chunk, fact, logit))
    return out


def develop(
    documents: Mapping[str, Sequence[Passage]], tokenizer: Tokenizer, network: Network, settings: Settings
) -> Development:
    """Read documents and keep every score."""
    gold: dict[str, tuple[list[Fact], frozenset[str]]] = {}
    readings: dict[str, Found] = {}
    same: list[tuple[float, bool]] = []
    for name, passages in documents.items():
        page = page_of(passages)
        found = read(page, tokenizer, network, settings)
        for number, (passage, chunk) in enumerate(zip(passages, page.chunks, strict=True)):
            spans = [(g.start + chunk.start, g.end + chunk.start) for g in passage.golds]
            gold[f"{name}:{number}"] = (
                [(relation, *spans[s], *spans[o]) for s, o, relation in passage.facts],
                passage.annotated,
            )
        readings[name] = found
        same += _antecedents(passages, page, found)
    return Development(settings, gold, readings, same)


def _antecedents(passages: Sequence[Passage], page: Page, found: Found) -> list[tuple[float, bool]]:
    """Judge the best antecedent among names of each pronoun, where its cluster is known and has a name."""
    clusters: dict[tuple[int, int], str] = {}
    for passage, chunk in zip(passages, page.chunks, strict=True):
        for gold in passage.golds:
            if gold.cluster:
                clusters[(gold.start + chunk.start, gold.end + chunk.start)] = gold.cluster

    def cluster(unit: int, number: int) -> str | None:
        place, span = found.units[unit], found.spans[unit][number]
        start, end = place.start + place.pieces.starts[span.first], place.start + place.pieces.ends[span.last]
        return next((c for (s, e), c in clusters.items() if s < end and start < e), None)

    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {}
    for later, earlier, logit in found.same:
        for pronoun, name in ((later, earlier), (earlier, later)):
            kinds = [found.spans[u][n].kind for u, n in (pronoun, name)]
            if kinds == [SpanKind.PRONOUN, SpanKind.NAME] and cluster(*pronoun):
                best[pronoun] = max(best.get(pronoun, (-9.0, name)), (logit, name))
    names = {
        cluster(u, n)
        for u, spans in enumerate(found.spans)
        for n, span in enumerate(spans)
        if span.kind is SpanKind.NAME
    }
    judged = []
    for pronoun, (logit, name) in sorted(best.items()):
        if cluster(*pronoun) in names:
            judged.append((logit, cluster(*pronoun) == cluster(*name)))
    return judged
