"""Commands about the graph and the data directory as a whole."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.options import AsJson, DataDir, Groups, joined


class Format(StrEnum):
    """Formats of an export."""

    JSONL = "jsonl"
    TTL = "ttl"
    GRAPHML = "graphml"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (facts, jobs, export, rebuild, verify, dump, status):
        app.command()(command)


def facts(
    entity: Annotated[
        str | None, typer.Option(help="Only at this entity: its id or its name.", show_default=False)
    ] = None,
    predicate: Annotated[str | None, typer.Option(help="Only of this relation.", show_default=False)] = None,
    document: Annotated[str | None, typer.Option(help="Only what this document states.", show_default=False)] = None,
    limit: Annotated[
        int | None, typer.Option(help="Most to show [100; all with --json].", min=1, show_default=False)
    ] = None,
    groups: Groups = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List statements, each with the sentence that says it."""
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    most = limit if limit is not None else None if as_json else 100
    found: list[dict[str, Any]] = []
    after: str | None = ""
    with connect(Settings.load(data_dir=data_dir), graph=True) as client:
        while after is not None and (most is None or len(found) < most):
            params = {"entity": entity, "predicate": predicate, "document": document, "groups": joined(groups)}
            size = 1000 if most is None else min(1000, most - len(found))
            page = client.call("GET", "/v1/facts", params={**params, "after": after, "limit": size})
            found += page["facts"]
            after = page["next"]
    if as_json:
        output.say_json({"facts": found, "next": after})
        return
    rows = [(f["subject"]["text"], f["predicate"], f["object"]["text"], f["evidence"]["text"]) for f in found]
    output.table(("subject", "predicate", "object", "evidence"), rows, limit=100)
    if after is not None:
        output.say(f"... and more: --limit shows more than {len(found)}")


def jobs(
    limit: Annotated[int, typer.Option(help="Most jobs to show.", min=1, max=1000)] = 20,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List jobs, the newest first, with what could not be read."""
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    with connect(Settings.load(data_dir=data_dir)) as client:
        found = client.call("GET", "/v1/admin/jobs", params={"limit": limit})
    if as_json:
        output.say_json(found)
        return
    rows = [
        (
            j["id"],
            j["kind"],
            j["state"],
            f"{j['progress']['done']}/{j['progress']['total']}",
            j["sources"]["failed"],
            j["submitted_at"][:19],
        )
        for j in found["jobs"]
    ]
    output.table(("id", "kind", "state", "sources", "failed", "submitted"), rows)
    for job in found["jobs"]:
        for dead in job["dead_letters"]:
            output.say(f"{job['id']}: {dead['source']}: {dead['reason']}")


def export(
    format: Annotated[
        Format, typer.Option("--format", help="jsonl: statements; ttl: RDF; graphml: the graph.")
    ] = Format.JSONL,
    output_file: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file instead of standard output.", show_default=False)
    ] = None,
    groups: Groups = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write everything out for other programs; --json changes nothing here."""
    _stream("/v1/admin/export", {"format": format.value, "groups": joined(groups)}, data_dir, output_file)


def dump(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Write the canonical dump of the graph, a JSON object a line; --json changes nothing here."""
    _stream("/v1/admin/dump", {}, data_dir, None)


def rebuild(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Make the graph and the search index anew from the ledger."""
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    with connect(Settings.load(data_dir=data_dir)) as client:
        found = client.call("POST", "/v1/admin/rebuild")
    output.say_json(found) if as_json else output.say("Graph and index were made anew.")


def verify(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Compare the graph and the index with the ledger; exit code 3 where they differ."""
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    with connect(Settings.load(data_dir=data_dir), graph=True) as client:
        found = client.call("GET", "/v1/admin/verify")
    if as_json:
        output.say_json(found)
    else:
        for problem in found["problems"]:
            output.say(problem)
        output.say("All is sound." if found["sound"] else "`loregraph rebuild` makes graph and index anew.")
    if not found["sound"]:
        raise typer.Exit(3)


def status(groups: Groups = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say how much there is."""
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    with connect(Settings.load(data_dir=data_dir)) as client:
        found = client.call("GET", "/v1/admin/status", params={"groups": joined(groups)})
    if as_json:
        output.say_json(found)
        return
    for name, value in found.items():
        shown = ", ".join(f"{key} {number}" for key, number in value.items()) if isinstance(value, dict) else value
        output.say(f"{name}: {shown if shown != '' else 'none'}")


def _stream(path: str, params: dict[str, Any], data_dir: Path | None, file: Path | None) -> None:
    from api.cli.client import connect
    from api.settings import Settings

    with connect(Settings.load(data_dir=data_dir), graph=True) as client:
        pieces = client.stream(path, params)
        if file is not None:
            with file.open("wb") as out:
                out.writelines(pieces)
            return
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
