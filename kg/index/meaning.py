"""Which passages are found by meaning as well as by their words."""

from __future__ import annotations

from collections.abc import Sequence

from kg.types import ChunkKind

MOST_ROWS = 50
"""Rows of a document up to which each has a vector. A longer table is asked by its columns, and its rows, which differ
in a word or a number, lie so near one another in meaning that vectors tell none from the next."""


def by_meaning(kinds: Sequence[ChunkKind]) -> list[bool]:
    """Say which passages of a document get vectors.

    What one document says decides, and nothing beside it: others may be able to read that.

    Args:
        kinds: The kinds of its passages.

    Returns:
        For each passage whether it does: all but the rows of a long table.
    """
    few = sum(kind is ChunkKind.ROW for kind in kinds) <= MOST_ROWS
    return [few or kind is not ChunkKind.ROW for kind in kinds]
