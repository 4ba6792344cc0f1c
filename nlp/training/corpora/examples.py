"""What the joint reader learns from, whatever data set it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

TYPES = ("Person", "Organization", "Location", "Date", "Product", "Event", "Work", "Concept")
SIGNATURES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "DATE_OF_BIRTH": (("Person",), ("Date",)),
    "DATE_OF_DEATH": (("Person",), ("Date",)),
    "PLACE_OF_RESIDENCE": (("Person",), ("Location",)),
    "PLACE_OF_BIRTH": (("Person",), ("Location",)),
    "NATIONALITY": (("Person",), ("Location",)),
    "EMPLOYEE_OR_MEMBER_OF": (("Person",), ("Organization",)),
    "EDUCATED_AT": (("Person",), ("Organization",)),
    "POLITICAL_AFFILIATION": (("Person",), ("Organization",)),
    "CHILD_OF": (("Person",), ("Person",)),
    "SPOUSE": (("Person",), ("Person",)),
    "DATE_FOUNDED": (("Organization",), ("Date",)),
    "HEADQUARTERS": (("Organization",), ("Location",)),
    "SUBSIDIARY_OF": (("Organization",), ("Organization",)),
    "FOUNDED_BY": (("Organization",), ("Person", "Organization")),
    "CEO": (("Organization",), ("Person",)),
}
"""Relations that the reader knows, with the types that their subject and object have."""

RELATIONS = tuple(SIGNATURES)


@dataclass(frozen=True, slots=True)
class Gold:
    """An annotated mention. More than one type means that the data set does not say which of them it is."""

    start: int
    end: int
    types: tuple[str, ...]
    cluster: str | None = None  # mentions of one document with equal clusters are the same thing


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage and what its annotators said about it.

    Attributes:
        text: The passage.
        golds: Mentions.
        facts: (index of subject, index of object, relation).
        annotated: Relations of which every instance is in `facts`; the others are unknown here.
        unsure: Facts that may or may not be stated.
        types: Types that are annotated at all; where another is meant, nothing is known.
        silent: Relations about which the data set says nothing at all.
        background: Weight of "not stated" for relations that are neither annotated nor silent. Without it a reader
            learns to tell relations only where one of them is likely, and sees them everywhere in plain text.
        judged: Pairs (index of subject, index of object) of which all of `judges` that hold are in `facts`.
        judges: Relations that are decided for `judged` pairs, and unknown for all others.
        doubt: Weight of "this is no mention" on unmarked words that look like names: how complete the annotation is.
    """

    text: str
    golds: tuple[Gold, ...] = ()
    facts: tuple[tuple[int, int, str], ...] = ()
    annotated: frozenset[str] = frozenset()
    unsure: frozenset[tuple[int, int, str]] = frozenset()
    types: frozenset[str] = frozenset(TYPES)
    silent: frozenset[str] = frozenset()
    background: float = 0.0
    doubt: float = 1.0
    judged: frozenset[tuple[int, int]] = frozenset()
    judges: frozenset[str] = frozenset()
    pronouns: bool = False  # whether relations of pronouns are annotated


@dataclass(frozen=True, slots=True)
class Sample:
    """Passages of one document that are read together."""

    source: str
    passages: tuple[Passage, ...] = field(default=())
