"""JSON: tables of flat objects, documents, and trees of anything else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

from kg.errors import DocumentError
from kg.ingest.cells import EMPTY, Cell, cell_of
from kg.ingest.composer import Composer, first_of, one_line, stem
from kg.ingest.loaders.jsonl import document
from kg.ingest.loaders.reading import read_text
from kg.ingest.parsed import Part, Unread
from kg.ingest.tables import write_table
from kg.types import DocumentStatus

_DOCUMENT_KEYS = frozenset(
    {"id", "title", "text", "groups", "date", "url", "uri", "source", "metadata", "author", "language"}
)
_DEEPEST = 200


def load(path: Path, name: str) -> Iterator[Part]:
    """Read a JSON file.

    An object, or an array of objects, with `text` and nothing but what documents have (`id`, `title`, `groups`, `date`)
    gives documents as a jsonl line does. An array of flat objects, wherever it stands, is a table of records. The rest
    is written as "key: value" lines under headings.

    Raises:
        DocumentError: it is no JSON (CORRUPT), says nothing (BLANK, NO_TEXT), or is nested too deeply (CORRUPT).
    """
    try:
        found = json.loads(read_text(path))
    except RecursionError as error:
        raise DocumentError(DocumentStatus.CORRUPT, "The file is nested too deeply.") from error
    except ValueError as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The file is no JSON, or cut short: {error}.") from error
    if found in ({}, [], None, ""):
        raise DocumentError(DocumentStatus.BLANK, "The file holds an empty value.")
    documents = [found] if isinstance(found, dict) else found
    if isinstance(documents, list) and all(map(_is_document, documents)):
        yield from _documents(documents, name)
        return
    composer = Composer()
    _write(composer, stem(name), found, 1)
    title = found.get("title") or found.get("name") if isinstance(found, dict) else None
    yield composer.parsed(first_of(title if isinstance(title, str) else None, stem(name)), "application/json")


def _documents(objects: Sequence[Mapping[str, Any]], name: str) -> Iterator[Part]:
    for number, fields in enumerate(objects, 1):
        identity = f"{name}#{number}"
        try:
            yield document(fields, identity)
        except DocumentError as error:
            yield Unread(identity, error.status, error.reason)


def _is_document(found: object) -> bool:
    return isinstance(found, dict) and isinstance(found.get("text"), str) and found.keys() <= _DOCUMENT_KEYS


def _is_table(found: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(found, list) and len(found) > 0 and all(isinstance(row, dict) and _is_flat(row) for row in found)


def _is_flat(row: Mapping[str, Any]) -> bool:
    return bool(row) and not any(isinstance(value, dict) or _has_branches(value) for value in row.values())


def _has_branches(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict | list) for item in value)


def _write(composer: Composer, name: str, found: object, level: int) -> None:
    if level > _DEEPEST:
        raise DocumentError(DocumentStatus.CORRUPT, "The file is nested too deeply.")
    if _is_table(found):
        _write_table(composer, name, found)
    elif isinstance(found, dict):
        plain = {key: value for key, value in found.items() if not isinstance(value, dict) and not _has_branches(value)}
        lines = [f"{one_line(key)}: {_cell(value).text}" for key, value in plain.items() if _cell(value).text]
        composer.paragraph("\n".join(lines))
        for key, value in found.items():
            if key not in plain and value:
                composer.heading(key, level)
                _write(composer, key, value, level + 1)
    elif isinstance(found, list):
        simple = [_cell(item).text for item in found if not isinstance(item, dict | list)]
        composer.paragraph("\n".join(text for text in simple if text))
        for item in found:
            if isinstance(item, dict | list):
                _write(composer, name, item, level + 1)
    else:
        composer.paragraph(_cell(found).text)


def _write_table(composer: Composer, name: str, rows: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_cell(row[column]) if column in row else EMPTY for column in columns] for row in rows]
    write_table(composer, name, cells, head=[Cell(one_line(column)) for column in columns], records=True)


def _cell(value: object) -> Cell:
    if isinstance(value, list):
        return Cell(", ".join(cell_of(item).text for item in value))
    return cell_of(value)
