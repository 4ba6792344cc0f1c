"""Fits the question encoder to one graph, from questions and their answers."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tqdm import tqdm

from assistant.ask.chance import Chance
from assistant.ask.language import language
from assistant.ask.profile import Profiles
from assistant.ask.relate import Relater
from assistant.question_set import Question, same_values
from assistant.teach.calibration import keep
from assistant.teach.edges import Edges
from assistant.teach.pairs import Trier, samples
from assistant.teach.samples import Sample, synthetic
from kg.errors import InputError
from kg.ontology import Ontology
from kg.ports import Encoder, GraphStore, NameIndex
from kg.types import Viewer

MOST = 6_000
"""Most questions that are learnt from; more say the same again."""
LOOKED = 800
"""Most questions of the development set that are tried."""
SYNTHETIC = 0.35
"""Share of synthetic questions among those learnt from, so that other graphs are not unlearnt."""
READ = 1_500
"""Least samples of the graph's own that are read: few questions are read again and again."""
LEAST = 20
"""Questions without which there is nothing to learn from."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a fit gave.

    Attributes:
        questions: How many were given.
        reached: How many of these some walk answers: those that were learnt from.
        before, after: Share of the development questions whose answer set is right, with the encoder before and after.
        minutes: What it took.
    """

    questions: int
    reached: int
    before: float
    after: float
    minutes: float


@dataclass(frozen=True, slots=True)
class World:
    """What a fit is about: a graph with its names and ontology."""

    graph: GraphStore
    names: NameIndex
    ontology: Ontology
    encoder: Encoder  # of sentences

    def trier(self, edges: Edges, questions: Encoder) -> Trier:
        """What follows walks from names, ranked by an encoder of questions."""
        relater = Relater(self.ontology, self.encoder, questions)
        comparer = relater.comparer(language("en"))
        assert comparer is not None
        return Trier(relater, comparer, self.names, edges, Profiles(self.graph).of(Viewer.all()))


def fit(
    world: World,
    train: Sequence[Question],
    dev: Sequence[Question],
    start: Path,
    out: Path,
    seed: int = 1,
    say: Callable[[str], None] = lambda text: print(text, file=sys.stderr),
) -> Fitted:
    """Fit the encoder.

    Args:
        world: The graph that the questions are about.
        train: Questions with answers.
        dev: Others, for the score before and after and for the calibration.
        start: Folder of the encoder to start from.
        out: Folder to write the new one to.
        seed: Of what is drawn.
        say: Told what is being done.

    Returns:
        What it gave.

    Raises:
        InputError: fewer than `LEAST` questions are answered by any walk.
    """
    from nlp.runtime.encoder import OnnxEncoder
    from nlp.training.dequantize import state_of
    from nlp.training.encoders import resolve
    from nlp.training.export_encoder import write
    from nlp.training.meanings import tune

    began = time.monotonic()
    rng = Random(seed)
    edges = Edges.of(world.graph)
    trier = world.trier(edges, OnnxEncoder(start))
    chosen = _drawn([one for one in train if one.answers], MOST, rng)
    looked = _drawn(dev, LOOKED, rng)
    before, _, _ = _score(trier, looked, "before")
    tried = [list(trier.tried(one)) for one in tqdm(chosen, desc="walks", disable=None)]
    reached = sum(bool(found) for found in tried)
    say(f"{reached} of {len(chosen)} questions are answered by a walk")
    if reached < LEAST:
        raise InputError(
            f"{reached} of {len(chosen)} questions are answered by a walk from one of their names; {LEAST} are needed"
        )
    own = samples([one for found in tried for one in found], trier.comparer, seed)
    own *= max(1, READ // len(own))
    mixed: list[Sample] = [*own, *synthetic(int(len(own) * SYNTHETIC / (1 - SYNTHETIC)), seed)]
    rng.shuffle(mixed)
    base = resolve("minilm")
    module = tune(base, mixed, start=state_of(start))
    write(module, base, out, f"{start.name}-fitted", "questions")
    fitted = world.trier(edges, OnnxEncoder(out))
    after, signs, right = _score(fitted, looked, "after")
    keep(Chance.fitted(signs, right), out)
    return Fitted(len(chosen), reached, before, after, (time.monotonic() - began) / 60)


def _score(
    trier: Trier, questions: Sequence[Question], what: str
) -> tuple[float, list[tuple[float, float]], list[bool]]:
    """The share whose answer set is right, with the signs that chances are fitted on."""
    signs, right = [], []
    for one in tqdm(questions, desc=what, disable=None):
        cosine, lead, values = trier.best(one.question)
        signs.append((cosine, lead))
        right.append(bool(values) and same_values(values, one.answers or ()))
    solvable = [hit for hit, one in zip(right, questions, strict=True) if one.answers]
    return (sum(solvable) / len(solvable) if solvable else 0.0), signs, right


def _drawn(questions: Sequence[Question], most: int, rng: Random) -> list[Question]:
    return list(questions) if len(questions) <= most else rng.sample(list(questions), most)
