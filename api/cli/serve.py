"""The command `serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import AsJson, DataDir


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on [127.0.0.1].", show_default=False)] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on [8000].", show_default=False)] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Serve the HTTP API and the page, until it is stopped (Ctrl-C); unfinished jobs go on."""
    from api.cli import output
    from api.server import run
    from api.settings import Settings

    def say(url: str) -> None:
        output.say_json({"url": url}) if as_json else output.say(f"Loregraph listens on {url}")

    run(Settings.load(data_dir=data_dir, host=host, port=port), say)
