"""Commands about documents: `documents list`, `documents show`, `documents delete`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from api.cli.options import AsJson, DataDir, Groups, joined

if TYPE_CHECKING:
    from api.cli.client import Client

app = typer.Typer(help="List, show and delete documents.", no_args_is_help=True, rich_markup_mode=None)
Identifier = Annotated[
    str, typer.Argument(metavar="ID", help="Id, external id, URI, or the path of a file.", show_default=False)
]


def register(_app: typer.Typer) -> None:
    """Nothing beside the group of commands."""


@app.command("list")
def listed(
    groups: Groups = None,
    status: Annotated[str | None, typer.Option(help="Only those of this status.", show_default=False)] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List all documents with their status."""
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    found: list[dict[str, Any]] = []
    with connect(Settings.load(data_dir=data_dir)) as client:
        after: str | None = ""
        while after is not None:
            params = {"after": after, "limit": 1000, "groups": joined(groups), "status": status}
            page = client.call("GET", "/v1/documents", params=params)
            found += page["documents"]
            after = page["next"]
    if as_json:
        output.say_json({"documents": found, "next": None})
        return
    output.table(
        ("id", "status", "groups", "title", "external id", "reason"),
        [
            (d["id"], d["status"], ",".join(d["groups"]) or "everybody", d["title"], d["external_id"], d["reason"])
            for d in found
        ],
    )


@app.command()
def show(identifier: Identifier, groups: Groups = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show a document and its text."""
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    with connect(Settings.load(data_dir=data_dir)) as client:
        found = by_identifier(client, "GET", identifier, {"groups": joined(groups)})
    if as_json:
        output.say_json(found)
        return
    for name in (
        "id",
        "external_id",
        "uri",
        "title",
        "groups",
        "status",
        "reason",
        "date",
        "media_type",
        "ingested_at",
    ):
        if found[name]:
            value = found[name] if isinstance(found[name], str) else ", ".join(found[name])
            output.say(f"{name}: {value}")
    output.say()
    for line in found["text"].splitlines():
        output.paragraph(line)


@app.command()
def delete(
    identifiers: Annotated[
        list[str],
        typer.Argument(metavar="ID...", help="Ids, external ids, URIs, or paths of files.", show_default=False),
    ],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Delete documents and all that only they supported."""
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    with connect(Settings.load(data_dir=data_dir)) as client:
        gone = [by_identifier(client, "DELETE", identifier)["deleted"] for identifier in identifiers]
    if as_json:
        output.say_json({"deleted": gone})
        return
    for identifier in gone:
        output.say(f"deleted {identifier}")


def by_identifier(client: Client, method: str, identifier: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    """Call an operation on a document; what is no known identifier is tried as a path of the working directory."""
    from api.cli.client import ProblemError

    try:
        return client.call(method, f"/v1/documents/{quote(identifier, safe='')}", params=params)
    except ProblemError as error:
        path = os.path.abspath(identifier)
        if error.status != 404 or path == identifier:
            raise
        try:
            return client.call(method, f"/v1/documents/{quote(path, safe='')}", params=params)
        except ProblemError:
            raise error from None
