"""Beam search over a network that says which piece comes next; with one beam it is greedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Step = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]
"""From what has been written, (rows, length), and which text each row is of, to logits of the next piece."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a search goes.

    Attributes:
        begin: The piece that it starts from; it is not part of what is written.
        end: The piece that ends a text.
        beams: How many beginnings are kept at a time.
        longest: Pieces at most.
        penalty: Scores are divided by length to this power: above 0 longer texts are favoured (Wu et al. 2016).
        no_repeat: No run of so many pieces comes twice; 0: it may.
        first: A piece that every text begins with (a language, say); None: none.
    """

    begin: int
    end: int
    beams: int
    longest: int
    penalty: float = 1.0
    no_repeat: int = 0
    first: int | None = None


@dataclass(slots=True)
class _Search:
    """The state of one text: beginnings and finished texts with their log-probabilities."""

    alive: list[tuple[float, list[int]]]
    done: list[tuple[float, list[int]]] = field(default_factory=list)
    over: bool = False


def search(step: Step, count: int, rules: Rules) -> list[list[int]]:
    """Write one text for each of several sources, all of them a piece further at a time.

    Args:
        step: The network.
        count: Sources.
        rules: Of the search.

    Returns:
        The pieces of each text, without the first and the last special one.
    """
    searches = [_Search([(0.0, [rules.begin])]) for _ in range(count)]
    for length in range(1, rules.longest + 1):
        rows = [(n, *each) for n, one in enumerate(searches) if not one.over for each in one.alive]
        if not rows:
            break
        written = np.array([pieces for _, _, pieces in rows], np.int64)
        logits = np.asarray(step(written, np.array([n for n, _, _ in rows], np.int64)), np.float32)
        likely = log_softmax(logits)
        for row, (_, _, pieces) in enumerate(rows):
            if length == 1 and rules.first is not None:
                likely[row] = np.where(np.arange(likely.shape[1]) == rules.first, 0.0, -np.inf)
            elif rules.no_repeat:
                likely[row, _repeated(pieces, rules.no_repeat)] = -np.inf
        for number, one in enumerate(searches):
            own = [row for row, (n, _, _) in enumerate(rows) if n == number]
            if own:
                _grow(one, [(rows[row][1], rows[row][2], likely[row]) for row in own], length, rules)
    found = []
    for one in searches:
        ends = one.done or [(value / _norm(pieces, rules), pieces) for value, pieces in one.alive]
        pieces = max(ends, key=lambda each: each[0])[1]
        found.append([piece for piece in pieces[1:] if piece != rules.end])
    return found


def _grow(
    one: _Search, rows: Sequence[tuple[float, list[int], NDArray[np.float32]]], length: int, rules: Rules
) -> None:
    """Keep the best continuations of one text; those that end are finished."""
    sums = np.stack([value + likely for value, _, likely in rows])
    most = min(2 * rules.beams, sums.size)
    best = np.argpartition(-sums, most - 1, axis=None)[:most]
    best = best[np.argsort(-sums.ravel()[best], kind="stable")]
    alive: list[tuple[float, list[int]]] = []
    for rank, place in enumerate(best):
        row, piece = divmod(int(place), sums.shape[1])
        value = float(sums[row, piece])
        if not np.isfinite(value):
            continue
        pieces = [*rows[row][1], piece]
        if piece == rules.end:
            if rank < rules.beams:
                one.done.append((value / _norm(pieces, rules), pieces))
        elif len(alive) < rules.beams:
            alive.append((value, pieces))
    one.done = sorted(one.done, key=lambda each: -each[0])[: rules.beams]
    one.alive = alive
    # What is unfinished only loses probability: over, once its best cannot pass the worst that is finished.
    full = len(one.done) >= rules.beams
    one.over = not alive or (full and one.done[-1][0] >= alive[0][0] / (length**rules.penalty))


def _norm(pieces: Sequence[int], rules: Rules) -> float:
    return float(max(1, len(pieces) - 1) ** rules.penalty)


def _repeated(pieces: Sequence[int], size: int) -> list[int]:
    """Return the pieces that would make a run of this size come again."""
    tail = list(pieces[len(pieces) - size + 1 :]) if size > 1 else []
    return [pieces[n + size - 1] for n in range(len(pieces) - size + 1) if list(pieces[n : n + size - 1]) == tail]


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return log-probabilities over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), np.float32)
