"""The graph over Bolt: one client for the embedded engine and for Neo4j."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from kg.errors import ConflictError
from kg.ports import Result, Row
from kg.stores import documents, reads, writes
from kg.stores.dialect import Dialect, engine_errors
from kg.stores.dump import dump_lines
from kg.stores.guard import check_read_only
from kg.stores.names import STRUCTURE, quoted_relation, quoted_type
from kg.stores.queries import run_query
from kg.types import EntityNode, GraphDelta, Viewer

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session

ONE_TRANSACTION = 20_000
"""A change of more rows than this is applied in batches, each safe to repeat, the position last."""


class BoltStore:
    """The projected graph in an engine that speaks Bolt; implements `kg.ports.GraphStore`.

    One writer at a time: writes of one process queue up here, and the ledger lets one process write.

    Args:
        writer: Connected as a user who may write.
        reader: Connected as the user whom queries run as; the same driver where the engine has one user only.
        dialect: The engine.
    """

    def __init__(self, writer: Driver, reader: Driver, dialect: Dialect) -> None:
        self._writer = writer
        self._reader = reader
        self._dialect = dialect
        self._writing = threading.RLock()
        self._indexed: set[str] = set()  # relations whose id is known to be indexed
        try:
            self._make_schema()
        except BaseException:
            self.close()
            raise

    # --- writing ------------------------------------------------------------------------------------------------------

    def apply(self, delta: GraphDelta) -> None:
        """Apply a change and its position.

        Up to `ONE_TRANSACTION` rows this is one transaction. A larger change goes in batches, its position last: what a
        crash leaves in between is made right when the change is applied again, and `position` tells that it must be. An
        entity that changes its type gets the new label in transactions before the others.

        Raises:
            ConflictError: An edge or a mention ends at a node that is not there, or something is both written and gone.
            OntologyError: A type or relation has a name that the graph cannot bear.
            UnavailableError: The engine does not answer.
            StorageFullError: The disk is full.
        """
        entities = {entity.id: entity for entity in delta.entities}
        values = {value.id: value for value in delta.values}
        edges = {edge.id: edge for edge in delta.edges}
        papers = {document.id: document for document in delta.documents}
        for written, gone in (
            (entities, delta.gone_entities),
            (values, delta.gone_values),
            (edges, delta.gone_edges),
            (papers, delta.gone_documents),
        ):
            if both := written.keys() & set(gone):
                raise ConflictError(f"{sorted(both)[:3]} cannot be written and gone in one change")
        for name in {entity.type for entity in entities.values()} | {node.value.kind for node in values.values()}:
            quoted_type(name)
        with self._writing, engine_errors(full=self._dialect.full), self._session() as session:
            self._finish_clearing(session)
            for predicate in sorted({edge.predicate for edge in edges.values()}):
                self._index_relation(session, predicate)
            known = session.execute_read(writes.labels_of, "Entity", list(entities))
            known_values = session.execute_read(writes.labels_of, "Value", list(values))
            self._relabel(session, entities, known)
            facts = [quoted_relation(name) for name in self._relations(session)] if delta.gone_edges else []
            steps: list[writes.Step] = [
                *writes.delete_edges(facts, list(dict.fromkeys(delta.gone_edges))),
                *documents.delete_documents(list(dict.fromkeys(delta.gone_documents))),
                *writes.write_values(list(values.values()), known_values),
                *writes.write_entities(list(entities.values()), known),
                *writes.write_edges(edges, _literals),
                *documents.write_documents(list(papers.values())),
                *writes.delete_nodes("Entity", list(dict.fromkeys(delta.gone_entities))),
                *writes.delete_nodes("Value", list(dict.fromkeys(delta.gone_values))),
                lambda tx: _set_position(tx, delta.position),
            ]
            if _size(delta) <= ONE_TRANSACTION:
                session.execute_write(lambda tx: [step(tx) for step in steps])
            else:
                for step in steps:
                    session.execute_write(step)

    def clear(self) -> None:
        """Empty the graph, position included; what a crash leaves of it is finished before the graph is used again."""
        with self._writing, engine_errors(full=self._dialect.full), self._session() as session:
            session.execute_write(lambda tx: _set_position(tx, 0, clearing=True))
            self._finish_clearing(session)

    def _finish_clearing(self, session: Session) -> None:
        marked = "MATCH (p:Projection {id: 'graph'}) WHERE p.clearing RETURN p.id"
        if not session.execute_read(_rows, marked, {}):
            return
        if self._dialect.wipe is not None:
            self._dialect.wipe()
            self._indexed.clear()
            self._make_schema()
            return
        for pattern in ("()-[r]->()", "(r:Chunk)", "(r:Document)", "(r:Entity)", "(r:Value)"):
            statement = f"MATCH {pattern} WITH r LIMIT 10000 {writes.DELETE} RETURN count(*)"
            while session.execute_write(_rows, statement, {})[0][0]:
                pass
        session.execute_write(lambda tx: tx.run("MATCH (p:Projection {id: 'graph'}) DELETE p").consume())

    def _relabel(
        self, session: Session, entities: Mapping[str, EntityNode], known: Mapping[str, Sequence[str]]
    ) -> None:
        """Set the new label, then remove the old ones, each in its own transaction: the embedded engine wants it so."""
        added: dict[str, list[str]] = {}
        removed: dict[str, list[str]] = {}
        for identifier, labels in known.items():
            wanted = {"Entity", entities[identifier].type}
            for label in wanted.difference(labels):
                added.setdefault(quoted_type(label), []).append(identifier)
            for label in sorted(set(labels) - wanted):
                removed.setdefault(quoted_type(label), []).append(identifier)
        for verb, groups in (("SET", added), ("REMOVE", removed)):
            for label, ids in groups.items():
                statement = f"UNWIND $ids AS i MATCH (n:Entity {{id: i}}) {verb} n:{label}"
                for some in writes.batches(ids, 200):
                    session.execute_write(_rows, statement, {"ids": list(some)})

    def _make_schema(self) -> None:
        with engine_errors(), self._session() as session:
            self._writer.verify_connectivity()  # says at once that nobody is there; a transaction would try again first
            for label in ("Entity", "Value", "Document", "Chunk", "Projection"):
                _define(
                    session,
                    f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE",
                )

    def _index_relation(self, session: Session, relation: str) -> None:
        if relation not in self._indexed:
            name = quoted_relation(relation)
            index = f"`edge_{relation}`"
            _define(session, f"CREATE INDEX {index} IF NOT EXISTS FOR ()-[r:{name}]-() ON (r.id)")
            self._indexed.add(relation)

    # --- reading ------------------------------------------------------------------------------------------------------

    def position(self) -> int:
        """The ledger's delta number that the graph stands at; 0 when empty."""
        with engine_errors(), self._session() as session:
            rows = session.execute_read(_rows, "MATCH (p:Projection {id: 'graph'}) RETURN p.position, p.clearing", {})
            if rows and rows[0][1]:
                with self._writing:
                    self._finish_clearing(session)
                return 0
            return int(rows[0][0]) if rows else 0

    def query(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, *, limit: int = 10_000, timeout: float = 10.0
    ) -> Result:
        """Run one read-only statement as the least-privilege user.

        The statement has to pass `kg.stores.guard` and runs in a read session, on the embedded engine as a user who may
        not write. A final `;` does no harm.

        Args:
            cypher: The statement. Its author filters by viewer.
            parameters: Its parameters.
            limit: Most rows to fetch.
            timeout: Seconds.

        Raises:
            QueryError: It is not one read-only statement, or the engine refused it.
            LimitError: It ran past its time.
            UnavailableError: The engine does not answer.
        """
        statement = cypher.strip().removesuffix(";").rstrip()
        check_read_only(statement)
        return run_query(self._reader, self._dialect.database, statement, dict(parameters or {}), limit, timeout)

    def entity(self, entity_id: str, viewer: Viewer) -> EntityNode | None:
        """One entity, or None where there is none that the viewer may see."""
        return reads.find_entity(self._read, entity_id, viewer)

    def neighbours(self, entity_ids: Sequence[str], viewer: Viewer, *, limit: int = 200) -> list[Row]:
        """Visible edges at these entities as (subject id, predicate, object id, confidence), strongest first."""
        return list(reads.find_neighbours(self._read, entity_ids, viewer, limit))

    def paths(self, start: str, end: str, viewer: Viewer, *, longest: int = 4, limit: int = 5) -> list[tuple[str, ...]]:
        """Shortest visible paths as alternating ids and predicates; "<" before a predicate that is walked backwards."""
        return reads.find_paths(self._read, start, end, viewer, longest, limit)

    def counts(self) -> Mapping[str, int]:
        """Numbers of `entities`, `values`, `edges`, `documents`, `chunks`, whoever may see them."""
        labels = {"entities": "Entity", "values": "Value", "documents": "Document", "chunks": "Chunk"}
        found = {name: self._read(f"MATCH (n:{label}) RETURN count(n)", {})[0][0] for name, label in labels.items()}
        with engine_errors(), self._session() as session:
            relations = self._relations(session)
        count = "MATCH ()-[r:{}]->() RETURN count(r)"
        edges = sum(self._read(count.format(quoted_relation(name)), {})[0][0] for name in relations)
        return {"entities": found["entities"], "values": found["values"], "edges": edges} | found

    def dump(self) -> Iterator[str]:
        """The canonical dump, a JSON object a line: nodes then edges, sorted, without engine ids or times."""
        with engine_errors(), self._session() as session:
            relations = self._relations(session)
        yield from dump_lines(self._read, relations)

    def close(self) -> None:
        """Release the connections, and the engine where it was started for this store."""
        self._reader.close()
        self._writer.close()
        self._dialect.close()

    # --- sessions -----------------------------------------------------------------------------------------------------

    def _session(self) -> AbstractContextManager[Session]:
        return self._writer.session(database=self._dialect.database)

    def _read(self, statement: str, parameters: Mapping[str, Any]) -> list[list[Any]]:
        with engine_errors(), self._session() as session:
            return session.execute_read(_rows, statement, parameters)

    def _relations(self, session: Session) -> list[str]:
        names = session.execute_read(_rows, "CALL db.relationshipTypes()", {})
        return sorted({row[0] for row in names} - STRUCTURE)


def _rows(tx: ManagedTransaction, statement: str, parameters: Mapping[str, Any]) -> list[list[Any]]:
    return tx.run(statement, dict(parameters)).values()


def _literals(tx: ManagedTransaction, ids: Sequence[str]) -> set[str]:
    return set(writes.labels_of(tx, "Value", ids))


def _set_position(tx: ManagedTransaction, position: int, *, clearing: bool = False) -> None:
    tx.run(
        "MERGE (p:Projection {id: 'graph'}) SET p.position = $position, p.clearing = $clearing",
        position=position,
        clearing=clearing,
    ).consume()


def _define(session: Session, statement: str) -> None:
    session.execute_write(lambda tx: tx.run(statement).consume())


def _size(delta: GraphDelta) -> int:
    inside = sum(len(document.chunks) + len(document.mentions) for document in delta.documents)
    gone = len(delta.gone_entities) + len(delta.gone_values) + len(delta.gone_edges) + 20 * len(delta.gone_documents)
    return len(delta.entities) + len(delta.values) + len(delta.edges) + len(delta.documents) + inside + gone
