"""Which labels a batch asks for, and what is known of each span then."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.tasks.tagged import Tagged

FALSE, TRUE, UNKNOWN = 0, 1, 2


def closure(label: str, parents: Mapping[str, str]) -> list[str]:
    """Return a label and all broader ones that it implies."""
    found = [label]
    while (above := parents.get(found[-1])) is not None and above not in found:
        found.append(above)
    return found


def choose_labels(
    rows: Sequence[Tagged],
    labels: Sequence[str],
    parents: Mapping[str, str],
    most: int,
    dropped: float,
    rng: random.Random,
) -> list[str]:
    """Choose what a batch asks for: what occurs in it, less a share, and labels that its texts know something of.

    Args:
        rows: Passages of the batch.
        labels: All labels of the training data.
        parents: The broader label that a label implies.
        most: How many at most.
        dropped: Share of the labels that is left out.
        rng: Decides.
    """
    present = {name for row in rows for _, _, label in row.golds for name in closure(label, parents)}
    answered = {
        name
        for annotated in {row.annotated for row in rows}
        for label in labels
        if annotated is None or annotated.intersection(closure(label, parents))
        for name in closure(label, parents)
    }
    order = rng.sample(sorted(present), len(present)) + rng.sample(sorted(answered - present), len(answered - present))
    kept = [label for label in order if rng.random() >= dropped][:most]
    return kept or order[:1]


def targets(
    row: Tagged, spans: NDArray[np.int64], labels: Sequence[str], parents: Mapping[str, str]
) -> NDArray[np.int64]:
    """Return FALSE, TRUE or UNKNOWN for each span and label, (spans, 1 + labels), nothing first.

    A label is true of a span that is annotated with it or with a narrower one; where a narrower one is asked for as
    well, that alone. It is false where the text is annotated for it, or for a broader one that the span is not.
    """
    out = np.zeros((len(spans), 1 + len(labels)), np.int64)
    known = row.annotated
    chains = [closure(label, parents) for label in labels]

    def truth(number: int, own: set[str]) -> int:
        if labels[number] in own:
            return TRUE
        if known is None or any(name in known and name not in own for name in chains[number]):
            return FALSE
        return UNKNOWN

    plain = [truth(number, set()) for number in range(len(labels))]
    out[:, 1:] = plain
    own_by_span: dict[tuple[int, int], set[str]] = {}
    for first, last, label in row.spans():
        own_by_span.setdefault((first, last), set()).update(closure(label, parents))
    place = {(int(a), int(b)): n for n, (a, b) in enumerate(spans)}
    for span, own in own_by_span.items():
        if span not in place:
            continue
        found = [truth(number, own) for number in range(len(labels))]
        for number, label in enumerate(labels):
            narrower = any(
                found[other] == TRUE and label in chains[other][1:] for other in range(len(labels)) if other != number
            )
            if found[number] == TRUE and narrower:
                found[number] = FALSE
        out[place[span], 1:] = found
    out[:, 0] = ~(out[:, 1:] == TRUE).any(axis=1)
    return out
