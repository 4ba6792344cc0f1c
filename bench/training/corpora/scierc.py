"""SciERC: entities, relations and coreference in abstracts of papers (Luan et al. 2018)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.training.corpora.corpus import Corpus, there
from nlp.data.example import Entity, Example, Relation

PARTS = ("train", "dev", "test")


def load(root: Path) -> Corpus:
    """Read sentences (relations do not leave theirs), in order, each with the name of its abstract."""
    return Corpus.of("SciERC", ([s for row in _rows(root, part) for s in _sentences(row)] for part in PARTS))


def documents(root: Path) -> Corpus:
    """Read whole abstracts with their clusters; mentions of one thing need not be of one label."""
    return Corpus.of("SciERC, abstracts", ([_document(row) for row in _rows(root, part)] for part in PARTS))


def _rows(root: Path, part: str) -> list[dict[str, Any]]:
    file = there(root / "relations" / "scierc" / "dygie") / f"{part}.json"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _places(words: list[str]) -> list[tuple[int, int]]:
    places, position = [], 0
    for word in words:
        places.append((position, position + len(word)))
        position += len(word) + 1
    return places


def _sentences(row: dict[str, Any]) -> list[Example]:
    found: list[Example] = []
    first = 0
    for number, (words, names, links) in enumerate(zip(row["sentences"], row["ner"], row["relations"], strict=True)):
        places = _places(words)
        spans: dict[tuple[int, int], Entity] = {}
        for a, b, label in sorted(names):
            entity = Entity(f"e{len(spans)}", places[a - first][0], places[b - first][1], label)
            spans.setdefault((a, b), entity)
        relations = tuple(
            Relation(spans[a, b].id, spans[c, d].id, label)
            for a, b, c, d, label in links
            if (a, b) in spans and (c, d) in spans
        )
        entities = tuple(spans.values())
        found.append(
            Example(f"{row['doc_key']}-{number}", " ".join(words), entities, relations, document=row["doc_key"])
        )
        first += len(words)
    return found


def _document(row: dict[str, Any]) -> Example:
    words = [word for sentence in row["sentences"] for word in sentence]
    places = _places(words)
    labels = {(a, b): label for sentence in row["ner"] for a, b, label in sentence}
    clusters = [[(a, b) for a, b in cluster] for cluster in row["clusters"]]
    spans = sorted({*labels, *(span for cluster in clusters for span in cluster)})
    ids = {span: f"e{n}" for n, span in enumerate(spans)}
    entities = tuple(Entity(ids[a, b], places[a][0], places[b][1], labels.get((a, b), "Generic")) for a, b in spans)
    relations = tuple(
        Relation(ids[a, b], ids[c, d], label)
        for sentence in row["relations"]
        for a, b, c, d, label in sentence
        if (a, b) in ids and (c, d) in ids
    )
    return Example(
        row["doc_key"],
        " ".join(words),
        entities,
        relations,
        clusters=tuple(tuple(ids[span] for span in cluster) for cluster in clusters),
        document=row["doc_key"],
    )
