"""JSON lines: a document a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import DocumentError
from kg.ingest.chunking import chunk
from kg.ingest.composer import clean
from kg.ingest.dates import iso_date
from kg.ingest.loaders.encoding import decode
from kg.ingest.loaders.reading import read_text
from kg.ingest.parsed import Parsed, Part, Unread
from kg.types import DocumentStatus, Readers

LONGEST_LINE = 256 << 20
_MOST_BAD = 100
_READ = frozenset({"text", "title", "groups", "date", "id"})


def load(path: Path, name: str) -> Iterator[Part]:
    """Read a document from each line: an object with `text` and perhaps `id`, `title`, `groups`, `date`, and metadata.

    The text is kept character by character, so offsets made outside hold. A line that is wrong is an `Unread`; the rest
    goes on.

    Raises:
        DocumentError: no line is a document (with the status of the first), or there is none (BLANK).
    """
    bad: list[Unread] = []  # until one line is good it is not clear that these are JSON lines at all
    good = False
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        identity = f"{name}#{number}"
        try:
            part = document(_object(line), identity)
        except DocumentError as error:
            bad.append(Unread(identity, error.status, f"Line {number}: {error.reason}"))
            if not good and len(bad) >= _MOST_BAD:
                break
        else:
            good = True
            yield from bad
            bad.clear()
            yield part
    if not good and not bad:
        raise DocumentError(DocumentStatus.BLANK, "The file holds nothing but white space.")
    if not good:
        raise DocumentError(bad[0].status, f"No line is a document. {bad[0].reason}")
    yield from bad


def document(fields: Mapping[str, Any], default_id: str) -> Parsed:
    """Make a document of a JSON object.

    Args:
        fields: `text`, and perhaps `id`, `title`, `groups`, `date`, and metadata.
        default_id: Its external id where it has none of its own.

    Raises:
        DocumentError: `text` is missing (CORRUPT) or blank (BLANK), or another key has the wrong type (CORRUPT).
    """
    text = fields.get("text")
    if not isinstance(text, str):
        raise DocumentError(DocumentStatus.CORRUPT, 'A document needs "text", a string.')
    groups = fields.get("groups")
    if isinstance(groups, str):
        groups = [groups]
    if groups is not None and not (
        isinstance(groups, list) and all(isinstance(g, str) and g.isprintable() for g in groups)
    ):
        raise DocumentError(DocumentStatus.CORRUPT, '"groups" must be a list of strings.')
    title, date, identity = fields.get("title"), fields.get("date"), fields.get("id")
    if (
        not isinstance(title, str | None)
        or not isinstance(date, str | None)
        or not isinstance(identity, str | int | None)
    ):
        raise DocumentError(DocumentStatus.CORRUPT, '"id", "title" and "date" must be strings.')
    if not text.strip():
        raise DocumentError(DocumentStatus.BLANK, "Its text is blank.")
    kept = clean(text)
    external_id = default_id if identity is None or identity == "" else clean(str(identity))
    return Parsed(
        text=kept,
        title=clean(title or "") or external_id,
        chunks=chunk(kept),
        media_type="text/plain",
        date=iso_date(date) if date else None,
        metadata={key: value for key, value in fields.items() if key not in _READ},
        external_id=external_id,
        readers=None if groups is None else Readers.of(groups),
    )


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        wide = b"\0" in file.read(64)
    if wide:  # UTF-16: its line ends cannot be found byte by byte
        yield from (line.encode() for line in read_text(path).split("\n"))
        return
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            yield line


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(decode(line.strip()))
    except RecursionError as error:
        raise DocumentError(DocumentStatus.CORRUPT, "It is nested too deeply.") from error
    except ValueError as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"It is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise DocumentError(DocumentStatus.CORRUPT, "It is no JSON object.")
    return found
