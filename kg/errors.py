"""Every error that Loregraph raises on purpose: one class for each thing a caller can do differently.

::

    LoregraphError
    ├── InputError            the caller can correct what he sent
    │   ├── OntologyError         a type, relation or ontology file is wrong (carries the file and line)
    │   ├── DataError             a file of labelled texts is wrong (carries the file and line)
    │   ├── QueryError            a Cypher text is not one read-only statement, or the engine refused it
    │   └── SettingsError         a setting, plug-in name or missing extra
    ├── NotFoundError         no such document, entity, job or model, or the viewer may not know of it
    ├── ConflictError         it contradicts what is there (a judgement, an idempotency key)
    ├── PermissionDeniedError the viewer or key may not do this
    ├── DocumentError         a document could not be read; `status` says why, and the rest goes on
    ├── LimitError            a time, size or row limit was reached
    ├── LockedError           another process holds the data directory
    ├── StorageFullError      a disk is full; reads still work
    └── UnavailableError      the graph engine or another service does not answer; try again later
"""

from __future__ import annotations

from kg.types import DocumentStatus


class LoregraphError(Exception):
    """Base of every error raised on purpose."""


class InputError(LoregraphError):
    """The caller can correct what he sent."""


class OntologyError(InputError):
    """A type, a relation or an ontology file is wrong.

    Args:
        message: What is wrong and what would be right.
        file: The ontology file, where one is at fault.
        line: Line in that file, from 1.
    """

    def __init__(self, message: str, file: str | None = None, line: int | None = None) -> None:
        self.file = file
        self.line = line
        where = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(where + message)


class DataError(InputError):
    """A file of labelled texts is wrong.

    Args:
        message: What is wrong and what would be right.
        file: The file.
        line: Line in that file, from 1, where one is at fault.
    """

    def __init__(self, message: str, file: str, line: int | None = None) -> None:
        self.file = file
        self.line = line
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")


class QueryError(InputError):
    """A Cypher text is not one read-only statement, or the engine refused it."""


class SettingsError(InputError):
    """A setting is wrong, a plug-in is unknown, or an extra is not installed."""


class NotFoundError(LoregraphError):
    """There is no such thing, or the viewer may not know that there is."""


class ConflictError(LoregraphError):
    """What was asked contradicts what is already there."""


class PermissionDeniedError(LoregraphError):
    """The viewer or key may not do this."""


class DocumentError(LoregraphError):
    """A document could not be read.

    Args:
        status: Which kind of failure, as stored with the document.
        reason: One sentence for a person.
    """

    def __init__(self, status: DocumentStatus, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(f"{status.value}: {reason}")


class LimitError(LoregraphError):
    """A time, size or row limit was reached."""


class LockedError(LoregraphError):
    """Another process holds the data directory."""


class StorageFullError(LoregraphError):
    """A disk is full: nothing was written, reads still work."""


class UnavailableError(LoregraphError):
    """The graph engine or another service does not answer; try again later."""
