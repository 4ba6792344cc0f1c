"""All spans of passages as the index arrays that the span head takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.runtime.scenes import Ints

SPAN_LEVELS = 6  # running maxima over 1, 2, ... 32 pieces
WIDTHS = 16  # wider spans share one embedding


def span_pieces(firsts: Sequence[int], count: int, spans: Ints) -> Ints:
    """Return (first piece, last piece) of spans of units.

    Args:
        firsts: First piece of each unit of a passage.
        count: Pieces of the passage.
        spans: (spans, 2), first and last unit.
    """
    begins = np.array([*firsts, count], np.int64)
    return np.stack([begins[spans[:, 0]], begins[spans[:, 1] + 1] - 1], axis=1)


def span_feeds(pieces: Ints, widths: Ints, count: int) -> dict[str, NDArray[Any]]:
    """Lay out spans.

    Args:
        pieces: (spans, 2), first and last piece, into flattened states.
        widths: Units of each span.
        count: How many flattened states there are.
    """
    first, last = pieces[:, 0], pieces[:, 1]
    long = last - first + 1
    level = np.minimum(np.log2(np.maximum(long, 1)).astype(np.int64), SPAN_LEVELS - 1)
    return {
        "first": first,
        "last": last,
        "left": level * count + first,
        "right": level * count + np.maximum(last - (1 << level) + 1, first),
        "width": np.minimum(widths, WIDTHS) - 1,
    }
