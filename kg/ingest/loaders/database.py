"""Relational databases through SQLAlchemy: a table is a document, a row is a record, a foreign key points at a row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import DocumentError
from kg.ingest import sqlite
from kg.ingest.cells import EMPTY, SAMPLE, Cell, Kind, cell_of, kind_of
from kg.ingest.columns import has_name, naming_column, person_columns
from kg.ingest.composer import Composer, one_line, stem
from kg.ingest.parsed import Parsed, Part, Unread
from kg.ingest.tables import PART, Table, full_name, write_rows
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import sqlalchemy as sa

MEDIA_TYPE = "application/vnd.sqlite3"


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the rows of one table are written."""

    table: sa.TableClause
    columns: tuple[str, ...]  # its own, then one for each foreign key of several
    kinds: tuple[Kind, ...]  # of its own columns
    keys: tuple[int, ...]  # places of the primary key
    references: tuple[tuple[str, tuple[int, ...]], ...]  # (table, places) of each foreign key, by the target's key
    naming: int | None  # place of the name
    person: tuple[int, int] | None  # places of given and family name, where these are the name
    link: bool


def load(path: Path, name: str) -> Iterator[Part]:
    """Read a SQLite file; each table is a document called "file#table", a long one several: "file#table/2" ...

    Raises:
        DocumentError: it is damaged or encrypted (CORRUPT), or has no rows (BLANK).
    """
    import sqlalchemy as sa

    opened, empty = sqlite.engine(path), True
    try:
        for part in documents(opened, name):
            empty = False
            yield part
    except (sa.exc.DatabaseError, sqlite3.DatabaseError) as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The database is damaged: {one_line(str(error))[:200]}") from error
    finally:
        opened.dispose()
    if empty:
        raise DocumentError(DocumentStatus.BLANK, "The database has no rows.")


def documents(engine: sa.Engine, name: str) -> Iterator[Part]:
    """Read every table of a database that has rows.

    Args:
        engine: The database; nothing is written to it.
        name: What the documents' external ids begin with.

    Yields:
        A document for each table, in the order of their names. A table that cannot be read is an `Unread`.
    """
    import sqlalchemy as sa

    inspector = sa.inspect(engine)
    shapes: dict[str, _Shape] = {}
    for table in sorted(inspector.get_table_names()):
        try:
            shapes[table] = _shape(inspector, table)
        except sa.exc.SQLAlchemyError as error:
            yield Unread(f"{name}#{table}", DocumentStatus.CORRUPT, one_line(str(error))[:200], table)
    plans: dict[str, _Plan] = {}
    with engine.connect() as connection:
        for table, shape in shapes.items():
            try:
                plans[table] = _plan(connection, shape, shapes)
            except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
                yield Unread(f"{name}#{table}", DocumentStatus.CORRUPT, one_line(str(error))[:200], table)
        names = _Names(connection, plans)
        for table, plan in plans.items():
            identity = f"{name}#{table}"
            try:
                yield from _documents(connection, plan, names, stem(name), identity)
            except DocumentError as error:
                yield Unread(identity, error.status, error.reason, table)
            except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
                yield Unread(identity, DocumentStatus.CORRUPT, one_line(str(error))[:200], table)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the database says of one of its tables."""

    table: sa.TableClause
    columns: tuple[str, ...]
    keys: tuple[int, ...]
    foreign: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]  # (table, columns here, columns there)


def _shape(inspector: sa.Inspector, name: str) -> _Shape:
    import sqlalchemy as sa

    columns = tuple(str(column["name"]) for column in inspector.get_columns(name))
    keys = inspector.get_pk_constraint(name)["constrained_columns"]
    foreign = tuple(
        (str(key["referred_table"]), tuple(key["constrained_columns"]), tuple(key["referred_columns"]))
        for key in inspector.get_foreign_keys(name)
    )
    # Columns without a type are read as the driver gives them: SQLite's declared types promise nothing.
    table = sa.table(name, *(sa.column(column) for column in columns))
    return _Shape(table, columns, tuple(columns.index(key) for key in keys), foreign)


def _plan(connection: sa.Connection, shape: _Shape, shapes: Mapping[str, _Shape]) -> _Plan:
    names, keys, table = shape.columns, shape.keys, shape.table.name
    references = tuple(_references(shape, shapes))
    pointing = frozenset(place for _, through in references for place in through)
    rows = connection.execute(_select(shape.table, keys).limit(SAMPLE))
    sample = [[cell_of(value) for value in row] for row in rows]
    person = None if has_name(names) else person_columns(names)
    skip = pointing | frozenset(keys if len(keys) > 1 else ())
    naming = None if person else naming_column(table, names, sample, skip)
    kinds = tuple(
        Kind() if index == naming else kind_of(name, (row[index] for row in sample)) for index, name in enumerate(names)
    )
    surrogate = frozenset(keys) - pointing if len(keys) == 1 else frozenset()  # a bare number says nothing by itself
    link = len(references) >= 2 and pointing | surrogate == frozenset(range(len(names)))
    several = tuple("|".join(names[place] for place in through) for _, through in references if len(through) > 1)
    return _Plan(shape.table, (*names, *several), kinds, keys, references, naming, person, link)


def _references(shape: _Shape, shapes: Mapping[str, _Shape]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The foreign keys that point at the key of a table that is here, in the order of their columns."""
    known = {name.casefold(): found for name, found in shapes.items()}
    found: list[tuple[tuple[int, ...], str]] = []
    for table, here, there in shape.foreign:
        target = known.get(table.casefold())
        if target is None:
            continue
        order = [target.columns[place].casefold() for place in target.keys]
        ends = [column.casefold() for column in there] or order  # none named: the key is meant
        if len(ends) == len(here) and sorted(ends) == sorted(order):
            through = dict(zip(ends, here, strict=True))
            found.append((tuple(shape.columns.index(through[column]) for column in order), target.table.name))
    yield from ((table, through) for through, table in sorted(found))


def _select(table: sa.TableClause, keys: Sequence[int]) -> sa.Select[Any]:
    import sqlalchemy as sa

    columns = list(table.c)
    return sa.select(*columns).order_by(*(columns[place] for place in keys))


class _Names:
    """What rows that are pointed at are called; read once for each table that is pointed at."""

    def __init__(self, connection: sa.Connection, plans: dict[str, _Plan]) -> None:
        self._connection = connection
        self._plans = plans
        self._known: dict[str, dict[str, str]] = {}

    def of(self, table: str, key: str) -> str:
        """The name of a row, or its key where it has none."""
        if table not in self._known:
            self._known[table] = self._read(self._plans.get(table))
        return self._known[table].get(key) or key

    def _read(self, plan: _Plan | None) -> dict[str, str]:
        import sqlalchemy as sa

        if plan is None or (plan.naming is None and plan.person is None):
            return {}
        try:
            rows = self._connection.execute(_select(plan.table, plan.keys).execution_options(yield_per=1000))
            return {_key(plan, row): _name(plan, row) for row in rows}
        except (sa.exc.SQLAlchemyError, sqlite3.Error):  # that table is damaged: this one is read all the same
            return {}


def _key(plan: _Plan, row: Sequence[Any]) -> str:
    return "|".join(cell_of(row[place]).text for place in plan.keys)


def _name(plan: _Plan, row: Sequence[Any]) -> str:
    if plan.person is not None:
        return full_name(*(cell_of(row[place]).text for place in plan.person))
    return "" if plan.naming is None else cell_of(row[plan.naming]).text


def _documents(connection: sa.Connection, plan: _Plan, names: _Names, database: str, identity: str) -> Iterator[Parsed]:
    """The documents of one table: one, or, where it is long, one for every `PART` rows."""
    rows = connection.execute(_select(plan.table, plan.keys).execution_options(yield_per=1000))
    lead = 0 if plan.person is None else 1
    naming = 0 if plan.person is not None else plan.naming
    columns = ("name", *plan.columns) if plan.person is not None else plan.columns
    table = Table(plan.table.name, columns, naming, tuple(place + lead for place in plan.keys), plan.link)
    first = 1
    for part, block in enumerate(rows.partitions(PART), 1):
        composer = Composer()
        title = f"{database}: {table.name}"
        composer.heading(title, 1)
        keys = [_key(plan, row) for row in block] if plan.keys else None
        after = write_rows(composer, table, (_cells(plan, row, names) for row in block), first=first, keys=keys)
        if after == first:  # nothing but blanks
            continue
        first = after
        last = "" if part == 1 else f"{part}"
        yield composer.parsed(
            f"{title} ({last})" if last else title, MEDIA_TYPE, external_id=f"{identity}/{last}" if last else identity
        )


def _cells(plan: _Plan, row: Sequence[Any], names: _Names) -> list[Cell]:
    raw = [cell_of(value) for value in row]
    cells = [kind.of(cell) for kind, cell in zip(plan.kinds, raw, strict=True)]
    for target, through in plan.references:
        values = [raw[place].text for place in through]
        key = "|".join(values)
        cell = Cell(names.of(target, key), None, (target, key), typed=True) if all(values) else EMPTY
        if len(through) == 1:
            cells[through[0]] = cell
        else:
            cells.append(cell)
    return cells if plan.person is None else [Cell(_name(plan, row)), *cells]
