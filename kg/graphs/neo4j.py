"""An existing graph database, Neo4j or another that speaks Bolt: read label by label, page by page, written never."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from kg.errors import DocumentError, InputError, SettingsError, UnavailableError
from kg.graphs.graph import Claim, End, Node, Shape, Text
from kg.graphs.names import type_name
from kg.graphs.properties import ALIASES, KIND, Columns, Labels, called, claims, names_of, noted
from kg.graphs.roles import THING
from kg.graphs.writing import documents
from kg.ingest.composer import one_line
from kg.ingest.parsed import Part
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import neo4j

MEDIA_TYPE = "application/x-neo4j"
SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
PAGE = 1_000  # rows that are fetched at a time
EDGES = 5_000  # relationships of a node that are told of at a time
_PORT = 7687
_SECONDS = 30.0  # to connect


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is and who reads it."""

    scheme: str
    host: str
    port: int
    database: str | None
    user: str
    password: str

    @classmethod
    def of(cls, url: str, password: str = "") -> Address:
        """Read a URL: neo4j://user:password@host:port/database, everything but scheme and host left out at will.

        Args:
            url: The URL.
            password: The password where the URL holds none.

        Raises:
            InputError: it is none.
        """
        right = "neo4j://user:password@host:port/database"  # what is wrong is not shown: a password may stand in it
        try:
            parts = urlsplit(url)
            port = parts.port or _PORT
        except ValueError as error:
            raise InputError(f"this is no URL of a graph database: {right}") from error
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise InputError(f"this is no URL of a graph database: {right}")
        database = unquote(parts.path.strip("/")) or None
        user = unquote(parts.username or "") or "neo4j"
        return cls(parts.scheme, parts.hostname, port, database, user, unquote(parts.password or "") or password)

    @property
    def name(self) -> str:
        """The URL without user and password, as it may be written down."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}" + (f"/{self.database}" if self.database else "")


def is_graph(url: str) -> bool:
    """Whether a URL is one of a graph database."""
    return url.partition("://")[0].lower() in SCHEMES


def read(url: str, password: str = "") -> Iterator[Part]:
    """Read every node and relationship of a database.

    Each label is a document, a long one several; a node of several labels stands under the rarest. Memory holds one
    page of rows and one document.

    Args:
        url: Where it is, as for `Address.of`.
        password: The password where the URL holds none.

    Raises:
        InputError: the URL is none.
        SettingsError: it refuses the user, the password or the name of the database.
        UnavailableError: it does not answer, or no longer.
        DocumentError: it has no nodes (BLANK).
    """
    with opened(url, password) as (session, address):
        yield from _Database(session, address.name).documents()


@contextmanager
def opened(url: str, password: str = "") -> Iterator[tuple[neo4j.Session, Address]]:
    """Open a database for reading.

    Args:
        url: Where it is, as for `Address.of`.
        password: The password where the URL holds none.

    Raises:
        InputError: the URL is none.
        SettingsError: it refuses the user, the password or the name of the database.
        UnavailableError: it does not answer, or no longer.
    """
    from neo4j import READ_ACCESS, GraphDatabase
    from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError

    address = Address.of(url, password)
    auth = (address.user, address.password) if address.password else None
    try:
        with (
            GraphDatabase.driver(
                Address(address.scheme, address.host, address.port, None, "", "").name,
                auth=auth,
                connection_timeout=_SECONDS,
                notifications_min_severity="OFF",
            ) as driver,
            driver.session(database=address.database, default_access_mode=READ_ACCESS, fetch_size=PAGE) as session,
        ):
            yield session, address
    except AuthError as error:
        raise SettingsError(f"{address.name} refused the user or the password") from error
    except ClientError as error:
        raise SettingsError(f"{address.name} refused to be read: {_said(error)}") from error
    except (DriverError, Neo4jError, OSError) as error:
        raise UnavailableError(f"{address.name} does not answer: {_said(error)}") from error


class _Database:
    def __init__(self, session: neo4j.Session, name: str) -> None:
        self._session = session
        self._name = name
        self._sets = {
            frozenset(str(label) for label in row["labels"]): int(row["number"])
            for row in self._run("MATCH (n) RETURN labels(n) AS labels, count(*) AS number")
        }
        self._labels = Labels({labels: number for labels, number in self._sets.items() if labels})
        self._keys = self._unique()
        self._columns = Columns()
        self._shape = Shape(self._labels.types(), self._columns, self._columns.captions)

    def documents(self) -> Iterator[Part]:
        """Yield the documents, label by label."""
        if not self._sets:
            raise DocumentError(DocumentStatus.BLANK, "The database has no nodes.")
        order = sorted(self._sets, key=lambda labels: (self._labels.main(labels), sorted(labels)))
        database = self._name.rpartition("/")[2]
        for main, sets in groupby(order, key=self._labels.main):
            nodes = (node for labels in sets for node in self._nodes(labels))
            title = f"{database}: {main or 'nodes without a label'}"
            first = f"{self._name}#{main or THING}"
            yield from documents(nodes, self._shape, title=title, name=first, media_type=MEDIA_TYPE, first=first)

    def _nodes(self, labels: frozenset[str]) -> Iterator[Node]:
        """The nodes with just these labels, each with the relationships that start there."""
        named = "".join(f":`{label.replace('`', '``')}`" for label in sorted(labels))
        rows = self._run(
            f"MATCH (n{named}) WHERE size(labels(n)) = $number OPTIONAL MATCH (n)-[r]->(m) RETURN n, r, m",
            number=len(labels),
        )
        # Rows of one node follow each other; where an engine gives them otherwise, a node has several lines.
        for _, found in groupby(rows, key=lambda row: row["n"].element_id):
            told = False
            while block := list(islice(found, EDGES)):
                yield self._node(block[0]["n"], self._edges(block), again=told)
                told = True

    def _edges(self, rows: Sequence[neo4j.Record]) -> list[Claim]:
        said = []
        for row in rows:
            edge, other = row["r"], row["m"]
            if edge is not None and other is not None:
                end = End(self._table(other.labels), self._key(other), called(other) or self._key(other))
                said.append(Claim(self._columns.edge(edge.type), end, noted(dict(edge))))
        return sorted(said, key=lambda claim: claim.relation)

    def _node(self, node: neo4j.graph.Node, edges: Sequence[Claim], *, again: bool) -> Node:
        """A node with some of its edges; with its attributes too, where it is not told of again."""
        labels, key, name = frozenset(node.labels), self._key(node), called(node)
        said, others, special = list[Claim](), list[str](), names_of(node.keys())
        if not again:
            said = [Claim(KIND, Text(label)) for label in self._labels.further(labels)]
            others = [text for one in sorted(ALIASES & set(node.keys())) for text in _texts(node[one])]
            for attribute, value in sorted(node.items()):
                if attribute not in special:
                    said += claims(self._columns.attribute(attribute), value)
        iris = [f"iri:{value}" for one in ("uri", "iri") if _is_iri(value := node.get(one))]
        return Node(
            table=self._table(labels),
            key=key,
            name=name or key,
            aliases=tuple(dict.fromkeys(other for other in others if other != name)),
            claims=tuple(dict.fromkeys((*said, *edges))),
            identifiers=(f"node:{self._name}#{key}", *iris),
            origin=key,
        )

    def _table(self, labels: frozenset[str]) -> str:
        main = self._labels.main(frozenset(labels))
        return type_name(main) if main else THING

    def _key(self, node: neo4j.graph.Node) -> str:
        """What a node is known by: a property that a constraint keeps unique, else the id that the engine gave it."""
        for label in sorted(node.labels & self._keys.keys()):
            values = [node.get(name) for name in self._keys[label]]
            if None not in values:
                return f"{label} {', '.join(f'{k}={v}' for k, v in zip(self._keys[label], values, strict=True))}"
        return node.element_id

    def _unique(self) -> dict[str, tuple[str, ...]]:
        """The properties that are unique among a label's nodes, by constraint."""
        from neo4j.exceptions import Neo4jError

        found: dict[str, tuple[str, ...]] = {}
        try:
            for row in self._run("SHOW CONSTRAINTS"):
                kind = str(row.get("type", "")).upper()
                labels, properties = list(row.get("labelsOrTypes") or ()), tuple(row.get("properties") or ())
                if ("UNIQUE" in kind or "NODE_KEY" in kind) and "RELATIONSHIP" not in kind and len(labels) == 1:
                    known = found.get(labels[0], properties)
                    found[labels[0]] = min(known, properties, key=lambda one: (len(one), one))
        except Neo4jError:  # not every engine shows them, nor to every user
            return {}
        return found

    def _run(self, query: str, **parameters: Any) -> Iterator[neo4j.Record]:
        return iter(self._session.run(cast(Any, query), parameters))


def _texts(value: Any) -> list[str]:
    return [text for one in (value if isinstance(value, list) else [value]) if (text := one_line(str(one)))]


def _is_iri(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://", "urn:")) and " " not in value


def _said(error: Exception) -> str:
    return one_line(str(getattr(error, "message", None) or error))[:300]
