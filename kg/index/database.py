"""The index's SQLite file: its tables, its connections, and what its failures mean."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StorageFullError, UnavailableError

VERSION = "2"
"""Of all that decides what stands in the file: tables, segmentation, normalised names. Another version starts anew."""

BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
WAIT = 30.0  # seconds for another writer

# A shelf is what one set of readers sees in common; its two counters say when a cached copy of it is stale. Row numbers
# are never used twice (AUTOINCREMENT): caches know a row by its number.
SCHEMA = """
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE shelf (
    id INTEGER PRIMARY KEY AUTOINCREMENT, readers TEXT NOT NULL UNIQUE,
    chunks INTEGER NOT NULL DEFAULT 0,
    texts_changed INTEGER NOT NULL DEFAULT 0, names_changed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE document (
    id TEXT PRIMARY KEY, external_id TEXT NOT NULL, uri TEXT NOT NULL, title TEXT NOT NULL, shelf INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX document_shelf ON document (shelf);
CREATE TABLE title (
    key TEXT NOT NULL, document TEXT NOT NULL, shelf INTEGER NOT NULL, whole INTEGER NOT NULL,
    PRIMARY KEY (key, document)) WITHOUT ROWID;
CREATE INDEX title_document ON title (document);
CREATE TABLE chunk (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, document TEXT NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, heading TEXT NOT NULL);
CREATE INDEX chunk_document ON chunk (document);
CREATE TABLE vector (chunk INTEGER PRIMARY KEY, shelf INTEGER NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX vector_shelf ON vector (shelf);
CREATE INDEX vector_key ON vector (key);
CREATE TABLE entity (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, shelf INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX entity_shelf ON entity (shelf);
CREATE TABLE alias (
    number INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL, shelf INTEGER NOT NULL, alias TEXT NOT NULL,
    norm TEXT NOT NULL, mentions INTEGER NOT NULL, UNIQUE (entity, shelf, alias));
CREATE INDEX alias_norm ON alias (norm);
CREATE INDEX alias_shelf ON alias (shelf);
CREATE TABLE word (word TEXT NOT NULL, alias INTEGER NOT NULL, PRIMARY KEY (word, alias)) WITHOUT ROWID;
CREATE TABLE acronym (acronym TEXT NOT NULL, alias INTEGER NOT NULL, PRIMARY KEY (acronym, alias)) WITHOUT ROWID;
"""


class Database:
    """One SQLite file with one writer and any number of readers in other threads.

    Args:
        directory: Where index.sqlite3 lies; made where it is missing.

    Raises:
        StorageFullError: the disk is full.
        UnavailableError: the file cannot be opened.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / "index.sqlite3"
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._writing = threading.RLock()
        self._closed = False
        with named_errors(self.path):
            directory.mkdir(parents=True, exist_ok=True)
            self._writer = self._open_or_start_anew()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection on which every statement sees the same state of the index."""
        with named_errors(self.path):
            with self._guard:
                if self._closed:
                    raise UnavailableError("the index is closed")
                connection = self._idle.pop() if self._idle else self._connect()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")
                with self._guard:
                    if self._closed:
                        connection.close()
                    else:
                        self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the writer in a transaction: all of it or, after an error, nothing."""
        with self._writing, named_errors(self.path):
            if self._closed:
                raise UnavailableError("the index is closed")
            connection = self._writer
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk has rolled back by itself
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every connection; one that is lent closes when it is given back."""
        with self._writing, self._guard:
            self._closed = True
            for connection in (*self._idle, self._writer):
                connection.close()
            self._idle.clear()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=WAIT, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        # The ledger is the truth and the position tells what is in here: a power cut may cost the last transactions.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32768")
        return connection

    def _open_or_start_anew(self) -> sqlite3.Connection:
        """Open the file; one that is damaged or of another version gives way to an empty one, to be filled again."""
        try:
            connection = self._connect()
            if _prepare(connection):
                return connection
            connection.close()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in BROKEN:
                raise
        for name in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + name).unlink(missing_ok=True)
        connection = self._connect()
        _prepare(connection)
        return connection


def _prepare(connection: sqlite3.Connection) -> bool:
    """Make the tables in an empty file; tell whether the file is one of ours and of this version."""
    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        connection.executescript(f"BEGIN; {SCHEMA} INSERT INTO setting VALUES ('version', '{VERSION}'); COMMIT;")
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'setting'").fetchone():
        return False
    row = connection.execute("SELECT value FROM setting WHERE key = 'version'").fetchone()
    return bool(row and row[0] == VERSION)


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite and of the file system into those of `kg.errors` that a caller can act on.

    Args:
        path: The file; a failed write on a disk with no space left is a full disk, whatever SQLite calls it.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says more than is needed
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _full(path)):
            raise StorageFullError(f"no space for the search index: {error}") from error
        if code in BROKEN:
            raise UnavailableError(f"the search index is damaged: delete {path} and rebuild it: {error}") from error
        if isinstance(error, sqlite3.OperationalError):
            raise UnavailableError(f"the search index cannot be read or written: {error}") from error
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageFullError(f"no space for the search index: {error}") from error
        raise UnavailableError(f"the search index cannot be opened: {error}") from error


def _full(path: Path) -> bool:
    return shutil.disk_usage(path.parent).free < 1 << 20
