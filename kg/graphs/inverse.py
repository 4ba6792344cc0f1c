"""Which relations of a graph say the same the other way round, by their names and by what they state."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from kg.ingest.table_words import singular, words

_TURNED = re.compile(
    r"(?i)^(?:inverse(?:_|-| )?of(?:_|-| )?|inv(?:erse)?_)(?P<a>.+)$|^(?P<b>.+?)(?:[_\- .]?inverse|[_-]inv|\^-1|~)$"
)
ALIKE = 0.9
"""Two relations are one where this part of either is the other turned round."""
LEAST = 10
"""Pairs that this must rest on."""

Pairs = Mapping[str, set[tuple[int, int]]]


@cache
def turned(name: str) -> str | None:
    """The relation that a name says to be turned round: "plays_in_club_inverse" -> plays_in_club."""
    found = _TURNED.match(name)
    return None if found is None else found["a"] or found["b"]


def inverses(pairs: Pairs) -> dict[str, str]:
    """Find relations that are another one turned round.

    Args:
        pairs: Subject and object of every triple, by the relation's name.

    Returns:
        The name of each such relation with the name of the one that stays: of two, the one that is stated more often,
        then the first by name.
    """
    found: dict[str, str] = {}
    by_root: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for name in pairs:
        if root := _root(name):
            by_root[root].append(name)
    couples = [
        (a, b) for (root, way), names in by_root.items() if way for a in names for b in by_root.get((root, False), ())
    ]
    sizes: dict[int, list[str]] = defaultdict(list)
    for name, stated in pairs.items():
        sizes[len(stated)].append(name)
    couples += [
        (a, b)
        for size in sizes
        if size >= LEAST
        for other in range(int(size * ALIKE), size + 1)
        for a in sizes[size]
        for b in sizes.get(other, ())
        if a != b and _mirrored(pairs[a], pairs[b])
    ]
    for one, other in couples:
        stays, goes = sorted((one, other), key=lambda name: (-len(pairs[name]), name))
        if stays not in found and goes not in found and goes not in found.values():
            found[goes] = stays
    return found


def symmetric(stated: set[tuple[int, int]]) -> bool:
    """Whether everything that a relation states it states the other way round too."""
    return len(stated) >= LEAST and all((b, a) in stated for a, b in stated)


def _mirrored(one: set[tuple[int, int]], other: set[tuple[int, int]]) -> bool:
    shared = sum((b, a) in other for a, b in one)
    return shared >= ALIKE * max(len(one), len(other)) and not shared == len(one) == sum(
        (a, b) in other for a, b in one
    )


def _root(name: str) -> tuple[str, bool] | None:
    """What a name is about and which way: "owns" and "owned_by", "member_of" and "has_member"."""
    parts = words(name)
    if parts[0] in ("is", "was", "are") and len(parts) > 1:
        parts = parts[1:]
    if len(parts) == 2 and parts[1] == "by" and parts[0].endswith("ed"):
        return f"v {_stem(parts[0])}", True
    if len(parts) == 1 and (parts[0].endswith("ed") or (parts[0].endswith("s") and not parts[0].endswith("ss"))):
        return f"v {_stem(parts[0])}", False
    if len(parts) > 1 and parts[-1] == "of":
        return f"n {' '.join(parts[:-1])}", True
    if len(parts) > 1 and parts[0] == "has":
        return f"n {' '.join([*parts[1:-1], singular(parts[-1])])}", False
    return None


def _stem(verb: str) -> str:
    """A verb without its ending: owned, owns -> own; directed -> direct; produces, produced -> produc."""
    return re.sub(r"(ed|es|s)$", "", verb)
