"""Chinese entities: curricula vitae (Zhang and Yang 2018), Weibo (Peng and Dredze 2015), CLUENER (Xu et al. 2020)."""

from __future__ import annotations

import json
from pathlib import Path

from bench.training.corpora.corpus import Corpus, held_out, sentences, tagged, there
from nlp.data.example import Entity, Example
from nlp.training.corpora import entities


def resume(root: Path) -> Corpus:
    """Read the CVs of executives: eight kinds of entities."""
    folder = there(root / "ner" / "resume_ner_zh")
    parts = (sentences(folder / f"{part}.char.bmes", part, "") for part in ("train", "dev", "test"))
    return Corpus.of("resume", parts)


def weibo(root: Path) -> Corpus:
    """Read the second annotation of Weibo posts: names and nominal mentions of four kinds."""
    folder = there(root / "ner" / "weibo_ner_zh")
    return Corpus.of(
        "weibo", (_weibo(folder / f"weiboNER_2nd_conll.{part}", part) for part in ("train", "dev", "test"))
    )


def _weibo(file: Path, part: str) -> list[Example]:
    # A character is followed by its place in its word: one digit.
    return [
        tagged(f"{part}-{n}", [word[:-1] or word for word in words], tags, "")
        for n, (words, tags) in enumerate(entities.sentences(file))
    ]


def cluener(root: Path) -> Corpus:
    """Read CLUENER: ten fine kinds. Its test part has no public labels, so its dev part is the test here."""
    folder = there(root / "ner" / "cluener_zh")
    train, dev = held_out(_cluener(folder / "train.json", "train"))
    return Corpus(
        "cluener",
        train,
        dev,
        _cluener(folder / "dev.json", "dev"),
        "tested on the published dev part (the test labels are not public); development data: a tenth of train",
    )


def _cluener(file: Path, part: str) -> list[Example]:
    """Read JSON objects that follow one another over several lines; ends are inclusive."""
    text = file.read_text(encoding="utf-8")
    decoder = json.JSONDecoder()
    found: list[Example] = []
    position = 0
    while (position := _next(text, position)) < len(text):
        row, position = decoder.raw_decode(text, position)
        spans = sorted(
            (start, end + 1, label)
            for label, names in row["label"].items()
            for places in names.values()
            for start, end in places
        )
        entities = tuple(Entity(f"e{n}", start, end, label) for n, (start, end, label) in enumerate(spans))
        found.append(Example(f"{part}-{len(found)}", row["text"], entities))
    return found


def _next(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position
