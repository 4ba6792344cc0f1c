"""Personalised PageRank on the few hundred nodes around a question."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

STAY = 0.5
"""Chance of going on along an edge rather than back to where one started: names matter little three steps away
(HippoRAG, Gutiérrez et al. 2024, takes the same)."""
STEPS = 12
"""Steps of the walk: what comes after weighs less than 2^-12."""

Node = tuple[str, str]
"""A kind of node and its id."""


def pagerank(edges: Mapping[tuple[Node, Node], float], start: Mapping[Node, float]) -> dict[Node, float]:
    """Compute where a walk is found that begins, and begins again, at some nodes.

    A node passes on at most what it has: where the weights of its edges add up to less than 1, the rest begins again.

    Args:
        edges: Weights of directed edges, 0 or more.
        start: Weights of the nodes where a walk begins; any sum above 0.

    Returns:
        Share of the walk at every node; the sum is 1. Source: Haveliwala, Topic-Sensitive PageRank (2002).
    """
    nodes = sorted({node for edge in edges for node in edge} | set(start))
    if not nodes or sum(start.values()) <= 0:
        return {}
    place = {node: number for number, node in enumerate(nodes)}
    walk = np.zeros((len(nodes), len(nodes)))
    for (one, other), weight in sorted(edges.items()):
        walk[place[one], place[other]] += weight
    walk /= np.maximum(1.0, walk.sum(axis=1, keepdims=True))
    begin = np.zeros(len(nodes))
    for node, weight in sorted(start.items()):
        begin[place[node]] = weight
    begin /= begin.sum()
    rank = begin
    for _ in range(STEPS):
        rank = STAY * (rank @ walk)
        rank = rank + (1.0 - rank.sum()) * begin
    return {node: float(rank[number]) for node, number in place.items()}
