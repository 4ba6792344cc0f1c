"""CoNLL-2003: English news, four kinds of names (Tjong Kim Sang and De Meulder 2003). Reuters text: to measure only."""

from __future__ import annotations

from pathlib import Path

from bench.training.corpora.corpus import Corpus, tagged, there
from nlp.data.example import Example
from nlp.training.corpora import entities


def load(root: Path) -> Corpus:
    """Read the three parts; sentences in order, each with the name of its document, so that context can be had."""
    folder = there(root / "ner" / "conll2003" / "original")
    parts = {"train": "eng.train", "dev": "eng.testa", "test": "eng.testb"}
    return Corpus.of("CoNLL-2003", (_read(folder / file, part) for part, file in parts.items()))


def _read(file: Path, part: str) -> list[Example]:
    found: list[Example] = []
    document = -1
    for words, tags in entities.sentences(file):
        if words[0] == "-DOCSTART-":
            document += 1
            words, tags = words[1:], tags[1:]
        if words:
            found.append(tagged(f"{part}-{len(found)}", words, tags, " ", f"{part}-{document}"))
    return found
