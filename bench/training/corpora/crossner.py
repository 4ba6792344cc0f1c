"""CrossNER: five domains with label sets of their own and 100 to 200 training sentences (Liu et al. 2021; MIT)."""

from __future__ import annotations

from pathlib import Path

from bench.training.corpora.corpus import Corpus, sentences, there

DOMAINS = ("politics", "science", "music", "literature", "ai")


def load(root: Path, domain: str) -> Corpus:
    """Read one domain."""
    folder = there(root / "ner" / "crossner" / domain)
    return Corpus.of(
        f"CrossNER {domain}", (sentences(folder / f"{part}.txt", part) for part in ("train", "dev", "test"))
    )
