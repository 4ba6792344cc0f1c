"""Documents in the graph: chunks and what they mention, by difference: an equal document writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from kg.errors import ConflictError
from kg.stores.writes import DELETE, FEW, Step, Transaction, batches, detach_and_delete
from kg.types import DocumentNode

_DOCUMENT = "external_id: row[1], uri: row[2], title: row[3], groups: row[4], date: row[5]"
_CHUNK = "ordinal: row[2], start: row[3], end: row[4], groups: row[5]"


def write_documents(documents: Sequence[DocumentNode]) -> Iterator[Step]:
    """Steps that make documents, their chunks and their mentions so; one for each id."""
    for some in batches(documents, 200):
        yield partial(_write, documents=some)


def delete_documents(ids: Sequence[str]) -> Iterator[Step]:
    """Steps that delete documents with their chunks."""
    for some in batches(ids, 100):
        yield partial(_delete, ids=list(some))


def _delete(tx: Transaction, ids: Sequence[str]) -> None:
    chunks = tx.run("UNWIND $ids AS i MATCH (d:Document {id: i})<-[:PART_OF]-(c:Chunk) RETURN c.id", ids=ids)
    detach_and_delete(tx, "Chunk", [row[0] for row in chunks])
    detach_and_delete(tx, "Document", ids)


def _write(tx: Transaction, documents: Sequence[DocumentNode]) -> None:
    ids = [document.id for document in documents]
    known = {row[0] for row in tx.run("UNWIND $ids AS i MATCH (d:Document {id: i}) RETURN i", ids=ids)}
    rows = [[d.id, d.external_id, d.uri, d.title, list(d.readers.groups), d.date] for d in documents]
    _each(tx, f"CREATE (d:Document {{id: row[0], {_DOCUMENT}}})", [row for row in rows if row[0] not in known])
    _each(tx, f"MATCH (d:Document {{id: row[0]}}) SET {_set('d', _DOCUMENT)}", [row for row in rows if row[0] in known])

    wanted = {
        chunk: [document.id, chunk, ordinal, start, end, list(document.readers.groups)]
        for document in documents
        for chunk, ordinal, start, end in document.chunks
    }
    there = {
        row[1]: list(row)
        for row in tx.run(
            "UNWIND $ids AS i MATCH (d:Document {id: i})<-[:PART_OF]-(c:Chunk) "
            "RETURN i, c.id, c.ordinal, c.start, c.end, c.groups",
            ids=sorted(known),
        )
    }
    gone = sorted(there.keys() - wanted.keys())
    detach_and_delete(tx, "Chunk", gone)
    create = f"MATCH (d:Document {{id: row[0]}}) CREATE (d)<-[:PART_OF]-(c:Chunk {{id: row[1], {_CHUNK}}})"
    _each(tx, create, [row for chunk, row in wanted.items() if chunk not in there])
    changed = [row for chunk, row in wanted.items() if chunk in there and there[chunk] != row]
    _each(tx, f"MATCH (c:Chunk {{id: row[1]}}) SET {_set('c', _CHUNK)}", changed)
    _write_mentions(tx, documents, sorted(there.keys() & wanted.keys()))


def _write_mentions(tx: Transaction, documents: Sequence[DocumentNode], chunks: Sequence[str]) -> None:
    """Make the mentions so; `chunks` are those that were there before."""
    wanted = {(chunk, entity): count for document in documents for chunk, entity, count in document.mentions}
    there = {
        (row[0], row[1]): row[2]
        for row in tx.run(
            "UNWIND $ids AS i MATCH (c:Chunk {id: i})-[r:MENTIONS]->(e:Entity) RETURN i, e.id, r.count", ids=chunks
        )
    }
    # from the chunk's side: it mentions few entities, an entity may be mentioned by thousands of chunks
    walk = "MATCH (c:Chunk {id: row[0]})-[r:MENTIONS]->(e:Entity) WHERE e.id = row[1]"
    for some in batches([list(pair) for pair in sorted(there.keys() - wanted.keys())], FEW):
        _each(tx, f"{walk} {DELETE}", some)
    _each(tx, f"{walk} SET r.count = row[2]", [[*p, n] for p, n in wanted.items() if p in there and there[p] != n])
    new = [[*pair, count] for pair, count in wanted.items() if pair not in there]
    for some in batches(new):
        made = tx.run(
            "UNWIND $rows AS row MATCH (c:Chunk {id: row[0]}), (e:Entity {id: row[1]}) "
            "CREATE (c)-[r:MENTIONS {count: row[2]}]->(e) RETURN count(r)",
            rows=list(some),
        ).single()[0]
        if made != len(some):
            raise ConflictError(f"{len(some) - made} of {len(some)} mentions begin or end at a node that is not there")


def _each(tx: Transaction, statement: str, rows: Sequence[list[Any]]) -> None:
    for some in batches(rows):
        tx.run(f"UNWIND $rows AS row {statement}", rows=list(some)).consume()


def _set(variable: str, properties: str) -> str:
    return ", ".join(f"{variable}.{part.replace(': ', ' = ', 1)}" for part in properties.split(", "))
