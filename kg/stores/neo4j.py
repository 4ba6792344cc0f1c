"""Opening a graph in a Neo4j 5 or newer that runs elsewhere."""

from __future__ import annotations

from kg.stores.bolt import BoltStore
from kg.stores.dialect import Dialect
from kg.stores.queries import connect


def open_neo4j(url: str, user: str, password: str, database: str | None = None) -> BoltStore:
    """Open the graph in a Neo4j.

    Args:
        url: `bolt://host:port`, or `neo4j://...` for a cluster; `+s` for TLS.
        user: A user who may write and define constraints.
        password: His password.
        database: The database's name; the server's default where None.

    Returns:
        The store; close it.

    Raises:
        SettingsError: The user or password is refused.
        UnavailableError: Nothing answers there.
    """
    driver = connect(url, user, password)
    return BoltStore(driver, driver, Dialect("neo4j", database))
