"""A user's own dictionary of names and codes: one file, YAML, CSV or JSON lines.

Each entry has a `name`, a `type` of the ontology, and if wanted an `id` and `aliases`. In YAML::

    - {name: Acme Corporation, type: Organization, id: ORG-17, aliases: [Acme, ACME Corp.]}

In CSV the columns carry these names, and aliases are separated by "|". In JSON lines each line is one such object.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.errors import InputError

_KEYS = ("name", "type", "id", "aliases")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing and what it is called, exactly as written: upper and lower case differ."""

    name: str
    type: str
    id: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that stands for it: its name, its aliases and its id, without repetition."""
        return tuple(dict.fromkeys((self.name, *self.aliases, *([self.id] if self.id else []))))


def read_dictionary(path: Path, types: Collection[str] | None = None) -> tuple[Entry, ...]:
    """Read a dictionary file.

    Args:
        path: A file that ends in .yaml, .yml, .csv or .jsonl, in UTF-8.
        types: The types that the ontology knows; any where None.

    Returns:
        Its entries, in order.

    Raises:
        InputError: the file cannot be read or an entry is wrong; the message begins with "file:line".
    """
    readers = {".yaml": _yaml, ".yml": _yaml, ".csv": _csv, ".jsonl": _jsonl}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path}: a dictionary is a file in one of {', '.join(readers)}")
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from error
    entries = []
    for line, raw in reader(text, str(path)):
        try:
            entries.append(_entry(raw, types))
        except ValueError as error:
            raise InputError(f"{path}:{line}: {error}") from None
    return tuple(entries)


def _entry(raw: object, types: Collection[str] | None) -> Entry:
    if not isinstance(raw, Mapping):
        raise ValueError("an entry has a name and a type")
    if unknown := [str(key) for key in raw if key not in _KEYS]:
        raise ValueError(f"unknown key {unknown[0]!r}; an entry has {', '.join(_KEYS)}")
    name, type_, id_ = (_text(raw, key) for key in ("name", "type", "id"))
    aliases = raw.get("aliases") or []
    if not isinstance(aliases, list):
        raise ValueError("aliases is a list of texts")
    if not name or not type_:
        raise ValueError(f"an entry has a {'type' if name else 'name'}")
    if types is not None and type_ not in types:
        raise ValueError(f"the ontology has no type {type_!r}; it has {', '.join(sorted(types))}")
    return Entry(name, type_, id_, tuple(alias for one in aliases if (alias := _text({"alias": one}, "alias"))))


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{key} is a text, not {value!r}: put it in quotes")
    return " ".join(value.split()) or None


def _yaml(text: str, path: str) -> Iterator[tuple[int, object]]:
    loader = yaml.SafeLoader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            return
        if not isinstance(root, yaml.SequenceNode):
            raise InputError(f"{path}:{root.start_mark.line + 1}: a dictionary is a list of entries")
        for node in root.value:
            yield node.start_mark.line + 1, loader.construct_object(node, deep=True)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise InputError(f"{path}:{mark.line + 1 if mark else 1}: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise InputError(f"{path}: {error}") from None
    finally:
        loader.dispose()


def _csv(text: str, path: str) -> Iterator[tuple[int, object]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(reader, None)
        if header is None:
            return
        columns = [column.strip() for column in header]
        if not {"name", "type"} <= set(columns):
            raise InputError(f"{path}:1: the first line names the columns, name and type among them")
        line = reader.line_num + 1
        for row in reader:
            if any(cell.strip() for cell in row):
                if len(row) > len(columns):
                    raise InputError(f"{path}:{line}: {len(row)} cells under {len(columns)} columns")
                raw: dict[str, object] = dict(zip(columns, row, strict=False))
                raw["aliases"] = str(raw.get("aliases") or "").split("|")
                yield line, raw
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}:{line}: {error}") from None


def _jsonl(text: str, path: str) -> Iterator[tuple[int, object]]:
    for line, row in enumerate(text.split("\n"), 1):
        if row.strip():
            try:
                raw = json.loads(row)
            except (ValueError, RecursionError) as error:
                raise InputError(f"{path}:{line}: {error}") from None
            yield line, raw
