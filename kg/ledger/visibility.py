"""Which rows a viewer may see."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, select, true

from kg.ledger import schema as t
from kg.types import Readers, Viewer


def visible(connection: Connection, viewer: Viewer, readers: ColumnElement[str]) -> ColumnElement[bool]:
    """A condition on a column of `Readers.key` that holds for what the viewer may see."""
    if viewer.everything:
        return true()
    keys = connection.scalars(select(t.documents.c.readers).distinct())
    return readers.in_([key for key in keys if viewer.sees(Readers.from_key(key))])
