"""A file that means harm, and what must become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.types import DocumentStatus as S

CANARY = "CANARY-5f3759df-SECRET"
"""Stands in a file outside; no document may hold it."""

UNREAD = frozenset(S) - {S.READY, S.PENDING}
REFUSED = frozenset({S.CORRUPT, S.TOO_LARGE, S.UNSUPPORTED, S.ENCRYPTED, S.NO_TEXT, S.BLANK})


@dataclass(frozen=True, slots=True)
class Case:
    """One file and what must become of it.

    Attributes:
        name: The file's name.
        group: What kind of harm it means.
        content: Makes its bytes.
        statuses: What its documents may end as; every document of the file must.
        text: What must stand in one of its documents.
        slow: Whether reading it takes a second or more.
    """

    name: str
    group: str
    content: Callable[[], bytes]
    statuses: frozenset[S] = UNREAD
    text: str | None = None
    slow: bool = False
