"""The command `ingest`: submits a job, runs or follows it, and says what became of each file."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, DataDir, split

if TYPE_CHECKING:
    from api.cli.client import Client

LISTED = 20  # files that could not be read, in the summary for people


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(ingest)


def ingest(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="Files, folders, URLs of databases; none goes on with unfinished jobs.",
            show_default=False,
        ),
    ] = None,
    groups: Annotated[
        str | None, typer.Option("--groups", metavar="A,B", help="Who may read them; everybody where left out.")
    ] = None,
    format_name: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Read them as this: triples, rdf, graphml, csv ...; by content and name where left out.",
            show_default=False,
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", help="What the tables mean, as `map` writes it.", show_default=False),
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Read files, folders and databases into the graph; exit code 3 where some could not be read.

    Tables in one folder, and those of a database, are one data set: what they mean is inferred and told. What is known
    already is not read again. An interrupted job goes on at the next `ingest` or `serve`.
    """
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    mappings = _mappings(paths or [], mapping) if format_name is None else {}
    with connect(Settings.load(data_dir=data_dir), jobs=True) as client:
        if paths:
            body = {
                "paths": [os.path.abspath(path) for path in paths if "://" not in path],
                "databases": [path for path in paths if "://" in path],
                "groups": split(groups) or [],
                "format": format_name,
                "mappings": mappings,
            }
            job = client.call("POST", "/v1/admin/ingest", body=body)["id"]
            found = followed(client, job)
        else:
            recent = client.call("GET", "/v1/admin/jobs", params={"limit": 1000})["jobs"]
            unfinished = [job["id"] for job in reversed(recent) if job["state"] in ("queued", "running")]
            if not unfinished:
                raise typer.BadParameter("there is no unfinished job: name files or folders", param_hint="PATH")
            for job in unfinished:
                found = followed(client, job)
    if as_json:
        output.say_json(found)
    else:
        _summary(found, groups, data_dir)
    if found["state"] != "done" or found["dead_letters"] or found["failed_documents"]:
        raise typer.Exit(3)


def _mappings(paths: Sequence[str], file: Path | None) -> dict[str, str]:
    """What the tables of each data set mean, by its name; told on standard error."""
    from api.cli import map as tables
    from api.cli.client import note
    from kg.errors import DocumentError
    from kg.tables.mapping import Mapping

    said = tables.corrections(file)
    found = tables.found(paths)
    if file is not None:
        tables.only(found, " ".join(paths))
    mappings: dict[str, str] = {}
    for one in found:
        try:
            mappings[one.name] = tables.infer(one, said)
        except DocumentError:
            continue  # the job says what is wrong with it
        first, *rest = tables.summary(Mapping.parse(mappings[one.name]))
        note(f"{one.name}: {first}" + (f", as {file} says" if file else ", as inferred (`loregraph map` shows all)"))
        for line in rest:
            note(f"  {line}")
    return mappings


def followed(client: Client, job: str) -> dict[str, Any]:
    """Wait for a job to end, with a progress bar on standard error."""
    from tqdm import tqdm

    from api.cli.client import note
    from kg.errors import UnavailableError

    bar: Any = None
    try:
        while True:
            begun = time.monotonic()
            found = client.call("GET", f"/v1/jobs/{job}")
            if bar is None:
                bar = tqdm(total=found["progress"]["total"], unit="file", dynamic_ncols=True)
            _draw(bar, found)
            if found["state"] in ("done", "failed"):
                return found
            if found["waits_for"]:
                raise UnavailableError(f"{found['waits_for']}; the job is kept: `loregraph ingest` goes on with it")
            time.sleep(max(0.2, 5 * (time.monotonic() - begun)))  # asking costs the one who works
    except KeyboardInterrupt:
        if client.worker is not None:
            note("\nstopping after what is being read; `loregraph ingest` goes on from there")
            client.worker.stop()
        else:
            note("\nthe job goes on in the service: `loregraph jobs` shows it")
        raise
    finally:
        if bar is not None:
            bar.close()


def _draw(bar: Any, job: dict[str, Any]) -> None:
    """Bring the bar up to date; a log gets a line when something happened, a terminal a clock."""
    done, total, last = job["progress"]["done"], job["progress"]["total"], Path(job["progress"]["last"]).name[-30:]
    documents = sum(job["documents"].values())
    doing = "putting the graph together" if done == total and job["state"] == "running" else last
    shown = f"{documents} documents" + (f", {doing}" if doing else "")
    if shown != bar.postfix or done != bar.n or sys.stderr.isatty():
        bar.set_postfix_str(shown, refresh=False)
        bar.n = done
        bar.refresh()


def _summary(job: dict[str, Any], groups: str | None, data_dir: Path | None) -> None:
    from api.cli import output

    counted = ", ".join(
        f"{number} {status}" for status, number in sorted(job["documents"].items(), key=lambda i: i[0] != "ready")
    )
    sources = job["sources"]
    output.say(f"{sources['total']} files: documents {counted or 'none'}")
    if job["reason"]:
        output.say(f"the job failed: {job['reason']}")
    for unread in job["failed_documents"][:LISTED]:
        output.paragraph(f"{unread['status']}: {unread['external_id']}: {unread['reason']}", "  ")
    if len(job["failed_documents"]) > LISTED:
        output.say(f"  ... and {len(job['failed_documents']) - LISTED} more: loregraph documents list")
    if job["dead_letters"]:
        again = ["loregraph", "ingest", *(dead["source"] for dead in job["dead_letters"][:LISTED])]
        again += ["--groups", groups] if groups else []
        again += ["--data-dir", str(data_dir)] if data_dir else []
        output.say(f"try them again: {shlex.join(again)}")
