"""The few types that everything else speaks in: frozen, and without behaviour beyond their own identity.

Offsets are always character offsets into the document's extracted text, end exclusive: `text[start:end]` is the quote.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

PUBLIC = "*"
"""The pseudo-group that stands for everybody in a set of readers."""


def content_id(prefix: str, *parts: object) -> str:
    """Return a short identifier that depends on nothing but its parts.

    Args:
        prefix: One letter that says what is identified.
        parts: What the identity consists of; order matters.

    Returns:
        The prefix and 24 hexadecimal digits of SHA-256 (96 bits).
    """
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return prefix + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


# --- who reads -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Readers:
    """The set of groups that may read a document; `PUBLIC` alone where everybody may."""

    groups: tuple[str, ...] = (PUBLIC,)

    @classmethod
    def of(cls, groups: Sequence[str] | None) -> Readers:
        """Make a set of readers from any list of groups; none at all means everybody."""
        names = tuple(sorted(set(groups or ())))
        return cls((PUBLIC,)) if not names or PUBLIC in names else cls(names)

    @property
    def public(self) -> bool:
        """Whether everybody may read."""
        return self.groups == (PUBLIC,)

    def covers(self, other: Readers) -> bool:
        """Whether everyone who may read `other` may also read this."""
        return self.public or (not other.public and set(other.groups) <= set(self.groups))

    @property
    def key(self) -> str:
        """One string for use as a database key; groups hold no control characters."""
        return "\x1f".join(self.groups)

    @classmethod
    def from_key(cls, key: str) -> Readers:
        """Invert `key`."""
        return cls(tuple(key.split("\x1f")))


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: a member of some groups, or one who sees everything (an administrator, the machine's owner)."""

    groups: frozenset[str] = frozenset()
    everything: bool = False

    @classmethod
    def all(cls) -> Viewer:
        """The viewer who sees everything."""
        return cls(frozenset(), True)

    @classmethod
    def of(cls, *groups: str) -> Viewer:
        """A member of these groups, who sees what is public and what one of them may read."""
        return cls(frozenset(groups))

    def sees(self, readers: Readers) -> bool:
        """Whether a document with these readers is visible."""
        return self.everything or readers.public or not self.groups.isdisjoint(readers.groups)

    @property
    def parameter(self) -> list[str]:
        """The groups as a query parameter, `PUBLIC` included, sorted."""
        return sorted(self.groups | {PUBLIC})


# --- documents -------------------------------------------------------------------------------------------------------


class DocumentStatus(StrEnum):
    """What became of a document; everything but `READY` and `PENDING` carries a reason."""

    PENDING = "pending"
    READY = "ready"
    BLANK = "blank"  # truly nothing in it
    NO_TEXT = "no_text"  # content that gives no text (a scan without OCR)
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"  # truncated or not what its format says
    UNSUPPORTED = "unsupported"
    UNDECODABLE = "undecodable"  # no encoding fits
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    CRASHED = "crashed"  # the parser's process died
    FAILED = "failed"


class ChunkKind(StrEnum):
    """What a passage of a document is."""

    PROSE = "prose"
    HEADING = "heading"
    ROW = "row"  # a table row, written as "column: value; ..."
    HEADER = "header"  # mail headers


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: what is read, searched and cited as one piece."""

    start: int
    end: int
    kind: ChunkKind = ChunkKind.PROSE
    heading: str = ""  # the headings above it, joined by " > "
    page: int | None = None  # from 1


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was taken in. Its id depends on its external id alone."""

    external_id: str
    uri: str
    title: str
    text: str
    readers: Readers = Readers()
    media_type: str = "text/plain"
    date: str | None = None  # ISO 8601
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Identifier derived from `external_id`."""
        return document_id(self.external_id)


def document_id(external_id: str) -> str:
    """Return the id of the document with this external id."""
    return content_id("d", external_id)


# --- what a reader finds ---------------------------------------------------------------------------------------------


class SpanKind(StrEnum):
    """How a mention refers."""

    NAME = "name"
    NOMINAL = "nominal"  # "the company"
    PRONOUN = "pronoun"
    VALUE = "value"  # a date, an amount, a number, an address: a literal, not an entity


@dataclass(frozen=True, slots=True)
class Value:
    """A literal that can be compared: its kind, a canonical text, and what it sorts by."""

    kind: str  # Date, Money, Number, Text, Boolean, or another value type of the ontology
    text: str  # canonical: 1975-04-04, 1500000.0, true
    number: float | None = None  # what it sorts and sums by; dates as days since 1970-01-01 (start of the period)
    unit: str | None = None  # USD, kg, ...


@dataclass(frozen=True, slots=True)
class Span:
    """One mention in a text."""

    start: int
    end: int
    type: str  # a type of the ontology
    score: float = 1.0
    kind: SpanKind = SpanKind.NAME
    value: Value | None = None  # for `SpanKind.VALUE`
    extractor: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A relation between two spans of one reading, by their indices."""

    head: int
    tail: int
    predicate: str
    score: float = 1.0
    start: int | None = None  # the evidence; the chunk around both where None
    end: int | None = None
    extractor: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one document; `same` holds coreference inside it as index pairs with a score."""

    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    same: tuple[tuple[int, int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What an extractor reads: a document's text and its passages, in order."""

    text: str
    chunks: tuple[Chunk, ...]


# --- statements ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a stored document. Its id depends on document, offsets and type."""

    document_id: str
    start: int
    end: int
    type: str
    text: str
    kind: SpanKind = SpanKind.NAME
    score: float = 1.0
    value: Value | None = None
    extractor: str = ""
    _id: str = field(default="", init=False, repr=False, compare=False)  # asked for often, and a hash

    @property
    def id(self) -> str:
        """Identifier derived from content."""
        if not self._id:
            made = content_id("m", self.document_id, self.start, self.end, self.type)
            object.__setattr__(self, "_id", made)
        return self._id


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a statement stands: `text[start:end]` of the document is the quote."""

    document_id: str
    start: int
    end: int
    extractor: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Statement:
    """Subject, predicate and object as one document says it; both ends are mention ids (a value is a mention too)."""

    subject: str
    predicate: str
    object: str
    evidence: Evidence
    valid_from: str | None = None
    valid_to: str | None = None
    _id: str = field(default="", init=False, repr=False, compare=False)

    @property
    def id(self) -> str:
        """Identifier derived from content, so that writing it twice is writing it once."""
        if not self._id:
            object.__setattr__(self, "_id", content_id("s", self.subject, self.predicate, self.object))
        return self._id


# --- entities and judgements -----------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What a judgement says of two mentions."""

    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Judgement:
    """That two mentions are, or are not, one entity; who says so and why."""

    left: str  # mention ids, left < right
    right: str
    verdict: Verdict
    score: float
    reasons: Mapping[str, float] = field(default_factory=dict)  # feature -> contribution
    decided_by: str = "fusion"  # "fusion" or a person's name
    decided_at: str = ""  # ISO 8601; never part of a dump

    @property
    def id(self) -> str:
        """Identifier of the pair and of who decided: one judge has one opinion of a pair."""
        return content_id("j", self.left, self.right, self.decided_by)


@dataclass(frozen=True, slots=True)
class Question:
    """Two entities that may be one: what fusion leaves for a person to decide, with what speaks for and against it."""

    left: str  # mention ids, left < right; each is the id of its entity
    right: str
    score: float
    reasons: Mapping[str, float] = field(default_factory=dict)  # feature -> contribution

    @property
    def id(self) -> str:
        """Identifier of the pair."""
        return content_id("q", self.left, self.right)


# --- the projected graph ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntityNode:
    """An entity as it stands in the graph. Every viewer who may see it may see its name and aliases."""

    id: str
    type: str
    name: str
    aliases: tuple[str, ...]
    readers: Readers
    mentions: int


@dataclass(frozen=True, slots=True)
class ValueNode:
    """A literal in the graph; visible only through edges that are."""

    id: str
    value: Value


@dataclass(frozen=True, slots=True)
class Edge:
    """One claim with one set of readers: every statement of it that these may read, folded into one relationship."""

    subject: str  # EntityNode id
    predicate: str
    object: str  # EntityNode or ValueNode id
    readers: Readers
    support: int
    confidence: float  # 0..1
    statement_ids: tuple[str, ...]
    valid_from: str | None = None
    valid_to: str | None = None

    @property
    def id(self) -> str:
        """Identifier derived from ends, predicate and readers."""
        return content_id("r", self.subject, self.predicate, self.object, self.readers.key)


@dataclass(frozen=True, slots=True)
class DocumentNode:
    """A document in the graph with its chunks and what they mention."""

    id: str
    external_id: str
    uri: str
    title: str
    readers: Readers
    date: str | None
    chunks: tuple[tuple[str, int, int, int], ...]  # (chunk id, ordinal, start, end)
    mentions: tuple[tuple[str, str, int], ...]  # (chunk id, entity id, count)


@dataclass(frozen=True, slots=True)
class GraphDelta:
    """A state-based change: what is listed is made so, whatever was there. Applying it twice is applying it once."""

    position: int  # the ledger's delta number that the graph stands at afterwards
    entities: tuple[EntityNode, ...] = ()
    values: tuple[ValueNode, ...] = ()
    edges: tuple[Edge, ...] = ()
    documents: tuple[DocumentNode, ...] = ()
    gone_entities: tuple[str, ...] = ()
    gone_values: tuple[str, ...] = ()
    gone_edges: tuple[str, ...] = ()
    gone_documents: tuple[str, ...] = ()


def chunk_id(document: str, ordinal: int) -> str:
    """Return the id of a document's n-th chunk (from 0)."""
    return content_id("c", document, ordinal)


def value_id(value: Value) -> str:
    """Return the id of a literal: equal values are one node."""
    return content_id("v", value.kind, value.text, value.unit)


# --- answers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that an answer rests on."""

    document_id: str
    uri: str
    external_id: str
    title: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer is a query, its rows, and quotes. No citation, no answer: it abstains instead."""

    text: str
    rows: tuple[tuple[str, ...], ...]
    query: str
    citations: tuple[Citation, ...]
    confidence: float
    abstained: bool
    trace: Mapping[str, Any] = field(default_factory=dict)
