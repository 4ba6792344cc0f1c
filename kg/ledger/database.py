"""Opening the ledger's database: SQLite in a file by default, any SQLAlchemy URL for a company."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from kg.errors import StorageFullError, UnavailableError

_MIGRATIONS = Path(__file__).parent / "migrations"


class Ledger:
    """A migrated ledger. Each unit of work is one transaction of `write`; reads see what is committed.

    Args:
        url: A SQLAlchemy URL, or the path of an SQLite file.
    """

    def __init__(self, url: str | Path) -> None:
        text = f"sqlite:///{url}" if isinstance(url, Path) else url
        self.engine: Engine = create_engine(text)
        # SQLite's writers give up after a while, and fusing much takes longer: those of this process queue up instead.
        self._writing = threading.RLock() if self.engine.dialect.name == "sqlite" else nullcontext()
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _sqlite_connect)
            event.listen(self.engine, "begin", _sqlite_begin)
        with _translated(), self.engine.begin() as connection:
            migrate(connection)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that is kept as a whole or not at all.

        Raises:
            StorageFullError: the disk is full.
            UnavailableError: the database does not answer or stays locked.
        """
        with self._writing, _translated(), self.engine.connect() as connection:
            connection.execution_options(ledger_write=True)
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view of what is committed."""
        with _translated(), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Release all connections."""
        self.engine.dispose()


def migrate(connection: Connection) -> None:
    """Bring a database to the newest schema."""
    if inspect(connection).has_table("alembic_version"):
        at = connection.scalar(sql("SELECT version_num FROM alembic_version"))
        if at == newest():
            return  # the usual case, and importing Alembic takes as long as all of SQLAlchemy
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def newest() -> str:
    """The newest revision: the files of the migrations begin with their revisions, which count upwards."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("*_*.py"))


def _sqlite_connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun by `_sqlite_begin` alone
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("ledger_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, DBAPIError) as error:
        text = str(error.orig)
        if "full" in text or "No space left" in text:
            raise StorageFullError(f"the disk that holds the ledger is full ({text})") from error
        if isinstance(error, OperationalError) or error.connection_invalidated:
            raise UnavailableError(f"the ledger's database does not answer ({text})") from error
        raise
