"""Trains the model that finds entities by descriptions, on the openly licensed sets.

python -m nlp.training.described --data DATA --out DIR
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from nlp.data.example import Example
from nlp.training.corpora import described
from nlp.training.recipe import Recipe, default, override

LICENCE = "CC BY-SA 4.0 (Few-NERD, Re-DocRED's text), CC BY 4.0 (wikigold, WNUT-17, Broad Twitter), CC BY 3.0 (SEC)"
MOST = {"fewnerd": 5500, "twitter": 1500, "wnut": 1000, "sec": 100}  # sentences; all of the other sets
EMPTY = 0.15  # share of sentences without an entity that is kept
DEVELOPMENT = 0.02


def mixture(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """Choose what trains and what judges, so that no set drowns the others.

    Args:
        examples: Of `described.load`.
        seed: Decides.

    Returns:
        Training and development data; no document is in both.
    """
    rng = random.Random(seed)
    by_set: dict[str, list[Example]] = {}
    for example in examples:
        if example.document or example.entities or rng.random() < EMPTY:
            by_set.setdefault(next((n for n in MOST if n in example.id.lower()), "other"), []).append(example)
    chosen = []
    for name, members in sorted(by_set.items()):
        chosen += rng.sample(members, min(len(members), MOST.get(name, len(members))))
    names = sorted({example.document or example.id for example in chosen})
    held = set(rng.sample(names, round(DEVELOPMENT * len(names))))
    order = {example.id: place for place, example in enumerate(examples)}
    chosen.sort(key=lambda example: order[example.id])
    return (
        [e for e in chosen if (e.document or e.id) not in held],
        [e for e in chosen if (e.document or e.id) in held],
    )


def recipe(settings: Sequence[str]) -> Recipe:
    """Return the recipe with the vocabulary in it."""
    made = override(default("described"), settings)
    known = described.vocabulary()
    task = {**made.task, "descriptions": dict(known.descriptions), "parents": dict(known.parents)}
    return made.model_copy(update={"task": task})


def main() -> None:
    """Train as the command line says."""
    from nlp.training.run import train

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds ner and relations")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    made = recipe(options.settings)
    learned, judged = mixture(described.load(options.data), made.training.seed)
    train("described", learned, judged, None, options.out, made, resume=options.resume, licence=LICENCE)


if __name__ == "__main__":
    main()
