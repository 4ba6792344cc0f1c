"""CLINC150: 150 intents, and questions that are none of them (Larson et al. 2019; CC BY 3.0)."""

from __future__ import annotations

import json
from pathlib import Path

from bench.training.corpora.corpus import Corpus, there
from nlp.data.example import Example, Label

OUTSIDE = "oos"  # the label of questions that are none of the intents


def load(root: Path) -> Corpus:
    """Read the full version, questions out of scope included (100, 100 and 1,000), labelled `oos`."""
    rows = json.loads((there(root / "classification" / "clinc150") / "data_full.json").read_text(encoding="utf-8"))
    return Corpus.of(
        "CLINC150",
        (
            [
                Example(f"{key}-{n}", text, labels=(Label(label),))
                for key in keys
                for n, (text, label) in enumerate(rows[key])
            ]
            for keys in (("train", "oos_train"), ("val", "oos_val"), ("test", "oos_test"))
        ),
    )


def in_scope(corpus: Corpus) -> Corpus:
    """Leave out what is out of scope."""
    parts = (
        [e for e in part if e.labels and e.labels[0].name != OUTSIDE]
        for part in (corpus.train, corpus.dev, corpus.test)
    )
    return Corpus.of(f"{corpus.name}, in scope", parts)
