"""Mailboxes: many mails in one file, each a document of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.loaders.eml import read_message
from kg.ingest.loaders.mail import message_key
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.parsed import Part, Unread
from kg.types import DocumentStatus

_FROM = re.compile(rb"From \S.*\d{4}\s*$|From .*\d\d:\d\d")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_LARGEST = 64 << 20  # of one mail


def load(path: Path, name: str, nesting: Nesting) -> Iterator[Part]:
    """Read a mailbox mail by mail, however long it is.

    Raises:
        DocumentError: it is no mailbox (CORRUPT).
    """
    seen: Counter[str] = Counter()
    for number, data in enumerate(_mails(path), 1):
        found = _ID.search(data[: 1 << 16])
        key = message_key(found[1].decode("ascii", "replace") if found else "", str(number))
        seen[key] += 1
        identity = f"{name}#{key}" if seen[key] == 1 else f"{name}#{key} ({seen[key]})"
        if len(data) > _LARGEST:
            reason = f"The mail has more than {_LARGEST >> 20} MB."
            yield Unread(identity, DocumentStatus.TOO_LARGE, reason)
            continue
        try:
            yield from read_message(data, identity, nesting, "application/mbox", external_id=identity)
        except DocumentError as error:
            if nesting.spent:
                raise
            yield Unread(identity, error.status, error.reason)


def _mails(path: Path) -> Iterator[bytes]:
    """Cut a file at the lines "From ..." that stand after blank lines."""
    with path.open("rb") as file:
        first = file.readline()
        while first and not first.strip():
            first = file.readline()
        if not first.startswith(b"From "):
            raise DocumentError(DocumentStatus.CORRUPT, 'The file is no mailbox: it does not begin with "From ".')
        lines: list[bytes] = []
        size, blank = 0, False
        for line in file:
            if blank and line.startswith(b"From ") and _FROM.match(line):
                yield _QUOTED.sub(rb"\1", b"".join(lines))
                lines, size, blank = [], 0, False
                continue
            blank = not line.strip()
            size += len(line)
            if size <= _LARGEST + (1 << 20):  # the rest of a mail that is too large is passed over
                lines.append(line)
        yield _QUOTED.sub(rb"\1", b"".join(lines))
