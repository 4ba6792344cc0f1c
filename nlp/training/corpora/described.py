"""Openly licensed entity sets under one vocabulary of described labels, to learn to find what words describe.

Few-NERD (CC BY-SA 4.0), wikigold (CC BY 4.0), WNUT-17 train (CC BY 4.0), Broad Twitter Corpus a to g (CC BY 4.0),
loan agreements of the SEC (CC BY 3.0), Re-DocRED dev (MIT; text CC BY-SA). Each labels only some of the vocabulary.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from nlp.data.example import Entity, Example

SETS = ("fewnerd", "wikigold", "wnut", "twitter", "sec")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Described labels.

    Attributes:
        descriptions: How each label may be said.
        parents: The broader label that a label implies.
        sets: For each set, the label of each of its own labels.
        roles: Labels by a side of a Wikidata property, "P50t", or of a type on that side, "P264h-ORG".
    """

    descriptions: Mapping[str, list[str]]
    parents: Mapping[str, str]
    sets: Mapping[str, Mapping[str, str]]
    roles: Mapping[str, str]


def vocabulary() -> Vocabulary:
    """Read the vocabulary that ships."""
    tables = tomllib.loads(files("nlp.training.corpora").joinpath("descriptions.toml").read_text(encoding="utf-8"))
    return Vocabulary(
        {label: table["says"] for label, table in tables.items()},
        {label: table["parent"] for label, table in tables.items() if "parent" in table},
        {
            name: {own: label for label, table in tables.items() for own in table.get(name, ())}
            for name in (*SETS, "redocred")
        },
        {role: label for label, table in tables.items() for role in table.get("role", ())},
    )


def load(root: Path) -> list[Example]:
    """Read every set that is there.

    Args:
        root: The folder that holds `ner` and `relations`.
    """
    known = vocabulary()
    paths = {
        "fewnerd": ["ner/fewnerd_inter_resplit/dev.txt", "ner/fewnerd_inter_resplit/test.txt"],
        "wikigold": ["ner/wikigold/CONLL-format/data/wikigold.conll.txt"],
        "wnut": ["ner/wnut17/wnut17train.conll"],
        "twitter": [f"ner/broad_twitter/CONLL-format/data/{part}.conll" for part in "abefg"],
        "sec": ["ner/sec_filings_ner/CONLL-format/data/train/FIN5.txt"],
    }
    found = []
    for name in SETS:
        for path in paths[name]:
            if (root / path).is_file():
                for number, (words, tags) in enumerate(columns(root / path)):
                    found.append(example(f"{path}:{number}", words, tags, known.sets[name]))
    file = root / "relations/re_docred/dev_revised.json"
    if file.is_file():
        for number, item in enumerate(json.loads(file.read_text(encoding="utf-8"))):
            found += document(item, f"redocred-{number}", known)
    return found


def columns(file: Path) -> Iterable[tuple[list[str], list[str]]]:
    """Read sentences of words and tags, first and last column."""
    words: list[str] = []
    tags: list[str] = []
    for line in [*file.read_text(encoding="utf-8").split("\n"), ""]:
        parts = line.split()
        if len(parts) >= 2 and parts[0] != "-DOCSTART-":
            words.append(parts[0])
            tags.append(parts[-1])
        elif words:
            yield words, tags
            words, tags = [], []


def example(name: str, words: Sequence[str], tags: Sequence[str], labels: Mapping[str, str]) -> Example:
    """Make an example of tagged words; it is annotated for the labels of its set."""
    entities: list[Entity] = []
    position, before = 0, ""
    for word, tag in zip(words, tags, strict=True):
        prefix, _, own = tag.partition("-")
        label = labels.get(own, "")
        if label and prefix == "I" and before == label:
            entities[-1] = Entity(entities[-1].id, entities[-1].start, position + len(word), label)
        elif label:
            entities.append(Entity(f"e{len(entities)}", position, position + len(word), label))
        before, position = label, position + len(word) + 1
    return Example(name, " ".join(words), tuple(entities), annotated=frozenset(labels.values()))


def document(item: Mapping[str, Any], name: str, known: Vocabulary) -> list[Example]:
    """Turn a document of Re-DocRED into examples: types of all entities, and the roles that its relations state."""
    roles: dict[int, set[str]] = {}
    for relation in item["labels"]:
        for side in "ht":
            entity, key = relation[side], f"{relation['r']}{side}"
            kinds = {mention["type"] for mention in item["vertexSet"][entity]}
            for role in (key, *(f"{key}-{kind}" for kind in kinds)):
                if role in known.roles:
                    roles.setdefault(entity, set()).add(known.roles[role])
    types = known.sets["redocred"]
    sentences: list[Example] = []
    for number, words in enumerate(item["sents"]):
        starts, position = [], 0
        for word in words:
            starts.append(position)
            position += len(word) + 1
        spans: set[tuple[int, int, str]] = set()
        for entity, mentions in enumerate(item["vertexSet"]):
            for mention in mentions:
                if mention["sent_id"] == number and mention["type"] in types:
                    first, last = mention["pos"]
                    place = (starts[first], starts[last - 1] + len(words[last - 1]))
                    label = types[mention["type"]]
                    spans.add((*place, label))
                    spans |= {(*place, role) for role in roles.get(entity, ()) if _fits(role, label, known)}
        entities = tuple(Entity(f"e{n}", *span) for n, span in enumerate(sorted(spans)))
        text = " ".join(words)
        sentences.append(
            Example(f"{name}-{number}", text, entities, document=name, annotated=frozenset(types.values()))
        )
    return sentences


def _fits(role: str, kind: str, known: Vocabulary) -> bool:
    """Whether an entity of this type may have the role: a writer is no organization."""
    broadest = role
    while broadest in known.parents:
        broadest = known.parents[broadest]
    return broadest == kind or broadest not in known.sets["redocred"].values()
