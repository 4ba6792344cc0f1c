"""What can be said of two mentions by looking at them: how alike they are written, and how far apart they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.types import SpanKind
from nlp.runtime.candidates import closed_list
from nlp.runtime.geometry import alike

FEATURES = 13


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of a text: its entity, its words, the number of its label (-1: unknown), its pieces."""

    entity: str
    surface: str
    label: int
    first: int
    last: int


def pairs_of(mentions: Sequence[Mention], reach: int) -> list[tuple[int, int]]:
    """Return (later, earlier) of every mention and the `reach` ones before it."""
    return [(i, j) for i in range(len(mentions)) for j in range(max(0, i - reach), i)]


def features(mentions: Sequence[Mention], pairs: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
    """Describe pairs of mentions.

    Args:
        mentions: In the order of the text.
        pairs: Indices (later, earlier).

    Returns:
        Shape (pairs, FEATURES): equal text; equal last and first word; one inside the other; sharing a word or
        initials; share of common letter pairs; which is a pronoun, which a noun phrase; equal labels; how far apart in
        pieces and in mentions; whether they overlap.
    """
    lowered = [m.surface.casefold() for m in mentions]
    words = [text.split() or [""] for text in lowered]
    letters = [{text[n : n + 2] for n in range(max(1, len(text) - 1))} for text in lowered]
    kinds = [_kind(m.surface) for m in mentions]
    out = np.zeros((len(pairs), FEATURES), np.float32)
    for row, (i, j) in enumerate(pairs):
        names = kinds[i] is SpanKind.NAME and kinds[j] is SpanKind.NAME
        out[row] = (
            lowered[i] == lowered[j],
            words[i][-1] == words[j][-1],
            words[i][0] == words[j][0],
            lowered[i] in lowered[j] or lowered[j] in lowered[i],
            names and alike(mentions[i].surface, mentions[j].surface),
            len(letters[i] & letters[j]) / len(letters[i] | letters[j]),
            kinds[i] is SpanKind.PRONOUN,
            kinds[j] is SpanKind.PRONOUN,
            (kinds[i] is SpanKind.NOMINAL) or (kinds[j] is SpanKind.NOMINAL),
            mentions[i].label == mentions[j].label,
            np.log1p(abs(mentions[i].first - mentions[j].first)) / 3.0,
            np.log1p(i - j) / 3.0,
            mentions[i].first <= mentions[j].last,
        )
    return out


def _kind(surface: str) -> SpanKind:
    """Whether a mention is a pronoun, a plain noun phrase or a name, by the closed lists and its letters."""
    found = closed_list(surface)
    if len(found) == 1 and found[0][:2] == (0, len(surface)):
        return found[0][2]
    return SpanKind.NOMINAL if surface.islower() else SpanKind.NAME


def feeds(mentions: Sequence[Mention], pairs: Sequence[tuple[int, int]], base: int) -> dict[str, NDArray[np.generic]]:
    """Lay out the pairs of a text for the head.

    Args:
        mentions: Of the text.
        pairs: Indices (later, earlier).
        base: Where the text's first piece is in the flattened states.

    Returns:
        `first`, `last`, `label` (mentions,), labels from 1 and 0 where unknown; `later`, `earlier` (pairs,);
        `features` (pairs, FEATURES).
    """
    table = np.array([(m.first + base, m.last + base, m.label + 1) for m in mentions], np.int64).reshape(-1, 3)
    chosen = np.array(pairs, np.int64).reshape(-1, 2)
    return {
        "first": table[:, 0],
        "last": table[:, 1],
        "label": table[:, 2],
        "later": chosen[:, 0],
        "earlier": chosen[:, 1],
        "features": features(mentions, pairs),
    }
