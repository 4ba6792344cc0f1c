"""What the driver raises becomes an error that says what a caller can do."""

from __future__ import annotations

import pytest
from neo4j.exceptions import AuthError, ClientError, DatabaseError, DriverError, Neo4jError, ServiceUnavailable

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
from kg.stores.dialect import engine_errors


def from_server(code: str, message: str) -> Neo4jError:
    return Neo4jError._hydrate_neo4j(code=code, message=message)


TIMED_OUT = from_server("Neo.ClientError.Transaction.TransactionTimedOut", "late")
SYNTAX = from_server("Neo.ClientError.Statement.SyntaxError", "no Cypher\nMATCH secret")
NO_SPACE = from_server("Neo.DatabaseError.Transaction.TransactionCommitFailed", "java.io: No space left on device")
DUPLICATE = from_server("Neo.ClientError.Schema.ConstraintValidationFailed", "Duplicated key")
DEADLOCK = from_server("Neo.TransientError.Transaction.DeadlockDetected", "try again")
UNKNOWN = from_server("Neo.DatabaseError.General.UnknownError", "Transaction error on commit")
MEMORY = from_server("Neo.TransientError.General.MemoryPoolOutOfMemoryError", "too much")


@pytest.mark.parametrize(
    ("raised", "for_a_query", "for_us"),
    [
        (ServiceUnavailable("gone"), UnavailableError, UnavailableError),
        (AuthError("who"), SettingsError, SettingsError),
        (TIMED_OUT, LimitError, UnavailableError),
        (MEMORY, LimitError, LimitError),
        (SYNTAX, QueryError, UnavailableError),
        (NO_SPACE, StorageFullError, StorageFullError),
        (DUPLICATE, QueryError, ConflictError),
        (DEADLOCK, UnavailableError, UnavailableError),
        (UNKNOWN, QueryError, UnavailableError),
        (DriverError("odd"), QueryError, UnavailableError),
        (OverflowError("2**70"), QueryError, InputError),
    ],
)
def test_errors_are_ours(raised: Exception, for_a_query: type[LoregraphError], for_us: type[LoregraphError]) -> None:
    for user_query, expected in ((True, for_a_query), (False, for_us)):
        with pytest.raises(expected) as caught, engine_errors(user_query=user_query):
            raise raised
        assert type(caught.value) is expected
        assert "\n" not in str(caught.value)


def test_a_failure_without_a_reason_is_asked_whether_the_disk_is_full() -> None:
    with pytest.raises(StorageFullError), engine_errors(full=lambda: True):
        raise UNKNOWN
    with pytest.raises(UnavailableError), engine_errors(full=lambda: False):
        raise UNKNOWN
    with pytest.raises(ConflictError), engine_errors(full=lambda: True):
        raise DUPLICATE


def test_the_servers_classes_are_what_we_take_them_for() -> None:
    assert isinstance(SYNTAX, ClientError)
    assert isinstance(UNKNOWN, DatabaseError)
