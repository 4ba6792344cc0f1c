"""The texts of values that come typed: from JSON, Parquet and databases."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from kg.ingest.cells import cell_of
from kg.ingest.composer import clean

SEPARATOR = "; "


def text_of(value: object) -> str:
    """Write a value as a cell's text; a list's values are joined by `SEPARATOR`, its line ends stay."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray | memoryview):
        return SEPARATOR.join(text for item in value if (text := text_of(item)))
    return cell_of(value).text


def kind_of_type(kind: str) -> str | None:
    """The kind of value that a database's type holds."""
    kind = kind.upper()
    if kind.startswith("BOOL"):
        return "Boolean"
    if kind.startswith(("DATE", "TIMESTAMP")):
        return "Date"
    if any(part in kind for part in ("INT", "DECIMAL", "NUMERIC", "DOUBLE", "FLOAT", "REAL", "NUMBER", "MONEY")):
        return "Number" if "INTERVAL" not in kind and "POINT" not in kind else None
    return None
