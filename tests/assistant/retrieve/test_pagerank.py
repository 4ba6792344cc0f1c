from __future__ import annotations

import pytest

from assistant.retrieve.pagerank import Node, pagerank

A, B, C, D = (("name", letter) for letter in "abcd")


def test_it_is_where_a_walk_is_found() -> None:
    import networkx

    edges: dict[tuple[Node, Node], float] = {(A, B): 0.6, (A, C): 0.4, (B, C): 1.0, (C, A): 1.0, (D, A): 1.0}
    start = {A: 2.0, D: 1.0}
    graph = networkx.DiGraph()
    for (one, other), weight in edges.items():
        graph.add_edge(one, other, weight=weight)
    peer = networkx.pagerank(graph, alpha=0.5, personalization=start, tol=1e-12)
    ours = pagerank(edges, start)
    assert sum(ours.values()) == pytest.approx(1.0)
    assert ours == pytest.approx(peer, abs=1e-3)


def test_weak_edges_pass_on_little() -> None:
    weak, strong = (pagerank({(A, B): weight}, {A: 1.0})[B] for weight in (0.1, 1.0))
    assert weak < strong / 5


def test_it_depends_on_no_order() -> None:
    edges = {(A, B): 0.3, (A, C): 0.3, (B, D): 0.1, (C, D): 0.7}
    assert pagerank(edges, {A: 1.0, B: 0.1}) == pagerank(dict(reversed(edges.items())), {B: 0.1, A: 1.0})


def test_nothing_begins_nowhere() -> None:
    assert pagerank({(A, B): 1.0}, {}) == {}
