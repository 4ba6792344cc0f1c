"""Files of labelled texts: read whatever kind they are, write each kind that can carry what is annotated.

One file of this package a format: `read(source)` gives line numbers and examples, `write(examples, path)` writes them,
`CARRIES` names the fields of `Example` that survive it. Ids, scores and white space may be lost, as each file says.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from kg.errors import InputError, SettingsError
from nlp.data.check import first_repeated, problem
from nlp.data.example import Example
from nlp.data.formats.recognise import recognise
from nlp.data.source import Source

FORMATS = {
    "jsonl": "jsonl",
    "conll": "conll",
    "label-studio": "label_studio",
    "doccano": "doccano",
    "knowledgenet": "knowledgenet",
    "spacy": "docbin",
    "csv": "tables",
    "tsv": "tables",
}
"""Formats by name, with the files of this package that know them."""


def read(path: str | Path, format: str | None = None) -> list[Example]:
    """Read a file of labelled texts.

    Args:
        path: The file.
        format: One of `FORMATS`; None: told by its name and content.

    Raises:
        DataError: it cannot be read, its kind is unclear, or something in it is wrong: a span that does not fit, an
            unknown entity in a relation, an id that is there twice. It names the file and the line.
        SettingsError: there is no such format.
    """
    source = Source(Path(path))
    module = _module(format or recognise(source))
    found: list[Example] = []
    lines: dict[str, int] = {}
    for line, example in module.read(source):
        if wrong := problem(example):
            raise source.error(f"example {example.id!r}: {wrong}", line)
        if example.id in lines:
            raise source.error(f"id {example.id!r} is there twice, first in line {lines[example.id]}", line)
        lines[example.id] = line
        found.append(example)
    if not found:
        raise source.error("holds no example")
    return found


def write(examples: Sequence[Example], path: str | Path, format: str) -> None:
    """Write a file of labelled texts; a file that is there is replaced once all is written.

    Raises:
        InputError: an example is wrong, or has something that the format cannot carry.
        SettingsError: there is no such format, or it is only read.
    """
    path, module = Path(path), _module(format)
    if not hasattr(module, "write"):
        raise SettingsError(f"{format} is only read, not written")
    if repeated := first_repeated(example.id for example in examples):
        raise InputError(f"id {repeated!r} is there twice")
    for example in examples:
        if wrong := problem(example):
            raise InputError(f"example {example.id!r}: {wrong}")
        for name, empty in _ANNOTATIONS.items():
            if name not in module.CARRIES and getattr(example, name) != empty:
                raise InputError(f"example {example.id!r}: {format} cannot carry its {name}")
    partial = path.with_name(path.name + ".partial")
    try:
        module.write(examples, partial, *(["\t"] if format == "tsv" else []))
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


_ANNOTATIONS: dict[str, Any] = {
    "entities": (),
    "relations": (),
    "labels": None,
    "clusters": (),
    "pair": None,
    "question": None,
    "answers": (),
    "target": None,
    "annotated": None,
}


def _module(format: str) -> Any:
    if format not in FORMATS:
        raise SettingsError(f"no format {format!r}; there are {', '.join(FORMATS)}")
    return import_module(f"nlp.data.formats.{FORMATS[format]}")
