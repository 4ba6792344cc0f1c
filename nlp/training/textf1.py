"""Text F1 as KnowledgeNet measures it: right are facts of the right relation whose spans overlap gold ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Fact = tuple[str, int, int, int, int]  # relation, subject start and end, object start and end


@dataclass(slots=True)
class Tally:
    """Counts behind precision and recall."""

    found: int = 0  # predicted facts
    right: int = 0  # predicted facts that match a gold one
    gold: int = 0
    met: int = 0  # gold facts that a predicted one matches

    def scores(self) -> dict[str, float]:
        """Precision, recall and F1; 0 where nothing was found or there is nothing to find."""
        precision = self.right / self.found if self.found else 0.0
        recall = self.met / self.gold if self.gold else 0.0
        total = precision + recall
        return {
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / total if total else 0.0,
            "gold": self.gold,
            "found": self.found,
        }


@dataclass(slots=True)
class Score:
    """The tally over all relations, and that of each."""

    total: Tally = field(default_factory=Tally)
    relations: dict[str, Tally] = field(default_factory=dict)

    def table(self) -> dict[str, dict[str, float]]:
        """All scores by relation, `all` first."""
        return {"all": self.total.scores()} | {name: self.relations[name].scores() for name in sorted(self.relations)}


def overlap(one: Fact, other: Fact) -> bool:
    """Whether two facts are of one relation and overlap in subject and in object."""
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2] and one[3] < other[4] and other[3] < one[4]


def score(
    passages: Mapping[str, tuple[Sequence[Fact], frozenset[str]]], predicted: Mapping[str, Iterable[Fact]]
) -> Score:
    """Score predicted facts, each gold fact at most once.

    Args:
        passages: By passage: gold facts and the relations that are annotated there; others do not count.
        predicted: By passage: predicted facts, each once, best first.

    Returns:
        Micro-averaged counts.
    """
    result = Score()
    for key, (golds, annotated) in passages.items():
        open_golds = list(golds)
        for fact in predicted.get(key, ()):
            if fact[0] not in annotated:
                continue
            hit = next((g for g in open_golds if overlap(fact, g)), None)
            for tally in (result.total, result.relations.setdefault(fact[0], Tally())):
                tally.found += 1
                tally.right += hit is not None
                tally.met += hit is not None
            if hit is not None:
                open_golds.remove(hit)
        for gold in golds:
            for tally in (result.total, result.relations.setdefault(gold[0], Tally())):
                tally.gold += 1
    return result
