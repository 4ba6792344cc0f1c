"""Where the engines differ, and how their complaints become ours.

Rules that one engine needs and the other does not mind are followed on both, so that there is one code path: nodes are
matched by `(:Entity {id})` alone, labels change in transactions of their own, relationships are found by an index on
their `id`. What is left is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import (
    ConflictError,
    InputError,
    LimitError,
    LoregraphError,
    QueryError,
    SettingsError,
    StorageFullError,
    UnavailableError,
)

if TYPE_CHECKING:
    from neo4j.exceptions import Neo4jError


@dataclass(frozen=True, slots=True)
class Dialect:
    """One engine.

    Args:
        name: For messages.
        database: The database's name, None for the server's default.
        wipe: Empties the database at once, where the engine has a quicker way than deleting everything.
        close: Stops what was started for this store.
        full: Tells whether the disk is full, where the engine's own complaints do not.
    """

    name: str
    database: str | None = None
    wipe: Callable[[], None] | None = None
    close: Callable[[], None] = lambda: None
    full: Callable[[], bool] = lambda: False


_FULL = ("no space left", "outofdiskspace", "disk quota exceeded", "not enough space", "disk full")
_TIMED_OUT = (
    "Neo.ClientError.Transaction.TransactionTimedOut",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
    "Neo.TransientError.Transaction.LockClientStopped",
)
_TOO_BIG = ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", "Neo.TransientError.General.OutOfMemoryError")


@contextmanager
def engine_errors(*, user_query: bool = False, full: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Turn whatever the driver raises into an error of `kg.errors`.

    Args:
        user_query: Whether the statement came from a user, so that a refusal is his to correct.
        full: Asked when the engine failed without a reason: whether the disk is full.
    """
    from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired

    try:
        yield
    except AuthError as error:
        raise SettingsError(f"the graph engine refused the user or password: {_text(error)}") from error
    except (ServiceUnavailable, SessionExpired) as error:
        raise UnavailableError(f"the graph engine does not answer: {_text(error)}") from error
    except Neo4jError as error:
        translated = _translated(error, user_query)
        if isinstance(translated, UnavailableError) and full():
            translated = StorageFullError(f"the graph's disk is full: {translated}")
        raise translated from error
    except DriverError as error:
        if user_query:  # parameters or results that Bolt cannot carry
            raise QueryError(_text(error)) from error
        raise UnavailableError(f"the connection to the graph engine failed: {_text(error)}") from error
    except (UnicodeError, OverflowError, TypeError, ValueError) as error:  # the driver cannot pack a value
        raise (QueryError if user_query else InputError)(f"the graph cannot hold this: {_text(error)}") from error


def _translated(error: Neo4jError, user_query: bool) -> LoregraphError:
    from neo4j.exceptions import TransientError

    code = str(error.code or "")
    text = _text(error)
    if any(sign in f"{code} {text}".lower() for sign in _FULL):
        return StorageFullError(f"the graph's disk is full: {text}")
    if code in _TIMED_OUT:
        late = "the query ran past its time" if user_query else "the graph engine is too slow"
        return (LimitError if user_query else UnavailableError)(f"{late}: {text}")
    if code in _TOO_BIG:
        return LimitError(f"the query needs too much memory: {text}")
    if user_query and not isinstance(error, TransientError):
        return QueryError(text)
    if code == "Neo.ClientError.Schema.ConstraintValidationFailed":
        return ConflictError(f"two nodes of one id: {text}")
    return UnavailableError(f"the graph engine failed: {text}")


def _text(error: Exception) -> str:
    """The engine's own sentence, without codes and without the statement it repeats."""
    text = str(getattr(error, "message", None) or error).strip()
    return text.splitlines()[0][:300] if text else type(error).__name__
