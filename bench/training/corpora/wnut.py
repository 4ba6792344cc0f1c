"""WNUT-17: emerging names in noisy text (Derczynski et al. 2017; CC BY 4.0)."""

from __future__ import annotations

from pathlib import Path

from bench.training.corpora.corpus import Corpus, sentences, there


def load(root: Path) -> Corpus:
    """Read the three parts."""
    folder = there(root / "ner" / "wnut17")
    return Corpus(
        "WNUT-17",
        sentences(folder / "wnut17train.conll", "train"),
        sentences(folder / "emerging.dev.conll", "dev"),
        sentences(folder / "emerging.test.annotated", "test"),
    )
