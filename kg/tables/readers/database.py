"""Relational databases through SQLAlchemy: their tables with what is declared of keys and types."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DocumentError, InputError, SettingsError, UnavailableError
from kg.ingest import sqlite
from kg.ingest.composer import one_line
from kg.ingest.parsed import Unread
from kg.tables.readers.texts import SEPARATOR, kind_of_type, text_of
from kg.tables.source import Foreign, Source, SourceColumn, SourceTable
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import sqlalchemy as sa

_DRIVERS = {"postgresql": ("psycopg", "pg8000", "psycopg2"), "mysql": ("pymysql", "MySQLdb"), "mariadb": ("pymysql",)}
_EXTRAS = {"postgresql": "databases"}
_SYSTEM = frozenset({"information_schema", "pg_catalog", "pg_toast", "sys", "performance_schema", "mysql"})


_MARKS = ((b"SQLite format 3\0", 0, "sqlite"), (b"DUCK", 8, "duckdb"))


def database_in(file: Path) -> str | None:
    """The URL of a file that is a database; None where it is none."""
    try:
        with file.open("rb") as opened:
            head = opened.read(32)
    except (OSError, ValueError):
        return None
    return next((f"{kind}:///{file}" for mark, at, kind in _MARKS if head[at : at + len(mark)] == mark), None)


def shown(url: str) -> str:
    """What a database is called: its path where it is a file, else its URL without who reads it and his password."""
    import sqlalchemy as sa

    parsed = _url(url)
    if parsed.host is None and parsed.database and Path(parsed.database).is_file():
        return str(Path(parsed.database).absolute())
    return str(
        sa.URL.create(parsed.drivername.partition("+")[0], None, None, parsed.host, parsed.port, parsed.database)
    )


@contextmanager
def opened(url: str) -> Iterator[sa.Engine]:
    """Open a database to be read.

    Raises:
        InputError: this is no database URL.
        SettingsError: its driver is not installed; the message names the extra.
    """
    import sqlalchemy as sa

    parsed = _url(url)
    family = parsed.drivername.partition("+")[0]
    try:
        if family == "sqlite":
            engine = _sqlite(Path(parsed.database or ""))
        else:
            engine = sa.create_engine(_with_driver(parsed), poolclass=sa.pool.NullPool)
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        extra = _EXTRAS.get(family)
        hint = f"install it with pip install 'loregraph[{extra}]'" if extra else "install its SQLAlchemy driver"
        raise SettingsError(f"No driver for {family} is installed: {hint}.") from error
    try:
        yield engine
    finally:
        engine.dispose()


def read(url: str, name: str) -> Iterator[Source]:
    """Read every table of a database, in the order of their names; nothing is written to it.

    Args:
        url: How to reach it.
        name: What it is called.

    Yields:
        Its tables; an `Unread` for each that cannot be read.

    Raises:
        UnavailableError: the database does not answer.
        DocumentError: it is damaged (CORRUPT).
    """
    import sqlalchemy as sa

    if (parsed := _url(url)).drivername == "duckdb":
        from kg.tables.readers import duck

        yield from duck.read(Path(parsed.database or ""))
        return
    with opened(url) as engine:
        try:
            inspector = sa.inspect(engine)
            names = list(_tables(inspector))
        except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
            raise UnavailableError(f"{name} does not answer: {one_line(str(error.orig))[:200]}") from error
        except sa.exc.DatabaseError as error:
            raise _damaged(error) from error
        with engine.connect() as connection:
            for schema, table in names:
                called = table if len({s for s, t in names if t == table}) == 1 else f"{schema}.{table}"
                try:
                    yield _table(inspector, connection, schema, table, called)
                except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
                    yield Unread(f"{name}#{called}", DocumentStatus.CORRUPT, one_line(str(error))[:200], called)


def _tables(inspector: sa.Inspector) -> Iterator[tuple[str | None, str]]:
    """Tables with their schema, None for the default one."""
    default = inspector.default_schema_name
    if inspector.dialect.name == "sqlite":
        schemas: Sequence[str | None] = (None,)
    else:
        schemas = [None, *(s for s in inspector.get_schema_names() if s != default and s.lower() not in _SYSTEM)]
    for schema in schemas:
        for table in sorted(inspector.get_table_names(schema=schema)):
            yield schema, table


def _table(
    inspector: sa.Inspector, connection: sa.Connection, schema: str | None, table: str, called: str
) -> SourceTable:
    import sqlalchemy as sa

    columns = [
        (str(column["name"]), *_type_of(column["type"])) for column in inspector.get_columns(table, schema=schema)
    ]
    try:
        key = tuple(inspector.get_pk_constraint(table, schema=schema)["constrained_columns"] or ())
        foreign = tuple(
            Foreign(tuple(one["constrained_columns"]), str(one["referred_table"]), tuple(one["referred_columns"]))
            for one in inspector.get_foreign_keys(table, schema=schema)
        )
    except NotImplementedError:
        key, foreign = (), ()
    # Columns without a type are read as the driver gives them: SQLite's declared types promise nothing.
    clause = sa.table(table, *(sa.column(name) for name, _, _ in columns), schema=schema)
    return SourceTable(
        called,
        tuple(SourceColumn(name, kind, None, separator) for name, kind, separator in columns),
        _rows(connection, sa.select(*clause.c)),
        key,
        foreign,
    )


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[list[str]]:
    import sqlalchemy as sa

    try:
        result = connection.execution_options(yield_per=1_000).execute(query)
        for row in result:
            yield [text_of(value) for value in row]
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
        raise _damaged(error) from error


def _type_of(declared: Any) -> tuple[str | None, str | None]:
    """The kind of value and the separator of lists that a declared type tells of."""
    name = type(declared).__name__.upper()
    if name == "ARRAY":
        return None, SEPARATOR
    if name == "NULLTYPE":
        return None, None
    return kind_of_type(str(name)), None


def _damaged(error: Exception) -> DocumentError:
    return DocumentError(DocumentStatus.CORRUPT, f"The database is damaged: {one_line(str(error))[:200]}")


def _url(url: str) -> sa.URL:
    import sqlalchemy as sa

    try:
        return sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise InputError(f"{url.partition('://')[0]}://... is no database URL") from error


def _with_driver(url: sa.URL) -> sa.URL:
    """Name an installed driver where the URL names none."""
    from importlib.util import find_spec

    if "+" in url.drivername:
        return url
    known = _DRIVERS.get(url.drivername, ())
    found = next((driver for driver in known if find_spec(driver)), None)
    return url if found is None else url.set(drivername=f"{url.drivername}+{found}")


def _sqlite(path: Path) -> sa.Engine:
    if not path.is_file():
        raise InputError(f"there is no SQLite file {str(path)!r}")
    return sqlite.engine(path)
