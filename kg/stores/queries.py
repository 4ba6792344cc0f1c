"""Connections, and running a user's statement within its time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from kg.errors import LimitError
from kg.ports import Result
from kg.stores.dialect import engine_errors
from kg.stores.plain import plain

if TYPE_CHECKING:
    from neo4j import Driver

T = TypeVar("T")

_RETRY_SECONDS = 5.0  # how long the driver repeats a transaction that a passing trouble stopped


def connect(url: str, user: str, password: str) -> Driver:
    """Make a driver whose waits are all bounded; it connects when first used."""
    from neo4j import GraphDatabase

    return GraphDatabase.driver(
        url,
        auth=(user, password),
        connection_timeout=5.0,
        connection_acquisition_timeout=10.0,
        max_transaction_retry_time=_RETRY_SECONDS,
        max_connection_pool_size=32,
        keep_alive=True,
        telemetry_disabled=True,
        notifications_min_severity="OFF",
        user_agent="loregraph",
    )


def run_query(
    reader: Driver, database: str | None, statement: str, parameters: dict[str, Any], limit: int, timeout: float
) -> Result:
    """Run a statement in a read session, and give up on it after its time.

    Neo4j stops it then; the embedded engine heeds no client, so the wait ends here and the engine stops at its own
    limit.

    Args:
        reader: The connection to run it on.
        database: The database's name.
        statement: One that passed the guard.
        parameters: Its parameters.
        limit: Most rows to fetch.
        timeout: Seconds.

    Raises:
        QueryError: The engine refused it.
        LimitError: It ran past its time.
        UnavailableError: The engine does not answer.
    """
    from neo4j import READ_ACCESS

    def fetch() -> Result:
        with (
            engine_errors(user_query=True),
            reader.session(database=database, default_access_mode=READ_ACCESS, fetch_size=limit + 1) as session,
            # not `execute_read`: what exhausted the engine once is not to be tried again
            session.begin_transaction(timeout=timeout) as tx,
        ):
            result = tx.run(statement, parameters)
            columns = tuple(result.keys())
            rows = [tuple(plain(value) for value in record.values()) for record in result.fetch(limit + 1)]
            return Result(columns, tuple(rows[:limit]), len(rows) > limit)

    return _within(timeout, fetch)


def _within(seconds: float, work: Callable[[], T]) -> T:
    """Run `work` in a thread and give up on it after `seconds` and a little grace for the engine's own limit."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="loregraph-query", daemon=True)
    thread.start()
    thread.join(seconds + 0.5)
    if done:
        return done[0]
    if failed:
        raise failed[0]
    raise LimitError(f"the query ran past its {seconds:g} s")
