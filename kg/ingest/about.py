"""What a file says of itself: who wrote it and when, and the file or mail that it came in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parent:
    """What a file came in: an archive, a document that it is embedded in, or a mail that it is attached to."""

    external_id: str
    name: str
    mail: str | None = None  # the key of the mail; None where it came in a file
    above: Parent | None = None  # what an archive came in, which has no document of its own to say so


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a file beside its content; `kg.ingest.colophon` writes it into the text."""

    authors: tuple[str, ...] = ()
    created: str | None = None  # ISO 8601
    modified: str | None = None  # ISO 8601
    parent: Parent | None = None
    mail: str | None = None  # the key of the mail that the document is; None where it is none
