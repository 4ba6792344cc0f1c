"""Procedures of measures that begin with the model of descriptions: none of its training data are of the measure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench.training.measure import Run
from kg.errors import NotFoundError
from nlp.evaluation.spans import score
from nlp.runtime.predictor import load

SPELLED = {
    "politicalparty": "political party",
    "academicjournal": "academic journal",
    "astronomicalobject": "astronomical object",
    "chemicalcompound": "chemical compound",
    "chemicalelement": "chemical element",
    "musicalartist": "musical artist",
    "musicalinstrument": "musical instrument",
    "musicgenre": "music genre",
    "literarygenre": "literary genre",
    "programlang": "programming language",
    "misc": "miscellaneous",
}


def start(run: Run) -> Path:
    """Return the model of descriptions, trained once for all measures.

    Raises:
        NotFoundError: it is not there.
    """
    folder = run.folder.parent / "described"
    if not (folder / "loregraph.json").is_file():
        raise NotFoundError(f"{folder}: make it first: python -m nlp.training.described --data DATA --out {folder}")
    return folder


def zero_shot(run: Run) -> Mapping[str, float]:
    """Look for the labels by their names alone; nothing is trained and no threshold chosen."""
    model = load(start(run))
    labels = sorted({entity.label for example in run.corpus.train for entity in example.entities})
    asked = {label: SPELLED.get(label, label) for label in labels}
    found = model.predict(run.corpus.test, asked)  # type: ignore[call-arg]
    scores = score(run.corpus.test, found)
    return {"f1": scores.f1, "precision": scores.precision, "recall": scores.recall, **scores.extra}
