"""Commands about mergers: why two mentions are one entity, and a person's word on it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.options import AsJson, DataDir

app = typer.Typer(
    help="Explain which mentions are one entity, and correct it.", no_args_is_help=True, rich_markup_mode=None
)
Mention = Annotated[str, typer.Argument(help="A mention's id, as `explain` and exports give it.", show_default=False)]


@app.command()
def explain(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="An entity's id, or a mention's.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say why the mentions of an entity are one, feature by feature."""
    from api.cli import output

    found = _call("GET", "/v1/judgements", data_dir, params={"of": identifier})
    if as_json:
        output.say_json(found)
        return
    rows = [
        (one["id"], one["left"], one["right"], one["verdict"], f"{one['score']:.2f}", one["decided_by"], _said(one))
        for one in found["judgements"]
    ]
    output.table(("id", "mention", "mention", "verdict", "score", "by", "because"), rows)


@app.command()
def same(left: Mention, right: Mention, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say that two mentions are one thing."""
    _judge(left, right, "same", data_dir, as_json)


@app.command()
def different(left: Mention, right: Mention, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say that two mentions are different things."""
    _judge(left, right, "different", data_dir, as_json)


@app.command()
def undo(
    judgement: Annotated[str, typer.Argument(metavar="ID", help="The id of a judgement that a person made.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take a person's judgement back; what was decided before comes back."""
    from api.cli import output

    done = _call("DELETE", f"/v1/judgements/{judgement}", data_dir)
    output.say_json(done) if as_json else output.say(f"undone {judgement}")


def _judge(left: str, right: str, verdict: str, data_dir: Any, as_json: bool) -> None:
    from api.cli import output

    made = _call("POST", "/v1/judgements", data_dir, body={"left": left, "right": right, "verdict": verdict})
    output.say_json(made) if as_json else output.say(f"{made['id']}: {left} and {right} are {verdict}")


def _call(method: str, path: str, data_dir: Any, **request: Any) -> Any:
    from api.cli.client import connect
    from api.settings import Settings

    with connect(Settings.load(data_dir=data_dir), graph=True) as client:
        return client.call(method, path, **request)


def _said(judgement: dict[str, Any]) -> str:
    return ", ".join(f"{name} {weight:+.1f}" for name, weight in judgement["reasons"].items())
