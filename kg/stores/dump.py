"""The canonical dump: what stands in the graph, line by line, equal on every engine.

Ids are read first and sorted here, then the rest by ranges of ids, so that the memory needed is that of the ids and
every statement stays short however large the graph is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kg.stores.names import STRUCTURE, quoted_relation

Read = Callable[[str, Mapping[str, Any]], list[list[Any]]]

NODES = ("Chunk", "Document", "Entity", "Value")
_PAGE = 5_000


def dump_lines(read: Read, relations: list[str]) -> Iterator[str]:
    """Yield the dump.

    Args:
        read: Runs a statement.
        relations: Every relationship type in the graph.

    Yields:
        Nodes by label and id; then edges by type and id, structural ones by their ends.
    """
    for label in NODES:
        ids = sorted(row[0] for row in read(f"MATCH (n:{label}) RETURN n.id", {}))
        for page in _pages(ids):
            rows = read(
                f"MATCH (n:{label}) WHERE n.id >= $first AND n.id <= $last RETURN n.id, labels(n), properties(n)", page
            )
            for identifier, labels, properties in sorted(rows, key=lambda row: str(row[0])):
                yield _line(node=identifier, labels=sorted(labels), properties=_compact(properties))
    for relation in sorted(set(relations) - STRUCTURE):
        yield from _facts(read, quoted_relation(relation), relation)
    chunks = sorted(row[0] for row in read("MATCH (n:Chunk) RETURN n.id", {}))
    for relation, returned in (("MENTIONS", "r.count"), ("PART_OF", "null")):
        for page in _pages(chunks):
            rows = read(
                f"MATCH (c:Chunk)-[r:{relation}]->(n) WHERE c.id >= $first AND c.id <= $last "
                f"RETURN c.id, n.id, {returned}",
                page,
            )
            for start, end, count in sorted(rows, key=lambda row: (row[0], row[1])):
                properties = {} if count is None else {"count": count}
                yield _line(edge=relation, start=start, end=end, properties=properties)


def _facts(read: Read, name: str, relation: str) -> Iterator[str]:
    ids = sorted(row[0] for row in read(f"MATCH ()-[r:{name}]->() RETURN r.id", {}))
    for page in _pages(ids):
        rows = read(
            f"MATCH (a)-[r:{name}]->(b) WHERE r.id >= $first AND r.id <= $last RETURN r.id, a.id, b.id, properties(r)",
            page,
        )
        for _, start, end, properties in sorted(rows, key=lambda row: (str(row[0]), str(row[1]), str(row[2]))):
            yield _line(edge=relation, start=start, end=end, properties=_compact(properties))


def _pages(ids: list[str]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        yield {"first": page[0], "last": page[-1]}


def _compact(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if value is not None}


def _line(**fields: Any) -> str:
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
