"""JSON and JSON lines: arrays of objects, nested ones too, and single objects, as tables."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import DocumentError
from kg.ingest.composer import one_line, stem
from kg.ingest.loaders.reading import read_text
from kg.ingest.table_words import singular, words
from kg.tables.readers.texts import SEPARATOR, text_of
from kg.tables.source import Foreign, SourceColumn, SourceTable
from kg.types import DocumentStatus

Record = Mapping[str, Any]
Records = Callable[[], Iterator[Record]]
_DEEPEST = 20
_IDS = frozenset({"id", "_id", "uuid", "guid", "key", "编号"})


def read(path: Path) -> Iterator[SourceTable]:
    """Read the tables of a file.

    An array of objects is a table; an object of such arrays several. An object inside an object gives columns, an array
    of objects inside an object a table of its own whose rows point back, an array of plain values a list in a cell. A
    single object is a table of one row.

    Raises:
        DocumentError: it is no JSON, or nested too deeply (CORRUPT), or blank.
    """
    name = stem(path.name)
    if path.suffix.lower() != ".json":
        yield from _table(name, lambda: _lines(path), 0)
        return
    found = _parsed(read_text(path))
    if isinstance(found, list):
        yield from _table(name, lambda: _objects(found), 0)
    elif isinstance(found, dict):
        yield from _of_object(name, found)
    else:
        raise DocumentError(DocumentStatus.CORRUPT, "The file holds neither objects nor an array of them.")


def _of_object(name: str, found: Record) -> Iterator[SourceTable]:
    arrays = {key: value for key, value in found.items() if _is_array(value)}
    rest = {key: value for key, value in found.items() if key not in arrays}
    if not arrays and len(rest) > 1 and all(isinstance(value, dict) for value in rest.values()):
        yield from _table(
            name, lambda: ({"id": key, **value} for key, value in rest.items()), 0
        )  # objects by their ids
        return
    for key, value in arrays.items():
        yield from _table(one_line(key), lambda value=value: _objects(value), 0)  # type: ignore[misc]
    if rest:
        yield from _table(name, lambda: iter([rest]), 0)


def _table(name: str, records: Records, depth: int) -> Iterator[SourceTable]:
    """A table and those inside its objects; its rows are gone through once to learn its columns."""
    if depth > _DEEPEST:
        raise DocumentError(DocumentStatus.CORRUPT, "The file is nested too deeply.")
    kinds: dict[str, set[str]] = defaultdict(set)
    inside: dict[str, None] = {}
    rows = 0
    for record in records():
        rows += 1
        for column, value in _flat(record):
            if _is_array(value):
                inside[column] = None
            elif value not in (None, "", []):
                kinds[column].add(_kind(value))
    own = next((column for column in kinds if _is_id(column, name)), None)
    made = own is None and bool(inside)
    columns = tuple(
        SourceColumn(
            column, "Number" if found == {"Number"} else "Boolean" if found == {"Boolean"} else None,
            separator=SEPARATOR if "list" in found else None,
        )
        for column, found in kinds.items()
    )  # fmt: skip
    if made:
        columns = (SourceColumn("id"), *columns)
    if rows and columns:
        yield SourceTable(name, columns, _rows(records, tuple(kinds), made), ("id",) if made else ())
    point = f"{singular(words(name)[-1])}_id"
    for column in inside:
        target = "id" if made else own

        def children(column: str = column) -> Iterator[Record]:
            for record in records():
                key = _made_id(record) if made else next((v for c, v in _flat(record) if c == own), None)
                for child in dict(_flat(record)).get(column) or ():
                    if isinstance(child, dict):
                        yield {point: key, **{c: v for c, v in child.items() if c != point}}

        for table in _table(f"{name}_{column}", children, depth + 1):
            if table.name == f"{name}_{column}" and target is not None:
                table = SourceTable(
                    table.name, table.columns, table.rows, table.key, (Foreign((point,), name, (target,)),)
                )
            yield table


def _rows(records: Records, columns: tuple[str, ...], made: bool) -> Iterator[list[str]]:
    for record in records():
        values = dict(_flat(record))
        cells = [text_of(values.get(column)) for column in columns]
        yield [_made_id(record), *cells] if made else cells


def _flat(record: Record, lead: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > _DEEPEST:
        raise DocumentError(DocumentStatus.CORRUPT, "The file is nested too deeply.")
    for key, value in record.items():
        column = f"{lead}{one_line(str(key))}" or "column"
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{column}_", depth + 1)
        else:
            yield column, value


def _is_array(value: object) -> bool:
    return isinstance(value, list) and bool(value) and any(isinstance(item, dict) for item in value)


def _kind(value: object) -> str:
    match value:
        case bool():
            return "Boolean"
        case int() | float():
            return "Number"
        case list():
            return "list"
        case _:
            return "text"


def _is_id(column: str, table: str) -> bool:
    plain = column.casefold().replace("_", "")
    return column.casefold() in _IDS or plain == f"{singular(words(table)[-1])}id"


def _made_id(record: Record) -> str:
    """An id for an object that has none, which depends on nothing but what it says."""
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _objects(found: list[Any]) -> Iterator[Record]:
    for item in found:
        if isinstance(item, dict):
            yield item
        elif item is not None:
            yield {"value": item}


def _lines(path: Path) -> Iterator[Record]:
    from kg.ingest.loaders.encoding import open_text

    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    found = _parsed(line)
                except DocumentError as error:
                    raise DocumentError(error.status, f"Line {number}: {error.reason}") from error
                yield found if isinstance(found, dict) else {"value": found}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise DocumentError(DocumentStatus.CORRUPT, "It is nested too deeply.") from error
    except ValueError as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"It is no JSON, or cut short: {error}.") from error
