"""Text F1 as KnowledgeNet measures it: right are facts of the right relation whose spans overlap gold ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Fact = tuple[str, int, int, int, int]  # relation, subject start and end, object start and end


@dataclass(slots=True)
class Tally:
    """Counts behind precision and recall."""

    gold: int = 0
    met: int = 0  # gold facts that a predicted one matches
    wrong: int = 0  # predicted facts that match no gold one

    def scores(self) -> dict[str, float]:
        """Precision, recall and F1; 0 where nothing was found or there is nothing to find."""
        precision = self.met / (self.met + self.wrong) if self.met else 0.0
        recall = self.met / self.gold if self.gold else 0.0
        total = precision + recall
        return {
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / total if total else 0.0,
            "gold": self.gold,
            "wrong": self.wrong,
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
    """Score predicted facts by the rule of the benchmark's own evaluator.

    A gold fact is met where any predicted fact overlaps it, a predicted fact is wrong where it overlaps no gold fact,
    and precision is met / (met + wrong) (evaluator.py of diffbot/knowledge-net, "span_overlap").

    Args:
        passages: By passage: gold facts and the relations that are annotated there; others do not count.
        predicted: By passage: predicted facts.

    Returns:
        Micro-averaged counts.
    """
    result = Score()
    for key, (golds, annotated) in passages.items():
        facts = [fact for fact in predicted.get(key, ()) if fact[0] in annotated]
        for fact in facts:
            if not any(overlap(fact, gold) for gold in golds):
                for tally in (result.total, result.relations.setdefault(fact[0], Tally())):
                    tally.wrong += 1
        for gold in golds:
            met = any(overlap(fact, gold) for fact in facts)
            for tally in (result.total, result.relations.setdefault(gold[0], Tally())):
                tally.gold += 1
                tally.met += met
    return result
