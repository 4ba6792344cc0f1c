"""Several rankings of passages made into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.ports import Passage

RANK = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)."""


def fused(rankings: Iterable[Sequence[Passage]]) -> list[Passage]:
    """Fuse rankings by reciprocal rank.

    Args:
        rankings: Passages, best first, each once a ranking.

    Returns:
        Every passage once, best first, with the sum of 1 / (60 + rank) as its score; ties by id.
    """
    scores: dict[str, float] = defaultdict(float)
    passages: dict[str, Passage] = {}
    for ranking in rankings:
        for rank, passage in enumerate(ranking, 1):
            scores[passage.chunk_id] += 1.0 / (RANK + rank)
            passages.setdefault(passage.chunk_id, passage)
    order = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))
    return [replace(passages[chunk], score=scores[chunk]) for chunk in order]
