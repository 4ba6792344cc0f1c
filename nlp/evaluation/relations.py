"""Scores of relations: strict, by boundaries alone, over documents with clusters, and of one pair at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from nlp.data.example import Example
from nlp.evaluation.calibration import calibration_error
from nlp.evaluation.scores import Scores
from nlp.evaluation.spans import ratios
from nlp.evaluation.spans import score as score_entities

Thing = tuple[tuple[int, int, str], ...]  # boundaries and types of the mentions of one thing
Fact = tuple[Thing, Thing, str]
Named = tuple[str, str, str]  # surface of head, surface of tail, relation


@dataclass(frozen=True, slots=True)
class Counting:
    """What counts.

    Attributes:
        negative: The label that says "no relation": no relation itself.
        asked: Whether only pairs count that have a label in the gold annotations, `negative` included.
        symmetric: Relations without a direction.
        known: Facts of the training data, by surfaces; where given, `ign_f1` leaves them out (Yao et al., 2019).
    """

    negative: str = ""
    asked: bool = False
    symmetric: frozenset[str] = frozenset()
    known: frozenset[Named] = frozenset()


PLAIN = Counting()


@dataclass(frozen=True, slots=True)
class Text:
    """The relations of one text between things: mentions that a cluster joins count as one."""

    facts: Mapping[Fact, float]  # with their scores
    asked: Set[tuple[Thing, Thing]]  # pairs with any label


def read(example: Example, counting: Counting, typed: bool = True) -> Text:
    """Return the relations of an example.

    Args:
        example: Gold or predicted.
        counting: What counts.
        typed: Whether types of entities count.
    """
    entity = {e.id: (e.start, e.end, e.label if typed else "") for e in example.entities}
    thing: dict[str, Thing] = {name: (span,) for name, span in entity.items()}
    for cluster in example.clusters:
        joined = tuple(sorted({entity[name] for name in cluster if name in entity}))
        thing |= {name: joined for name in cluster if name in entity}
    facts: dict[Fact, float] = {}
    asked: set[tuple[Thing, Thing]] = set()
    for relation in example.relations:
        if relation.head not in thing or relation.tail not in thing:
            continue
        head, tail = thing[relation.head], thing[relation.tail]
        asked.add((head, tail))
        if relation.label in counting.symmetric and tail < head:
            head, tail = tail, head
        if relation.label != counting.negative:
            fact = (head, tail, relation.label)
            facts[fact] = max(relation.score, facts.get(fact, 0.0))
    return Text(facts, asked)


def compared(gold: Example, predicted: Example, counting: Counting, typed: bool = True) -> tuple[Text, Text]:
    """Return gold and predicted relations of one text, without predictions about what is not annotated."""
    one, other = read(gold, counting, typed), read(predicted, counting, typed)
    kept = {
        fact: score
        for fact, score in other.facts.items()
        if (not counting.asked or fact[:2] in one.asked or (fact[2] in counting.symmetric and fact[1::-1] in one.asked))
        and (gold.annotated is None or fact[2] in gold.annotated)
    }
    return one, Text(kept, other.asked)


def score(gold: Sequence[Example], predicted: Sequence[Example], counting: Counting = PLAIN) -> Scores:
    """Score relations of the same texts in the same order.

    A relation is right where its label and the boundaries and types of both entities are. Where clusters join mentions
    it holds between the things, and counts once.

    Args:
        gold: Annotated.
        predicted: With what was found.
        counting: What counts.

    Returns:
        Micro scores; `macro_f1` over labels with gold instances, `negative` left out. `accuracy`: share of texts (of
        pairs, where only annotated pairs count) that are right as a whole. `extra`: "boundary_f1" (types aside),
        "ece"; "entity_f1" where entities were predicted too; "ign_f1" where training facts are given; of annotated
        pairs "macro_f1_with_negative", and "top_f1" and "auc" as `one_label` defines them.
    """
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    known: Counter[str] = Counter()
    bounds, ignoring, whole = [0, 0, 0], [0, 0, 0], 0
    for one, other in zip(gold, predicted, strict=True):
        golds, guesses = compared(one, other, counting)
        shared = golds.facts.keys() & guesses.facts.keys()
        known.update(label for _, _, label in golds.facts)
        found.update(label for _, _, label in guesses.facts)
        right.update(label for _, _, label in shared)
        whole += golds.facts.keys() == guesses.facts.keys()
        loose, guessed = compared(one, other, counting, typed=False)
        for place, count in enumerate(_counts(loose.facts, guessed.facts)):
            bounds[place] += count
        seen = _seen(one, golds.facts.keys() | guesses.facts.keys(), counting)
        for place, count in enumerate(_counts(golds.facts.keys() - seen, guesses.facts.keys() - seen)):
            ignoring[place] += count
    by_label = {}
    for label in sorted(known | found):
        precision, recall, f1 = ratios(right[label], found[label], known[label])
        by_label[label] = {"precision": precision, "recall": recall, "f1": f1, "support": float(known[label])}
    precision, recall, f1 = ratios(right.total(), found.total(), known.total())
    extra = {"boundary_f1": ratios(*bounds)[2], "ece": calibration_error(*verdicts(gold, predicted, counting))}
    if any(a.entities != b.entities for a, b in zip(gold, predicted, strict=True)):
        extra["entity_f1"] = score_entities(gold, predicted).f1
    if counting.known:
        extra["ign_f1"] = ratios(*ignoring)[2]
    accuracy = whole / len(gold) if gold else 0.0
    if counting.asked:
        of_pairs, accuracy = one_label(gold, predicted, counting)
        extra |= of_pairs
    macro = sum(by_label[label]["f1"] for label in known) / len(known) if known else 0.0
    return Scores(precision, recall, f1, macro, accuracy, known.total(), by_label, extra)


def verdicts(
    gold: Sequence[Example], predicted: Sequence[Example], counting: Counting = PLAIN
) -> tuple[list[float], list[bool]]:
    """Return the score of each predicted relation, and whether it is right."""
    scores: list[float] = []
    right: list[bool] = []
    for one, other in zip(gold, predicted, strict=True):
        golds, guesses = compared(one, other, counting)
        scores += guesses.facts.values()
        right += [fact in golds.facts for fact in guesses.facts]
    return scores, right


def one_label(
    gold: Sequence[Example], predicted: Sequence[Example], counting: Counting
) -> tuple[dict[str, float], float]:
    """Score annotated pairs by the likeliest label alone.

    A pair with several gold labels is right with any of them. "top_f1" and "auc" leave pairs out that are predicted to
    have no relation, and recall counts pairs with a relation, as Li et al., "Chinese relation extraction with
    multi-grained information and external linguistic knowledge" (2019), do by the code that they published; "auc" is
    the area under precision against recall as the least score falls.

    Returns:
        ({"top_f1", "auc", "macro_f1_with_negative"}, share of pairs that are right).
    """
    none = counting.negative
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    known: Counter[str] = Counter()
    ranked: list[tuple[float, bool]] = []
    pairs = hits = 0
    for one, other in zip(gold, predicted, strict=True):
        golds, guesses = compared(one, other, counting)
        labels: dict[tuple[Thing, Thing], set[str]] = defaultdict(set)
        best: dict[tuple[Thing, Thing], tuple[float, str]] = {}
        for head, tail, label in golds.facts:
            labels[head, tail].add(label)
        for (head, tail, label), probability in guesses.facts.items():
            best[head, tail] = max(best.get((head, tail), (0.0, none)), (probability, label))
        for pair in golds.asked:
            truth = labels[pair] or {none}
            probability, label = best.get(pair, (0.0, none))
            correct = label in truth
            pairs, hits = pairs + 1, hits + correct
            counted = label if correct else min(truth)
            known[counted] += 1
            found[label] += 1
            right[label] += correct
            if label != none:
                ranked.append((probability, correct))
    positive = known.total() - known[none]
    macro = [ratios(right[label], found[label], known[label])[2] for label in known]
    figures = {
        "top_f1": ratios(sum(correct for _, correct in ranked), len(ranked), positive)[2],
        "auc": _area(ranked, positive),
        "macro_f1_with_negative": sum(macro) / len(macro) if macro else 0.0,
    }
    return figures, hits / pairs if pairs else 0.0


def _area(ranked: Sequence[tuple[float, bool]], positive: int) -> float:
    """Area under the curve of precision against recall, by trapezoids between the points that there are."""
    area, correct, before = 0.0, 0, (0.0, 0.0)
    for number, (_, good) in enumerate(sorted(ranked, key=lambda item: -item[0]), start=1):
        correct += good
        point = (correct / max(1, positive), correct / number)
        if number > 1:
            area += (point[0] - before[0]) * (point[1] + before[1]) / 2
        before = point
    return area


def _counts(gold: Iterable[Fact], guessed: Iterable[Fact]) -> tuple[int, int, int]:
    one, other = set(gold), set(guessed)
    return len(one & other), len(other), len(one)


def names(example: Example, counting: Counting = PLAIN) -> frozenset[Named]:
    """Return the facts of an example by the surfaces of all mentions, as `Counting.known` takes them."""
    facts = read(example, counting).facts
    return frozenset(named for fact in facts for named in _surfaces(example.text, fact))


def _surfaces(text: str, fact: Fact) -> set[Named]:
    head, tail, label = fact
    return {(text[a[0] : a[1]], text[b[0] : b[1]], label) for a in head for b in tail}


def _seen(gold: Example, facts: Iterable[Fact], counting: Counting) -> set[Fact]:
    """Facts that the training data state too: some pair of surfaces is there."""
    if not counting.known:
        return set()
    return {fact for fact in facts if not counting.known.isdisjoint(_surfaces(gold.text, fact))}


def best_threshold(gold: Sequence[Example], predicted: Sequence[Example], counting: Counting = PLAIN) -> float:
    """Return the least probability of a relation that gives the best micro F1; 0.5 where there is nothing to choose by.

    Args:
        gold: Annotated.
        predicted: Read with a low threshold.
        counting: What counts.
    """
    ranked = list(zip(*verdicts(gold, predicted, counting), strict=True))
    total = sum(len(compared(one, other, counting)[0].facts) for one, other in zip(gold, predicted, strict=True))
    ranked.sort(key=lambda item: -item[0])
    best, threshold, correct = 0.0, 0.5, 0
    for number, (probability, good) in enumerate(ranked, start=1):
        correct += good
        f1 = 2 * correct / (number + total) if total else 0.0
        after = ranked[number][0] if number < len(ranked) else 0.0
        if f1 > best and after < probability:
            best, threshold = f1, (probability + after) / 2
    return threshold
