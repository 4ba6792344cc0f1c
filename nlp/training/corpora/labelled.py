"""A user's own labelled texts, as the joint reader learns from them and is judged by them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nlp.data.example import Example
from nlp.training.corpora.examples import TYPES, Gold, Passage


def documents(examples: Sequence[Example], relations: Collection[str]) -> dict[str, list[Passage]]:
    """Turn texts whose entities and relations are all annotated into documents of passages.

    Args:
        examples: The texts; entities of other types than the reader's are left out, with their relations.
        relations: The reader's.
    """
    found: dict[str, list[Passage]] = {}
    for example in examples:
        found.setdefault(example.document or example.id, []).append(passage(example, relations))
    return found


def passage(example: Example, relations: Collection[str]) -> Passage:
    """Turn one text into a passage."""
    kept = sorted((e for e in example.entities if e.label in TYPES), key=lambda e: (e.start, e.end))
    place = {entity.id: number for number, entity in enumerate(kept)}
    facts = {
        (place[link.head], place[link.tail], link.label)
        for link in example.relations
        if link.head in place and link.tail in place and link.label in relations
    }
    golds = tuple(Gold(e.start, e.end, (e.label,)) for e in kept)
    return Passage(example.text, golds, tuple(sorted(facts)), frozenset(relations), pronouns=True)
