"""Commands about API keys. They work on the file of keys; a running service sees the change at its next request."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import AsJson, DataDir, split

app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(help="What the key is called.", show_default=False)]


@app.command()
def add(
    name: Name,
    groups: Annotated[
        str | None,
        typer.Option("--groups", metavar="A,B", help="Groups whose documents it may read, beside what is public."),
    ] = None,
    cypher: Annotated[
        bool, typer.Option("--cypher", help="It may query the graph itself, and so see everything.")
    ] = False,
    admin: Annotated[
        bool, typer.Option("--admin", help="It may add and delete documents, and sees everything.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print its secret, this once."""
    from api.cli import output
    from api.cli.client import note
    from api.keys import KeyStore
    from api.settings import Settings

    store = KeyStore(Settings.load(data_dir=data_dir).keys_path)
    secret = store.add(name, split(groups) or (), cypher=cypher, admin=admin)
    if as_json:
        output.say_json({"name": name, "secret": secret})
        return
    output.say(secret)
    note("Keep it: it is not stored and cannot be shown again. Callers send `Authorization: Bearer` and this.")


@app.command("list")
def listed(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the keys, without their secrets."""
    from api.cli import output
    from api.keys import KeyStore
    from api.settings import Settings

    keys = KeyStore(Settings.load(data_dir=data_dir).keys_path).all()
    if as_json:
        shown = [
            {"name": k.name, "groups": list(k.groups), "cypher": k.cypher, "admin": k.admin, "created_at": k.created_at}
            for k in keys
        ]
        output.say_json({"keys": shown})
        return
    rows = [
        (k.name, ",".join(k.groups), "yes" if k.cypher else "", "yes" if k.admin else "", k.created_at) for k in keys
    ]
    output.table(("name", "groups", "cypher", "admin", "created"), rows)


@app.command()
def revoke(name: Name, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Make a key worthless."""
    from api.cli import output
    from api.keys import KeyStore
    from api.settings import Settings

    KeyStore(Settings.load(data_dir=data_dir).keys_path).revoke(name)
    output.say_json({"revoked": name}) if as_json else output.say(f"revoked {name}")
