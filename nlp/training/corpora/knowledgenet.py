"""KnowledgeNet: passages with facts of 15 relations (Mesquita et al., EMNLP 2019; CC BY-SA 4.0)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from nlp.training.corpora.examples import SIGNATURES, Gold, Passage, Sample


def load(file: Path, folds: Iterable[int]) -> dict[str, list[Passage]]:
    """Read whole documents of some folds.

    Args:
        file: `folds_1_3.jsonl`, a passage a line.
        folds: Which folds.

    Returns:
        The passages of each document in their order, by document id.
    """
    wanted = set(folds)
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["fold"] in wanted:
                rows[str(row["documentId"])].append(row)
    return {
        document: [passage(row) for row in sorted(passages, key=lambda r: int(r["passageStart"]))]
        for document, passages in rows.items()
    }


def passage(row: dict[str, Any]) -> Passage:
    """Turn a row into a passage; what is coreferent follows from equal URIs and equal facts."""
    spans: dict[tuple[int, int], str] = {}
    for fact in row["facts"]:
        domain, range_ = SIGNATURES[fact["property"]]
        for side, types in (("subject", domain), ("object", range_)):
            spans.setdefault((fact[side]["start"], fact[side]["end"]), types[0])
    order = sorted(spans)
    index = {span: number for number, span in enumerate(order)}

    def place(fact: dict[str, Any], side: str) -> int:
        return index[(fact[side]["start"], fact[side]["end"])]

    facts = tuple(sorted({(place(f, "subject"), place(f, "object"), f["property"]) for f in row["facts"]}))
    clusters = _clusters(row, order, facts, place)
    golds = tuple(Gold(s, e, (spans[(s, e)],), clusters[number]) for number, (s, e) in enumerate(order))
    return Passage(
        text=row["text"],
        golds=golds,
        facts=facts,
        annotated=frozenset({f["property"] for f in row["facts"]} | set(row["no_fact_properties"])),
        types=frozenset({"Person", "Organization", "Location", "Date"}),
        doubt=0.05,
        pronouns=True,
    )


def _clusters(
    row: dict[str, Any],
    order: list[tuple[int, int]],
    facts: Iterable[tuple[int, int, str]],
    place: Callable[[dict[str, Any], str], int],
) -> list[str | None]:
    """Name the cluster of each mention: its URI, else that of a mention with the same fact.

    Of two such mentions one must be a pronoun, or a part of the other.
    """
    text = row["text"]
    names: list[str | None] = [None] * len(order)
    for fact in row["facts"]:
        for side in ("subject", "object"):
            if fact[side].get("uri"):
                names[place(fact, side)] = fact[side]["uri"]
    by_fact: dict[tuple[str, int, str], set[int]] = defaultdict(set)
    for subject, target, relation in facts:
        by_fact[("subject", target, relation)].add(subject)
        by_fact[("object", subject, relation)].add(target)
    parent = list(range(len(order)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for group in by_fact.values():
        for a in group:
            for b in group:
                if a < b and (names[a] is None or names[b] is None):
                    first, second = (text[order[i][0] : order[i][1]] for i in (a, b))
                    if first.islower() or second.islower() or first in second or second in first:
                        parent[root(a)] = root(b)
    merged: dict[int, str] = {}
    for i, name in enumerate(names):
        if name:
            merged.setdefault(root(i), name)
    sizes: dict[int, int] = defaultdict(int)
    for i in range(len(order)):
        sizes[root(i)] += 1
    local = f"{row['documentId']}:{row['passageStart']}:"
    return [
        name or merged.get(root(i)) or (f"{local}{root(i)}" if sizes[root(i)] > 1 else None)
        for i, name in enumerate(names)
    ]


def samples(documents: dict[str, list[Passage]]) -> list[Sample]:
    """Make a sample of each document."""
    return [Sample("knowledgenet", tuple(passages)) for passages in documents.values()]
