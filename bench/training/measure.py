"""What a measure is: a task, data, a recipe, and the figures that it is judged by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.training.corpora.corpus import Corpus, Loader
from nlp.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Target:
    """A figure of a measure, in percent.

    Attributes:
        metric: Name of a score, as `Scores.get` knows it.
        at_least: What it must reach. None: it is reported alone.
        aim: What it should reach.
        published: What others have published.
        source: Who, with what.
    """

    metric: str
    at_least: float | None = None
    aim: float | None = None
    published: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a measure: what it is given."""

    task: str
    corpus: Corpus
    recipe: Recipe
    folder: Path
    seed: int
    progress: bool = True


Procedure = Callable[[Run], Mapping[str, float]]  # to scores, and "minutes" if they are not those of the clock


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure.

    Attributes:
        name: Of the command, and of the files that it writes.
        what: In the table.
        task: Of `nlp.tasks`.
        load: Reads the data.
        targets: What it is judged by; all scores are written.
        recipe: File in `recipes/`, without .toml; empty: the task's own recipe.
        settings: Changes to the recipe, "section.key=value".
        seeds: One run each.
        group: Measures of one group are averaged, seed by seed, in a row of their own.
        thin: What a seed changes in the data (a few examples a label, say).
        against: Name of a measure; then the targets hold for the difference to it, seed by seed.
        procedure: What is done, where it is not the usual: train, choose on dev, test once.
        listed: Whether the table shows it by itself, or only through others (`against`, `group`).
    """

    name: str
    what: str
    task: str
    load: Loader
    targets: tuple[Target, ...]
    recipe: str = ""
    settings: tuple[str, ...] = ()
    seeds: tuple[int, ...] = (1, 2, 3)
    group: str = ""
    thin: Callable[[Corpus, int], Corpus] | None = None
    against: str = ""
    procedure: Procedure | None = None
    listed: bool = True
