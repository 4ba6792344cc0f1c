"""Making a change so, step by step: each step is idempotent and runs in a transaction that its caller owns.

Rules of the embedded engine, which Neo4j does not mind: ids are looked up by `UNWIND`, never by `IN` over long lists of
nodes; a node is matched by its first label and id alone and created with both labels; relationships are found by the
index on their `id`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from kg.errors import ConflictError
from kg.stores.names import quoted_relation, quoted_type
from kg.types import Edge, EntityNode, ValueNode

Transaction = Any  # neo4j.ManagedTransaction; the driver is imported lazily
Step = Callable[[Transaction], None]

BATCH = 2_000
"""Rows in one statement: 1,000 to 5,000 are equally fast on both engines, 20,000 are slower."""

FEW = 500
"""Relationships deleted in one statement: the embedded engine searches both ends' lists for each (0.5 ms in a hub of
12,000 edges), and a statement must end before the engine's own time limit."""


DELETE = "WITH collect(r) AS found UNWIND found AS r DELETE r"
"""Deletes relationships once all are found: the embedded engine loses its way in a list that shrinks while it reads."""


def batches(rows: Sequence[Any], size: int = BATCH) -> Iterator[Sequence[Any]]:
    """Cut rows into batches."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def labels_of(tx: Transaction, label: str, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the labels of those nodes that exist.

    Args:
        tx: A transaction.
        label: The nodes' first label.
        ids: Their ids.
    """
    if not ids or tx.run(f"MATCH (n:{label}) RETURN n.id LIMIT 1").single() is None:
        return {}
    found: dict[str, list[str]] = {}
    for some in batches(ids):
        for row in tx.run(f"UNWIND $ids AS i MATCH (n:{label} {{id: i}}) RETURN i, labels(n)", ids=list(some)):
            found[row[0]] = row[1]
    return found


def write_entities(entities: Sequence[EntityNode], known: Mapping[str, Any]) -> Iterator[Step]:
    """Steps that create and update entities.

    Args:
        entities: One for each id.
        known: The ids that exist already.
    """
    properties = "name: row[1], aliases: row[2], groups: row[3], mentions: row[4]"
    rows: dict[str, list[list[Any]]] = defaultdict(list)
    for e in entities:
        rows["" if e.id in known else quoted_type(e.type)].append(
            [e.id, e.name, list(e.aliases), list(e.readers.groups), e.mentions]
        )
    yield from _upserts("Entity", properties, rows)


def write_values(values: Sequence[ValueNode], known: Mapping[str, Any]) -> Iterator[Step]:
    """Steps that create and update literals; `known` are the ids that exist already."""
    properties = "kind: row[1], text: row[2], number: row[3], unit: row[4]"
    rows: dict[str, list[list[Any]]] = defaultdict(list)
    for node in values:
        v = node.value
        number = None if v.number is None else float(v.number)
        rows["" if node.id in known else quoted_type(v.kind)].append([node.id, v.kind, v.text, number, v.unit])
    yield from _upserts("Value", properties, rows)


def _upserts(label: str, properties: str, rows: Mapping[str, list[list[Any]]]) -> Iterator[Step]:
    setters = ", ".join(f"n.{part.replace(': ', ' = ', 1)}" for part in properties.split(", "))
    for second, group in rows.items():
        match = f"CREATE (n:{label}:{second} {{id: row[0], {properties}}})"
        if not second:  # they exist
            match = f"MATCH (n:{label} {{id: row[0]}}) SET {setters}"
        for some in batches(group):
            yield _run(f"UNWIND $rows AS row {match}", rows=some)


def write_edges(
    edges: Mapping[str, Edge], literals: Callable[[Transaction, Sequence[str]], set[str]]
) -> Iterator[Step]:
    """Steps that create and update edges.

    Args:
        edges: Edges by their id, which costs a hash each time it is asked for.
        literals: Tells which of some ids are literals.
    """
    groups: dict[str, list[tuple[str, Edge]]] = defaultdict(list)
    for identifier, edge in edges.items():
        groups[edge.predicate].append((identifier, edge))
    for predicate, group in groups.items():
        for some in batches(group):
            yield partial(_write_edges, name=quoted_relation(predicate), edges=dict(some), literals=literals)


_EDGE = ("support", "confidence", "statement_ids", "groups", "valid_from", "valid_to")


def _write_edges(
    tx: Transaction,
    name: str,
    edges: Mapping[str, Edge],
    literals: Callable[[Transaction, Sequence[str]], set[str]],
) -> None:
    known = set(edge_ids(tx, name, list(edges)))
    values = literals(tx, sorted({edge.object for identifier, edge in edges.items() if identifier not in known}))
    new: dict[str, list[list[Any]]] = {"Entity": [], "Value": []}
    old: dict[str, dict[str, Any]] = {}
    for identifier, e in edges.items():
        row = [e.support, float(e.confidence), list(e.statement_ids), list(e.readers.groups), e.valid_from, e.valid_to]
        if identifier in known:
            old[identifier] = dict(zip(_EDGE, row, strict=True))
        else:
            new["Value" if e.object in values else "Entity"].append([e.subject, e.object, identifier, *row])
    properties = ", ".join(f"{key}: row[{index}]" for index, key in enumerate(_EDGE, start=3))
    for label, rows in new.items():
        if not rows:
            continue
        statement = (
            f"UNWIND $rows AS row MATCH (a:Entity {{id: row[0]}}), (b:{label} {{id: row[1]}}) "
            f"CREATE (a)-[r:{name} {{id: row[2], {properties}}}]->(b) RETURN count(r)"
        )
        missing = len(rows) - tx.run(statement, rows=rows).single()[0]
        if missing:
            raise ConflictError(f"{missing} of {len(rows)} edges {name} begin or end at a node that is not there")
    if old:
        update = f"MATCH ()-[r:{name}]->() WHERE r.id IN $ids WITH r, $rows[r.id] AS row SET r += row"
        tx.run(update, ids=list(old), rows=old).consume()


def edge_ids(tx: Transaction, name: str, ids: Sequence[str]) -> list[str]:
    """Return those of these ids that edges of a quoted relation have."""
    if tx.run(f"MATCH ()-[r:{name}]->() RETURN r.id LIMIT 1").single() is None:
        return []
    # the one place where IN over a parameter is right: UNWIND does not use an index on relationships
    found: list[str] = []
    for some in batches(ids, 1_000):
        result = tx.run(f"MATCH ()-[r:{name}]->() WHERE r.id IN $ids RETURN r.id", ids=list(some))
        found += [row[0] for row in result]
    return found


def delete_edges(names: Iterable[str], ids: Sequence[str]) -> Iterator[Step]:
    """Steps that delete edges of any of these quoted relations."""
    for some in batches(ids, FEW):
        for name in names:
            yield _run(f"MATCH ()-[r:{name}]->() WHERE r.id IN $ids {DELETE}", ids=some)


def delete_nodes(label: str, ids: Sequence[str]) -> Iterator[Step]:
    """Steps that delete nodes with whatever hangs on them."""
    for some in batches(ids, FEW):
        yield partial(detach_and_delete, label=label, ids=list(some))


def detach_and_delete(tx: Transaction, label: str, ids: Sequence[str]) -> None:
    """Delete nodes, their relationships first and few at a time."""
    detach = f"UNWIND $ids AS i MATCH (n:{label} {{id: i}})-[r]-() WITH DISTINCT r LIMIT $few {DELETE} RETURN count(*)"
    while tx.run(detach, ids=ids, few=FEW).single()[0]:
        pass
    tx.run(f"UNWIND $ids AS i MATCH (n:{label} {{id: i}}) DETACH DELETE n", ids=ids).consume()


def _run(statement: str, **parameters: Sequence[Any]) -> Step:
    def step(tx: Transaction) -> None:
        tx.run(statement, {key: list(value) for key, value in parameters.items()}).consume()

    return step
