"""Times of the graph store: writing, reading, deleting, dumping, on the embedded engine or on a Neo4j.

    python -m bench.graph_store [--nodes N] [--edges N] [--neo4j]

Prints a table and writes JSON to bench/out/graph_store.json (graph_store_neo4j.json). The graph is made up; the ends of
its edges follow a power law: one node has a tenth of them. `--neo4j` brings a real one up as the tests do.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.stores.bolt import BoltStore
from kg.types import DocumentNode, Edge, EntityNode, GraphDelta, Readers, Value, ValueNode, Viewer, chunk_id, content_id

ROOT = Path(__file__).parents[1]
PUBLIC = Readers.of(None)
ALL = Viewer.all()
GUEST = Viewer.of()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=100_000)
    parser.add_argument("--neo4j", action="store_true")
    arguments = parser.parse_args()
    report = Report(nodes=arguments.nodes, edges=arguments.edges)
    with opened(arguments.neo4j, report) as store:
        measure(store, arguments.nodes, arguments.edges, report)
    out = ROOT / f"bench/out/graph_store{'_neo4j' if arguments.neo4j else ''}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


class Report(dict[str, Any]):
    """Numbers by name, printed as they come."""

    def __setitem__(self, name: str, value: Any) -> None:
        print(f"{name:55} {value:12.4g}", flush=True)
        super().__setitem__(name, value)

    def __ior__(self, more: Any) -> Report:  # type: ignore[override,misc]
        for name, value in more.items():
            self[name] = value
        return self


@contextmanager
def opened(real_neo4j: bool, report: Report) -> Iterator[BoltStore]:
    if real_neo4j:
        from kg.stores.neo4j import open_neo4j
        from tests.neo4j.server import neo4j

        with neo4j() as server:
            store = open_neo4j(server.url, server.user, server.password)
            yield store
            store.close()
        return
    import arcadedb  # noqa: F401
    import neo4j as driver  # noqa: F401

    from kg.stores.embedded import open_embedded

    with tempfile.TemporaryDirectory() as folder:
        for name in ("start, first time, s", "start again, s"):
            begin = time.perf_counter()
            store = open_embedded(Path(folder))
            report[name] = time.perf_counter() - begin
            if "first" in name:
                store.close()
        yield store
        store.close()


def measure(store: BoltStore, nodes: int, edges: int, report: Report) -> None:
    chance = random.Random(0)
    entities = [
        EntityNode(
            content_id("m", n), "Organization" if n % 3 else "Person", f"Name {n}", (f"Name {n}", f"N{n}"), PUBLIC, 3
        )
        for n in range(nodes)
    ]
    values = [ValueNode(content_id("v", n), Value("Date", str(n), float(n))) for n in range(nodes // 10)]
    ids = [entity.id for entity in entities]
    facts = {edge.id: edge for edge in (make_edge(chance, ids, n) for n in range(edges))}
    documents = [make_document(chance, ids, n) for n in range(nodes // 50)]

    def rate(name: str, count: int, work: Callable[[], object]) -> None:
        begin = time.perf_counter()
        work()
        report[name] = count / (time.perf_counter() - begin)

    half = nodes // 2
    rate("entities into an empty graph, /s", half, lambda: store.apply(GraphDelta(1, tuple(entities[:half]))))
    rate("more entities, /s", nodes - half, lambda: store.apply(GraphDelta(2, tuple(entities[half:]))))
    rate("the same entities again, /s", half, lambda: store.apply(GraphDelta(3, tuple(entities[:half]))))
    rate("values, /s", len(values), lambda: store.apply(GraphDelta(4, (), tuple(values))))
    rate("edges, /s", len(facts), lambda: store.apply(GraphDelta(5, edges=tuple(facts.values()))))
    changed = tuple(replace(edge, support=9) for edge in list(facts.values())[: edges // 5])
    rate("edges changed, /s", len(changed), lambda: store.apply(GraphDelta(6, edges=changed)))
    rate(
        "documents of 10 chunks and 30 mentions, /s",
        len(documents),
        lambda: store.apply(GraphDelta(7, documents=tuple(documents))),
    )
    rate("the same documents again, /s", len(documents), lambda: store.apply(GraphDelta(8, documents=tuple(documents))))
    small = [
        GraphDelta(9 + n, tuple(entities[n * 5 : n * 5 + 5]), (), changed[n * 10 : n * 10 + 10], (documents[n],))
        for n in range(100)
    ]
    report |= times("a small change", small, store.apply)

    some = chance.sample(ids, 300)
    hubs = ids[:20]
    report |= times("entity", some, lambda one: store.entity(one, GUEST))
    report |= times("neighbours", some, lambda one: store.neighbours([one], GUEST))
    report |= times("neighbours of a hub", hubs, lambda one: store.neighbours([one], GUEST))
    report |= times(
        "paths of at most 4", list(zip(some[:100], some[100:], strict=False)), lambda ends: store.paths(*ends, GUEST)
    )
    by_id = "MATCH (n:Entity {id: $id}) RETURN n.name"
    report |= times("query by id", some, lambda one: store.query(by_id, {"id": one}))
    hops = "MATCH (a:Entity {id: $id})-[:KNOWS]->(b)-[:KNOWS]->(c) WHERE any(g IN c.groups WHERE g IN $g) RETURN c.name"
    report |= times("query over two hops", some, lambda one: store.query(hops, {"id": one, "g": ["*"]}))
    rate("counts, /s", 1, store.counts)
    begin = time.perf_counter()
    lines = sum(1 for _ in store.dump())
    report["dump, lines/s"] = lines / (time.perf_counter() - begin)

    gone = tuple(list(facts)[-(edges // 20) :])
    rate("edges deleted, /s", len(gone), lambda: store.apply(GraphDelta(200, gone_edges=gone)))
    papers = tuple(document.id for document in documents[:200])
    rate("documents deleted, /s", len(papers), lambda: store.apply(GraphDelta(201, gone_documents=papers)))
    last = tuple(ids[-2_000:])
    rate("entities deleted, /s", len(last), lambda: store.apply(GraphDelta(202, gone_entities=last)))
    rate("hubs deleted, /s", 5, lambda: store.apply(GraphDelta(203, gone_entities=tuple(ids[:5]))))
    rate("clear, /s", 1, store.clear)


def make_edge(chance: random.Random, ids: Sequence[str], n: int) -> Edge:
    end = ids[min(len(ids) - 1, int(chance.paretovariate(0.15)) - 1)]
    return Edge(chance.choice(ids), "KNOWS" if n % 2 else "SUBSIDIARY_OF", end, PUBLIC, 2, 0.9, (f"s{n}", f"t{n}"))


def make_document(chance: random.Random, ids: Sequence[str], n: int) -> DocumentNode:
    name = content_id("d", n)
    chunks = tuple((chunk_id(name, i), i, 100 * i, 100 * i + 90) for i in range(10))
    ends = [min(len(ids) - 1, int(chance.paretovariate(0.15)) - 1) for _ in range(30)]
    pairs = dict.fromkeys((chunks[i % 10][0], ids[end]) for i, end in enumerate(ends))
    return DocumentNode(name, str(n), f"file:{n}", str(n), PUBLIC, None, chunks, tuple((*pair, 1) for pair in pairs))


def times(name: str, items: Sequence[Any], work: Callable[[Any], object]) -> dict[str, float]:
    taken = []
    for item in items:
        begin = time.perf_counter()
        work(item)
        taken.append(1000 * (time.perf_counter() - begin))
    taken.sort()
    return {f"{name}, p50 ms": taken[len(taken) // 2], f"{name}, p95 ms": taken[int(len(taken) * 0.95)]}


if __name__ == "__main__":
    main()
