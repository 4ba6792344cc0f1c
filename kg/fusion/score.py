"""The explained score of a pair: a logistic regression over a dozen features, whose contributions are the reasons."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Set
from functools import cache
from pathlib import Path

from kg.fusion.contacts import compare
from kg.fusion.local import PERSON
from kg.fusion.naming import is_common, relate_all
from kg.fusion.profile import Profile, conflicts

NAME_FEATURES = {
    "equal": "equal names",
    "place": "names of one place",
    "words": "same words",
    "acronym": "acronym",
    "short": "short form",
    "subset": "one name in the other",
    "initial": "initials agree",
    "similar": "similar spelling",
    "weak": "lone name",
    "pinyin": "same in Latin letters",
    "none": "unlike names",
}
"""What a relation of two names counts as. Unlike names are compared only where a contact is shared."""
CONTACT_FEATURES = (
    "shared tax number",
    "shared e-mail",
    "shared phone",
    "shared web domain",
    "shared address",
    "other address",
    "other contacts",
)
_TELLING = frozenset(("shared tax number", "shared e-mail", "shared phone"))
FEATURES = (
    "bias",
    *NAME_FEATURES.values(),
    "name similarity",
    "common name",
    "shared facts",
    "shared neighbours",
    "no shared fact",
    "same roles",
    "conflicting dates",
    "conflicting facts",
    "context",
    "apart in one document",
    *CONTACT_FEATURES,
)
"""The features in the order of a weight vector; all but the names' are counts or lie in -1..1."""

CONTEXT_ZERO = {"person": 0.5, "other": 0.2}
"""The cosine of two contexts that speaks neither for nor against; absent contexts count as this. Passages about two
namesakes have .45 in the median, about one person .6 to .8 (measured with all-MiniLM-L6-v2)."""


Weights = Mapping[str, Mapping[str, float]]
"""Group ("person", "other") -> feature -> weight."""


def features(left: Profile, right: Profile, functional: Set[str] = frozenset()) -> dict[str, float] | None:
    """Compute the features of a pair; those that are zero are left out.

    Args:
        left: A profile.
        right: Another of the same family.
        functional: Relations of which a subject has one object at most.

    Returns:
        Feature -> value, names as in `FEATURES`; None where the names are two people's, which nothing can outweigh
        (brothers share facts and contexts), or have nothing in common and no contact speaks for them.
    """
    relation, similarity, name = relate_all(left.family, left.telling, right.telling)
    contacts = compare(left.family, left.contacts, right.contacts) if left.contacts and right.contacts else {}
    if relation == "clash" or (relation == "none" and not (_outweigh(contacts.keys()) and _are_names(left, right))):
        return None
    found = {"bias": 1.0, NAME_FEATURES[relation]: 1.0, **contacts}
    if relation not in ("equal", "place", "words", "pinyin"):
        found["name similarity"] = similarity
    if relation == "none":
        found[NAME_FEATURES[relation]] = min(1.0, 2 * (1 - similarity))  # a misspelt short form is not all unlike
    if relation in ("equal", "weak", "initial") and is_common(left.family, name):
        found["common name"] = 1.0
    if left.facts and right.facts:
        _add_fact_features(found, left, right, functional)
    likeness = left.likeness(right)
    if likeness is not None:
        found["context"] = likeness - CONTEXT_ZERO[group_of(left.family)]
    if apart := left.shares_document(right):
        found["apart in one document"] = apart
    return found


def _outweigh(contacts: Set[str]) -> bool:
    """Whether contacts may speak for two that are called otherwise; a telephone alone may be a building's."""
    told = contacts & _TELLING
    return bool(told) and (told != {"shared phone"} or "shared address" in contacts)


def _are_names(left: Profile, right: Profile) -> bool:
    """Whether both are called something that a contact may outweigh: not people, and no scraps of a text."""
    longest = (max((sum(map(str.isalpha, name)) for name in one.names), default=0) for one in (left, right))
    return left.family != PERSON and min(longest) > 2


def _add_fact_features(found: dict[str, float], left: Profile, right: Profile, functional: Set[str]) -> None:
    shared = left.facts.keys() & right.facts.keys()
    neighbours = left.neighbours & right.neighbours
    dates, others = conflicts(left, right, functional)
    values = {
        "shared facts": min(math.log2(1 + len(shared)), 2.0),
        "shared neighbours": min(math.log2(1 + len(neighbours - {fact.other for fact in shared})), 2.0),
        "no shared fact": float(not neighbours),
        "conflicting dates": float(dates),
        "conflicting facts": float(others),
    }
    if left.family != PERSON:  # everybody is born and works somewhere
        values["same roles"] = len(left.roles & right.roles) / min(len(left.roles), len(right.roles))
    found.update((feature, value) for feature, value in values.items() if value)


def score(left: Profile, right: Profile, functional: Set[str] = frozenset(), weights: Weights | None = None) -> float:
    """Score a pair.

    Args:
        left: A profile.
        right: Another of the same family.
        functional: Relations of which a subject has one object at most.
        weights: Weights by group; those that ship where None.

    Returns:
        The probability that they are one entity, rounded to 6 places; 0 where their names rule it out.
    """
    found = features(left, right, functional)
    if found is None:
        return 0.0
    mine = (weights or load_weights())[group_of(left.family)]
    return round(1 / (1 + math.exp(-sum(mine[feature] * value for feature, value in found.items()))), 6)


def reasons(
    left: Profile, right: Profile, functional: Set[str] = frozenset(), weights: Weights | None = None
) -> dict[str, float]:
    """Return the log-odds that each feature contributes to `score`, for the same arguments."""
    mine = (weights or load_weights())[group_of(left.family)]
    return {
        feature: round(mine[feature] * value, 4) for feature, value in (features(left, right, functional) or {}).items()
    }


def group_of(family: str) -> str:
    """Return whose weights a family uses: "person" or "other"."""
    return "person" if family == PERSON else "other"


@cache
def load_weights() -> Weights:
    """Load `weights.json`: for "person" and "other" a weight a feature, fitted by `python -m bench.fusion fit`."""
    data = json.loads((Path(__file__).parent / "weights.json").read_text(encoding="utf-8"))
    return {group: data[group] for group in ("person", "other")}
