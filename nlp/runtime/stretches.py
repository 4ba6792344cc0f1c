"""Long texts as runs of pieces that an encoder can take, and the states that come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.runtime.graphs import Graphs
from nlp.runtime.pieces import Pieces, pack
from nlp.runtime.scenes import Floats
from nlp.runtime.sentences import parts


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of pieces between special ones, as the encoder takes it."""

    ids: list[int]
    shapes: list[int]

    def __len__(self) -> int:
        return len(self.ids)


def stretches(pieces: Pieces, longest: int, begin: int, separator: int) -> list[Stretch]:
    """Cut a text into runs of whole sentences; what is too long alone is cut between words.

    Args:
        pieces: The text.
        longest: Most pieces of a run, special ones included.
        begin, separator: Ids of the pieces that begin and end a run.
    """
    bounds = [0, len(pieces)]
    if len(pieces) > longest - 2:
        cuts = parts(pieces.text, pieces.starts, longest - 2)
        sizes = [len(pieces.part(start, end)) for start, end in cuts]
        bounds = [0]
        for group in pack([size - 1 for size in sizes], longest - 1):
            bounds.append(bounds[-1] + sum(sizes[i] for i in group))
    return [
        Stretch([begin, *pieces.ids[a:b], separator], [0, *pieces.shapes[a:b], 0]) for a, b in pairwise(bounds) if b > a
    ]


class Run(Protocol):
    """Anything that the encoder takes at once."""

    @property
    def ids(self) -> list[int]:
        """Pieces, special ones included."""
        ...

    @property
    def shapes(self) -> list[int]:
        """Their word shapes."""
        ...


def pad(group: Sequence[Run], filler: int) -> dict[str, NDArray[Any]]:
    """Lay out runs for the encoder: `input_ids`, `attention_mask` and `shapes`, each (runs, longest)."""
    length = max(len(run.ids) for run in group)
    ids, mask, shapes = (np.full((len(group), length), value, np.int64) for value in (filler, 0, 0))
    for row, run in enumerate(group):
        size = len(run.ids)
        ids[row, :size], shapes[row, :size], mask[row, :size] = run.ids, run.shapes, 1
    return {"input_ids": ids, "attention_mask": mask, "shapes": shapes}


def encode(graphs: Graphs, runs: Sequence[Run], filler: int, batch: int = 32) -> list[Floats]:
    """Return the states of each run, special pieces included; runs share a batch only where that changes nothing."""
    size = batch if graphs.batched else 1
    order = sorted(range(len(runs)), key=lambda n: len(runs[n].ids))
    found: dict[int, Floats] = {}
    for start in range(0, len(order), size):
        group = order[start : start + size]
        states = graphs.run("encoder", pad([runs[n] for n in group], filler))["states"]
        for row, number in enumerate(group):
            found[number] = np.asarray(states[row, : len(runs[number].ids)], np.float32)
    return [found[number] for number in range(len(runs))]
