"""Chinese sentences that were made up for the reader: patterns of our own, filled with names of our own making."""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from nlp.training.corpora import finre
from nlp.training.corpora.chinese_names import make
from nlp.training.corpora.examples import RELATIONS, SIGNATURES, Gold, Passage, Sample

Fact = tuple[str, str, str]
FILE = Path(__file__).with_name("chinese_patterns.yaml")
SLOT = re.compile(r"\{(?:([^{}:]+):)?([A-Z]\d)\}")
KINDS = {
    "P": "Person", "O": "Organization", "S": "Organization", "U": "Organization", "Z": "Organization",
    "G": "Organization", "L": "Location", "C": "Location", "D": "Date", "X": "Product", "B": "Product",
}  # fmt: skip
"""What a slot's letter stands for; a number is no name."""
ALL = (*RELATIONS, *finre.NAMES.values())
SYMMETRIC = frozenset({"SPOUSE", *finre.SYMMETRIC})
NOTHING = 0.35  # share of sentences that state nothing
READ_INTO = {
    "PLACE_OF_BIRTH": ("NATIONALITY",), "POLITICAL_AFFILIATION": ("EMPLOYEE_OR_MEMBER_OF",),
    "FOUNDED_BY": ("-EMPLOYEE_OR_MEMBER_OF", "-OWNS", "SUBSIDIARY_OF"), "OWNS": ("HOLDS_SHARES_OF", "-SUBSIDIARY_OF"),
    "ACQUIRED": ("OWNS", "-SUBSIDIARY_OF", "BOUGHT_STAKE_IN"), "BOUGHT_STAKE_IN": ("HOLDS_SHARES_OF",),
    "INJECTED_CAPITAL_INTO": ("BOUGHT_STAKE_IN",), "INCREASED_STAKE_IN": ("HOLDS_SHARES_OF", "BOUGHT_STAKE_IN"),
    "REDUCED_STAKE_IN": ("HOLDS_SHARES_OF",), "ORDERED_FROM": ("TRADED_WITH", "SIGNED_CONTRACT_WITH"),
    "SIGNED_CONTRACT_WITH": ("COOPERATES_WITH",), "COOPERATES_WITH": ("SIGNED_CONTRACT_WITH",),
    "NEGOTIATES_WITH": ("COOPERATES_WITH",), "JOINT_VENTURE_WITH": ("COOPERATES_WITH",), "OWES": ("IN_DISPUTE_WITH",),
    "TRANSFERRED_TO": ("TRADED_WITH",), "BOUGHT_ASSETS_OF": ("TRADED_WITH", "-TRANSFERRED_TO"),
    "MERGED_WITH": ("RESTRUCTURED_WITH",), "HOLDS_SHARES_OF": ("OWNS", "BOUGHT_STAKE_IN"),
    "LISTED_THROUGH": ("RESTRUCTURED_WITH",), "ESTABLISHED": ("INJECTED_CAPITAL_INTO",),
}  # fmt: skip
"""What a reader may take a relation to say as well ("-": turned round); it is left open."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence with slots; facts name a slot (`P1`) or a pronoun with the slot that it stands for (`他:P1`)."""

    text: str
    facts: tuple[Fact, ...] = ()
    unsure: tuple[Fact, ...] = ()

    @property
    def bare(self) -> frozenset[str]:
        """Slots that only a pronoun stands for: the name is in a sentence before this one."""
        return frozenset(slot for word, slot in SLOT.findall(self.text) if word and f"{{{slot}}}" not in self.text)

    @property
    def renames(self) -> bool:
        """Whether it gives somebody two names, which are then taken for one and the same."""
        return any(relation == "ALIAS_OF" for _, relation, _ in self.facts)


@functools.cache
def patterns() -> tuple[tuple[Pattern, ...], Mapping[str, Sequence[str]]]:
    """The patterns, and the parts that names are made of."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    made = (
        Pattern(row["text"], *(tuple((s, r, o) for s, r, o in row.get(key, ())) for key in ("facts", "unsure")))
        for row in read["patterns"]
    )
    return tuple(made), read["names"]


@functools.cache
def signatures() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """What each of the relations may hold between."""
    return {**SIGNATURES, **finre.signatures()}


def load(count: int, seed: int) -> list[Sample]:
    """Make samples of two to four sentences; half of them keep to the same people and companies."""
    rng, known = random.Random(seed), patterns()[0]
    stating = {name: [p for p in known if any(r == name for _, r, _ in p.facts)] for name in ALL}
    wanted = [*RELATIONS, *ALL]  # the general relations twice
    silent = [p for p in known if not p.facts]
    samples: list[Sample] = []
    while len(samples) < count:
        cast: dict[str, str] = {}
        taken: set[str] = set()
        passages: list[Passage] = []
        together, size = rng.random() < 0.5, rng.randint(2, 4)
        while len(passages) < size:
            pattern = rng.choice(silent if rng.random() < NOTHING else stating[rng.choice(wanted)])
            if not pattern.bare <= cast.keys():
                continue
            kept = (together or pattern.bare) and not pattern.renames
            cast = {slot: name for slot, name in cast.items() if kept and slot[0] != "D"}
            passages.append(fill(pattern, cast, taken, rng))
            cast = {} if pattern.renames else cast
        samples.append(Sample("chinese-made-up", tuple(passages)))
    return samples


def fill(pattern: Pattern, cast: dict[str, str], taken: set[str], rng: random.Random) -> Passage:
    """Put names into a pattern: those of `cast`, and new ones, which are added to it and to those `taken`."""
    slots, parts = sorted({slot for _, slot in SLOT.findall(pattern.text)}), patterns()[1]
    shortened = {slot[1] for slot in slots if slot[0] == "S"}
    for slot in slots:
        while slot not in cast:
            full, short = make(slot, slots, parts, rng)
            if full in taken or short in taken:
                continue
            taken |= {full, short}
            cast[slot] = short if slot[0] == "O" and slot[1] not in shortened and rng.random() < 0.45 else full
            if slot[0] == "O" and slot[1] in shortened:
                cast["S" + slot[1]] = short
    same = {cast[o]: cast[s] for s, r, o in pattern.facts if r == "ALIAS_OF"}
    text, end, golds, keys = "", 0, list[Gold](), list[str]()
    for match in SLOT.finditer(pattern.text):
        word, slot = match.groups()
        text, end = text + pattern.text[end : match.start()], match.end()
        surface = word or cast[slot]
        if slot[0] in KINDS:
            cluster = same.get(cast[slot], cast[slot])
            golds.append(Gold(len(text), len(text) + len(surface), (KINDS[slot[0]],), cluster))
            keys.append(match[0][1:-1])
        text += surface
    text += pattern.text[end:]
    facts = {(keys.index(s), keys.index(o), r) for s, r, o in pattern.facts}
    facts |= {(o, s, r) for s, o, r in facts if r in SYMMETRIC}
    open_ = {(keys.index(s), keys.index(o), r) for s, r, o in pattern.unsure}
    for s, o, r in facts:
        for other in READ_INTO.get(r, ()):
            open_.add((o, s, other[1:]) if other[0] == "-" else (s, o, other))
    open_ |= {(o, s, r) for s, o, r in open_ if r in SYMMETRIC}
    alike = {i: [j for j, g in enumerate(golds) if g.cluster == golds[i].cluster] for i in range(len(golds))}
    open_ |= {(i, j, r) for s, o, r in facts | open_ for i in alike[s] for j in alike[o] if i != j}
    unsure = frozenset(f for f in open_ - facts if _fits(f[2], golds[f[0]], golds[f[1]]))
    return Passage(
        text, tuple(golds), tuple(sorted(facts)), frozenset(ALL), unsure, frozenset(KINDS.values()),
        doubt=0.5, pronouns=True,
    )  # fmt: skip


def _fits(relation: str, subject: Gold, target: Gold) -> bool:
    domain, range_ = signatures()[relation]
    return subject.types[0] in domain and target.types[0] in range_
