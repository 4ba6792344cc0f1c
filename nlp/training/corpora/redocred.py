"""Re-DocRED: documents with Wikidata relations (Tan et al., EMNLP 2022; MIT, text CC BY-SA).

Only its development part trains; the test part is for measuring.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nlp.training.corpora.examples import Gold, Passage, Sample

# Wikidata property -> (relation, whether subject and object change places)
RELATIONS = {
    "P569": ("DATE_OF_BIRTH", False),
    "P570": ("DATE_OF_DEATH", False),
    "P19": ("PLACE_OF_BIRTH", False),
    "P551": ("PLACE_OF_RESIDENCE", False),
    "P27": ("NATIONALITY", False),
    "P463": ("EMPLOYEE_OR_MEMBER_OF", False),
    "P108": ("EMPLOYEE_OR_MEMBER_OF", False),
    "P54": ("EMPLOYEE_OR_MEMBER_OF", False),
    "P69": ("EDUCATED_AT", False),
    "P102": ("POLITICAL_AFFILIATION", False),
    "P40": ("CHILD_OF", True),
    "P22": ("CHILD_OF", False),
    "P25": ("CHILD_OF", False),
    "P26": ("SPOUSE", False),
    "P571": ("DATE_FOUNDED", False),
    "P159": ("HEADQUARTERS", False),
    "P749": ("SUBSIDIARY_OF", False),
    "P355": ("SUBSIDIARY_OF", True),
    "P112": ("FOUNDED_BY", False),
}
# Wikidata lacks these or knows them for few: that none is stated says nothing.
SILENT = frozenset({"CEO", "EMPLOYEE_OR_MEMBER_OF", "PLACE_OF_RESIDENCE"})
TYPES = {
    "PER": ("Person",),
    "ORG": ("Organization",),
    "LOC": ("Location",),
    "TIME": ("Date",),
    "MISC": ("Product", "Event", "Work", "Concept", "Location"),
}


def load(file: Path) -> list[Sample]:
    """Read documents; a sentence is a passage.

    A relation counts as annotated in a sentence only where the sentence is the evidence of an instance of it: then
    the sentence states it. Other instances there are unsure, as evidence is incomplete.
    """
    return [document(item) for item in json.loads(file.read_text(encoding="utf-8"))]


def document(item: dict[str, Any]) -> Sample:
    """Turn one document into a sample."""
    passages = []
    for number, words in enumerate(item["sents"]):
        starts, position = [], 0
        for word in words:
            starts.append(position)
            position += len(word) + 1
        text = " ".join(words)
        mentions: dict[tuple[int, int], tuple[int, tuple[str, ...]]] = {}
        for entity, group in enumerate(item["vertexSet"]):
            for mention in group:
                if mention["sent_id"] == number and mention["type"] in TYPES:
                    first, last = mention["pos"]
                    span = (starts[first], starts[last - 1] + len(words[last - 1]))
                    mentions.setdefault(span, (entity, TYPES[mention["type"]]))
        order = _apart(sorted(mentions))
        entities = [mentions[span][0] for span in order]
        golds = tuple(Gold(s, e, mentions[(s, e)][1], str(mentions[(s, e)][0])) for s, e in order)
        facts: set[tuple[int, int, str]] = set()
        unsure: set[tuple[int, int, str]] = set()
        annotated: set[str] = set()
        for label in item["labels"]:
            if label["r"] not in RELATIONS:
                continue
            relation, turned = RELATIONS[label["r"]]
            subject, target = (label["t"], label["h"]) if turned else (label["h"], label["t"])
            for i, one in enumerate(entities):
                for j, other in enumerate(entities):
                    if one == subject and other == target:
                        stated = number in label["evidence"]
                        (facts if stated else unsure).add((i, j, relation))
                        if stated:
                            annotated.add(relation)
        if "SPOUSE" in annotated:
            facts |= {(j, i, r) for i, j, r in facts if r == "SPOUSE"}
        passages.append(
            Passage(text, golds, tuple(sorted(facts)), frozenset(annotated), frozenset(unsure - facts), silent=SILENT)
        )
    return Sample("redocred", tuple(passages))


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Drop spans that overlap an earlier one."""
    kept: list[tuple[int, int]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept
