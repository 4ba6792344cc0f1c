"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", help="Where everything is kept [LOREGRAPH_DATA_DIR; ./loregraph-data].", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, and nothing else.")]
Groups = Annotated[
    str | None,
    typer.Option(
        "--groups",
        metavar="A,B",
        help='For whom to read, joined by commas; "" for what is public. Everything where left out.',
        show_default=False,
    ),
]


def split(groups: str | None) -> list[str] | None:
    """Take a list of groups apart; None stays None."""
    return None if groups is None else [name.strip() for name in groups.split(",") if name.strip()]


def joined(groups: str | None) -> str | None:
    """A list of groups as a query parameter."""
    names = split(groups)
    return None if names is None else ",".join(names)
