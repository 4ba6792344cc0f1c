"""The command `map`: prints what the tables of a data set are taken to mean, for a person to correct."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kg.tables.load import DataSource
    from kg.tables.mapping import Mapping

_COMMENT = """What the tables of {name} mean. Correct what is wrong, then: loregraph ingest {source} --mapping THIS.yaml
What is left out here is inferred again, so a file may hold nothing but corrections."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("map")(show)


def show(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A folder of tables, one file, or a database's URL.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the mapping here.", show_default=False)
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", help="Corrections to what is inferred.", show_default=False),
    ] = None,
) -> None:
    """Look at tables and print their mapping as YAML: types, keys, references, names, kinds of values."""
    from kg.tables.mapping import Mapping

    one = only(found([source]), source)
    text = infer(one, corrections(mapping))
    text = Mapping.parse(text).to_yaml(_COMMENT.format(name=one.name, source=source))
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
        print(f"{out}: {summary(Mapping.parse(text))[0]}", file=sys.stderr)


def found(sources: Sequence[str]) -> list[DataSource]:
    """The data sets under some paths and URLs.

    Raises:
        InputError: a path does not exist, or something that looks like a URL is none of a database.
    """
    from kg.graphs.neo4j import is_graph
    from kg.ingest.walk import walk
    from kg.tables.found import data_sets

    paths = [os.path.abspath(one) for one in sources if "://" not in one]
    return data_sets(walk(paths), [one for one in sources if "://" in one and not is_graph(one)])[0]


def only(found: Sequence[DataSource], source: str) -> DataSource:
    """The one data set of a source.

    Raises:
        InputError: it has none, or several.
    """
    from kg.errors import InputError

    if not found:
        raise InputError(f"{source} holds no tables (CSV, XLSX, JSON, JSONL, Parquet, a database)")
    if len(found) > 1:
        raise InputError(f"{source} holds several data sets, name one: {', '.join(one.name for one in found)}")
    return found[0]


def corrections(file: Path | None) -> str:
    """The text of a mapping file, checked.

    Raises:
        InputError: it is none; the message says what is wrong and where.
    """
    from kg.tables.mapping import Corrections

    if file is None:
        return ""
    Corrections.load(file)
    return file.read_text("utf-8")


def infer(source: DataSource, said: str = "") -> str:
    """The mapping of a data set as YAML; what cannot be read is told on standard error.

    Args:
        source: The data set.
        said: Corrections to what is inferred.

    Raises:
        DocumentError: it holds no table with rows.
        InputError: the corrections do not fit it.
    """
    from dataclasses import replace

    from api.settings import Settings
    from kg.errors import DocumentError, InputError
    from kg.ingest.parsed import Parsed
    from kg.tables.sandboxed import parts_of
    from kg.types import DocumentStatus

    text = ""
    try:
        for part in parts_of(replace(source, mapping=said), "map", limits=Settings.load().limits):
            if isinstance(part, Parsed):
                text = part.text
            else:
                print(f"{part.status}: {part.external_id.removesuffix('#unread')}: {part.reason}", file=sys.stderr)
    except DocumentError as error:
        if said and error.status is DocumentStatus.FAILED:
            raise InputError(error.reason.rstrip(".")) from error
        raise
    return text


def summary(mapping: Mapping) -> list[str]:
    """A mapping in a few lines: how many tables, then a line for each."""
    lines = [f"{len(mapping.tables)} table{'' if len(mapping.tables) == 1 else 's'}"]
    for name, table in mapping.tables.items():
        if table.skip:
            continue
        pointing = [f"{c} -> {said.references}" for c, said in table.columns.items() if said.references]
        parts = [f"key {', '.join(table.key)}" if table.key else "no key"]
        parts += [f"name {', '.join(table.name)}"] if table.name else []
        parts += pointing
        parts += [f"text {c}" for c, said in table.columns.items() if said.text]
        kind = "link" if table.link else table.type + (f" ({table.parent})" if table.parent else "")
        lines.append(f"{name}: {kind}; {'; '.join(parts)}")
    return lines
