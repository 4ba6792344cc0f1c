"""The ledger's tables. Everything else (the graph, the indexes) is computed from these and can be made anew."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()
_serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only in an INTEGER key


def _owner() -> Column[str]:
    return Column("document_id", String(32), ForeignKey("documents.id", ondelete="CASCADE"), nullable=False)


documents = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("external_id", Text, nullable=False, unique=True),
    Column("uri", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("readers", Text, nullable=False),  # Readers.key
    Column("date", String(32)),
    Column("metadata", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),  # of everything above and of how it was read
    Column("status", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("coreference", JSON, nullable=False),  # [[mention, mention, score], ...] as the reader found it
    Column("source", Text, nullable=False, default=""),  # the file or database it came out of
    Column("ingested_at", String(32), nullable=False),
    Index("documents_by_readers", "readers"),
    Index("documents_by_source", "source"),
    Index("documents_by_fingerprint", "fingerprint"),
)

chunks = Table(
    "chunks",
    metadata,
    _owner(),
    Column("ordinal", Integer, nullable=False),
    Column("id", String(32), primary_key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("heading", Text, nullable=False),
    Column("page", Integer),
    Index("chunks_of_document", "document_id", "ordinal"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("id", String(32), primary_key=True),
    _owner(),
    Column("chunk_id", String(32), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("score", Float, nullable=False),
    Column("value_kind", Text),
    Column("value_text", Text),
    Column("value_number", Float),
    Column("value_unit", Text),
    Column("extractor", Text, nullable=False),
    Column("local_id", String(32)),  # the local entity it belongs to; null for values
    Column("node_id", String(32)),  # the entity or value it stands for; null until fused, and for unnamed ones
    Index("mentions_of_document", "document_id", "start"),
    Index("mentions_of_node", "node_id"),
    Index("mentions_of_local", "local_id"),
)

statements = Table(
    "statements",
    metadata,
    Column("id", String(32), primary_key=True),
    _owner(),
    Column("subject", String(32), nullable=False),
    Column("predicate", Text, nullable=False),
    Column("object", String(32), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("extractor", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("valid_from", String(32)),
    Column("valid_to", String(32)),
    Column("readers", Text, nullable=False),  # the document's
    Column("subject_node", String(32)),
    Column("object_node", String(32)),
    Index("statements_of_document", "document_id"),
    Index("statements_of_subject", "subject"),
    Index("statements_of_object", "object"),
    Index("statements_of_edge", "subject_node", "predicate", "object_node", "readers"),
    Index("statements_of_object_node", "object_node"),
)

locals_ = Table(  # what one document says of one entity: the unit of fusion
    "locals",
    metadata,
    Column("id", String(32), primary_key=True),
    _owner(),
    Column("readers", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("family", Text, nullable=False),
    Column("key", Text),  # "database#table/key" of a row; equal keys are one entity
    Column("identifiers", JSON, nullable=False),  # ["kind:value", ...]; equal ones are one entity
    Column("contacts", JSON, nullable=False),  # ["kind:value", ...]
    Column("names", JSON, nullable=False),  # [[name, count], ...]
    Column("facts", JSON, nullable=False),  # [[predicate, direction, other end], ...]
    Column("context", LargeBinary),  # float32 unit vector
    Column("links", JSON, nullable=False),  # why its mentions are one: [[left, right, score, reasons], ...]
    Column("entity_id", String(32)),  # null until fused
    Column("node_id", String(32)),  # the same where the entity has a name, which the graph asks for
    Index("locals_of_document", "document_id"),
    Index("locals_of_entity", "entity_id"),
)

blocks = Table(  # local entities that share a key are compared
    "blocks",
    metadata,
    Column("key", Text, primary_key=True),
    Column("local_id", String(32), ForeignKey("locals.id", ondelete="CASCADE"), primary_key=True),
    Index("blocks_of_local", "local_id"),
)

unfused = Table("unfused", metadata, Column("key", Text, primary_key=True))  # block keys whose entities must be redone

judgements = Table(
    "judgements",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("left", String(32), nullable=False),
    Column("right", String(32), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("score", Float, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", String(32), nullable=False),
    Index("judgements_left", "left"),
    Index("judgements_right", "right"),
)

questions = Table(  # pairs of entities that may be one, left for people to decide; made anew with every fusing
    "questions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("left", String(32), nullable=False),  # mention ids, which are their entities' ids
    Column("right", String(32), nullable=False),
    Column("score", Float, nullable=False),
    Column("reasons", JSON, nullable=False),
    Index("questions_left", "left"),
    Index("questions_right", "right"),
    Index("questions_by_score", "score"),
)

schemas = Table(  # what tables add to the ontology, by the document that brought it
    "schemas",
    metadata,
    Column("document_id", String(32), ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("yaml", Text, nullable=False),
)

deltas = Table(  # what the projections have to look at again
    "deltas",
    metadata,
    Column("position", _serial, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),  # document, entity, edge, value
    Column("key", Text, nullable=False),
    sqlite_autoincrement=True,  # a number is never given twice, not even after pruning
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("options", JSON, nullable=False),
    Column("idempotency_key", Text, unique=True),
    Column("request_hash", String(64)),
    Column("total", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("lease_until", Float),  # seconds since 1970
    Column("reason", Text, nullable=False, default=""),
    Column("submitted_at", String(32), nullable=False),
    Column("finished_at", String(32)),
)

job_items = Table(
    "job_items",
    metadata,
    Column("job_id", String(32), ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("state", String(16), nullable=False),  # pending, done, failed
    Column("attempts", Integer, nullable=False, default=0),
    Column("documents", Integer, nullable=False, default=0),
    Column("reason", Text, nullable=False, default=""),
)
