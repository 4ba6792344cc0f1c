"""FinRE: Chinese financial news with pairs of companies and how they are related (MIT).

Li et al., "Chinese Relation Extraction with Multi-Grained Information and External Linguistic Knowledge" (2019).
A line is head, tail, relation, sentence; a pair may have several lines. Only the pairs that are listed were judged.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from pathlib import Path

from kg.ontology import Ontology
from nlp.training.corpora.examples import Gold, Passage, Sample

NAMES = {
    "注资": "INJECTED_CAPITAL_INTO", "拥有": "OWNS", "纠纷": "IN_DISPUTE_WITH", "自己": "ALIAS_OF",
    "增持": "INCREASED_STAKE_IN", "减持": "REDUCED_STAKE_IN", "重组": "RESTRUCTURED_WITH", "买资": "BOUGHT_ASSETS_OF",
    "签约": "SIGNED_CONTRACT_WITH", "持股": "HOLDS_SHARES_OF", "交易": "TRADED_WITH", "入股": "BOUGHT_STAKE_IN",
    "转让": "TRANSFERRED_TO", "成立": "ESTABLISHED", "分析": "ANALYSED", "合作": "COOPERATES_WITH", "帮助": "HELPED",
    "发行": "ISSUED", "商讨": "NEGOTIATES_WITH", "合并": "MERGED_WITH", "竞争": "COMPETES_WITH", "订单": "ORDERED_FROM",
    "合资": "JOINT_VENTURE_WITH", "收购": "ACQUIRED", "拟收购": "PLANS_TO_ACQUIRE", "借壳": "LISTED_THROUGH",
    "欠款": "OWES",
}  # fmt: skip
"""The ontology's names of the relations; with 被 before it a relation is turned round."""

SYMMETRIC = (
    *("IN_DISPUTE_WITH", "ALIAS_OF", "RESTRUCTURED_WITH", "SIGNED_CONTRACT_WITH", "TRADED_WITH", "COOPERATES_WITH"),
    *("NEGOTIATES_WITH", "MERGED_WITH", "COMPETES_WITH", "JOINT_VENTURE_WITH"),
)


def signatures() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """What each relation may hold between, as the ontology has it."""
    known = Ontology.load().relations
    return {name: (tuple(known[name].domain), tuple(known[name].range)) for name in NAMES.values()}


_NUMBER = re.compile("<N>")
_NUMBERS = (1, 2, 3, 5, 8, 10, 15, 30, 60, 2012, 2015)
TOGETHER = 3  # sentences of a sample: they have nothing to do with each other


def load(file: Path) -> list[Sample]:
    """Read one part of the set; sentences in which a name is not found as it is spelled are left out."""
    sentences: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for line in file.read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        if len(parts) == 4:
            head, tail, label, text = parts
            sentences[numbered(text)].append((head, tail, label))
    passages = [p for text, rows in sentences.items() if (p := passage(text, rows))]
    return [Sample("finre", tuple(passages[i : i + TOGETHER])) for i in range(0, len(passages), TOGETHER)]


def numbered(text: str) -> str:
    """Put numbers in the place of the mark that the set has for them, the same in each copy of a text."""
    rng = random.Random(text)
    return _NUMBER.sub(lambda _: str(rng.choice(_NUMBERS)), text)


def passage(text: str, rows: list[tuple[str, str, str]]) -> Passage | None:
    """Turn a sentence and its judged pairs into a passage; None where names overlap or cannot be found."""
    names = sorted({name for head, tail, _ in rows for name in (head, tail)}, key=lambda n: (-len(n), n))
    places: dict[str, tuple[int, int]] = {}
    for name in names:
        start = text.find(name)
        while start >= 0 and any(s < start + len(name) and start < e for s, e in places.values()):
            start = text.find(name, start + 1)
        if start < 0:
            return None
        places[name] = (start, start + len(name))
    order = sorted(places, key=lambda name: places[name])
    golds = tuple(Gold(*places[name], ("Organization", "Person")) for name in order)
    facts: set[tuple[int, int, str]] = set()
    judged: set[tuple[int, int]] = set()
    for head, tail, label in rows:
        h, t = order.index(head), order.index(tail)
        if h == t:
            continue
        judged |= {(h, t), (t, h)}
        turned = label.startswith("被")
        relation = NAMES.get(label.removeprefix("被"))
        if relation:
            facts.add((t, h, relation) if turned else (h, t, relation))
            if relation in SYMMETRIC:
                facts.add((t, h, relation))
    kinds = frozenset({"Person", "Organization"})
    return Passage(
        text, golds, tuple(sorted(facts)), types=kinds, judged=frozenset(judged),
        judges=frozenset(NAMES.values()), doubt=0.1,
    )  # fmt: skip
