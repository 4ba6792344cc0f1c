"""Learning from questions and answers alone: every walk that gives the answers may be what the question means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from assistant.ask.compare import Comparer
from assistant.ask.form import Named
from assistant.ask.language import language
from assistant.ask.link import link
from assistant.ask.profile import Profile
from assistant.ask.question import Slot
from assistant.ask.relate import Relater
from assistant.ask.walked import masked
from assistant.ask.walks import Walk
from assistant.question_set import Question, same_values
from assistant.teach.edges import Edges
from assistant.teach.samples import Sample
from kg.ports import NameIndex
from kg.types import Viewer

RIVALS = 7
"""Wrong walks that a question is told apart from: those that the encoder likes best, and others."""
LIKED = 4


@dataclass(frozen=True)
class Tried:
    """A question with the walks that start at one of its names.

    Attributes:
        text: With the name replaced.
        right: Walks that give the answers.
        wrong: Walks that give something else.
    """

    text: str
    right: tuple[Walk, ...]
    wrong: tuple[Walk, ...]


class Trier:
    """Follows walks from the names of questions.

    Args:
        relater: Brings the ontology.
        comparer: Says what walks are called.
        names: Links names.
        edges: The graph.
        profile: What the graph holds.
    """

    def __init__(self, relater: Relater, comparer: Comparer, names: NameIndex, edges: Edges, profile: Profile) -> None:
        self.comparer = comparer
        self._names = names
        self._edges = edges
        self._profile = profile
        self._lexicons = {code: relater.lexicon(language(code)) for code in ("en", "zh")}
        relations = relater.ontology.relations.values()
        self._symmetric = frozenset(relation.name for relation in relations if relation.symmetric)

    def slots(self, question: str) -> list[Slot]:
        """The names of a question, each in every type that it may have."""
        links = link(question, self._names, Viewer.all(), self._lexicons)
        return [slot for name in links.names for slot in name.slots()]

    def tried(self, question: Question) -> Iterator[Tried]:
        """Try every walk from every name of a question; only names from which the answers are reached are given."""
        for slot in self.slots(question.question):
            right: list[Walk] = []
            wrong: list[Walk] = []
            for walk, values in self.outcomes(slot):
                (right if same_values(values, question.answers or ()) else wrong).append(walk)
            if right:
                least = min(len(walk.moves) for walk in right)
                kept = [walk for walk in right if len(walk.moves) <= least + 1]
                yield Tried(masked(question.question, slot), tuple(kept), tuple(wrong))

    def outcomes(self, slot: Slot) -> Iterator[tuple[Walk, list[str]]]:
        """The values that each walk from a name gives."""
        assert isinstance(slot.form, Named)
        walks = self.comparer.all_walks(slot.types, self._profile)
        for walk, reached in self._edges.run(walks, frozenset(slot.form.ids), self._symmetric):
            yield walk, [self._edges.names.get(thing, "") for thing in reached]

    def best(self, question: str) -> tuple[float, float, list[str]]:
        """What the likest walk that leads anywhere gives: its cosine, its lead over the next, its values."""
        found: list[tuple[float, list[str]]] = []
        for slot in self.slots(question):
            given = dict(self.outcomes(slot))
            ranked = self.comparer.likest(masked(question, slot), slot.types, self._profile, len(given) + 200)
            found += [(like.cosine, given[like.walk]) for like in ranked if like.walk in given][:4]
        found.sort(key=lambda pair: -pair[0])
        if not found:
            return 0.0, 0.0, []
        rival = next((cosine for cosine, values in found[1:] if set(values) != set(found[0][1])), 0.0)
        return found[0][0], found[0][0] - rival, found[0][1]


def samples(tried: Sequence[Tried], comparer: Comparer, seed: int) -> list[Sample]:
    """Make samples of tried questions: what may be right, and the wrong walks that are liked best."""
    rng = Random(seed)
    made = []
    for one in tried:
        right = {comparer.phrase(walk) for walk in one.right}
        wrong = sorted({comparer.phrase(walk) for walk in one.wrong} - right)
        rng.shuffle(wrong)
        looked = wrong[:200]
        cosines = np.asarray(comparer.cosines(one.text, looked)) if looked else np.zeros(0)
        liked = [looked[i] for i in np.argsort(-cosines)[:LIKED]]
        others = [phrase for phrase in wrong if phrase not in liked]
        rivals = (*liked, *rng.sample(others, min(RIVALS - len(liked), len(others))))
        made.append(Sample(one.text, tuple(sorted(right)), rivals))
    return made
