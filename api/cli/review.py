"""The review queue on the command line: what a person should decide about entities, and deciding it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.options import AsJson, DataDir, Groups, joined

app = typer.Typer(
    help="Decide which entities are one where fusion is not sure.", no_args_is_help=True, rich_markup_mode=None
)
Question = Annotated[str, typer.Argument(metavar="ID", help="A question's id, as `list` gives it.")]


@app.command(name="list")
def list_(
    of: Annotated[str | None, typer.Option("--of", metavar="ENTITY", help="Only questions about it.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many to show.")] = 20,
    offset: Annotated[int, typer.Option("--offset", min=0, help="How many to pass over.")] = 0,
    groups: Groups = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List pairs of entities that may be one, likeliest first, with what speaks for and against it."""
    from api.cli import output

    asked = {"of": of, "limit": limit, "offset": offset, "groups": joined(groups)}
    found = _call(
        "GET", "/v1/review", data_dir, params={key: value for key, value in asked.items() if value is not None}
    )
    if as_json:
        output.say_json(found)
        return
    for question in found["questions"]:
        output.say(f"{question['id']}  {question['score']:.2f}  {_because(question['reasons'])}")
        for side in (question["left"], question["right"]):
            output.say(f"  {side['name']} ({side['type']}, {side['entity_id']}), mentions: {side['mentions']}")
            for passage in side["passages"]:
                output.say(f"    {passage['external_id']}: {passage['text'][:140]}")
    output.say(f"{found['total']} open; decide with: loregraph review accept|reject ID")


@app.command()
def accept(question: Question, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say that the two entities of a question are one."""
    _decide(question, "same", data_dir, as_json)


@app.command()
def reject(question: Question, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say that the two entities of a question are different."""
    _decide(question, "different", data_dir, as_json)


@app.command()
def split(
    mentions: Annotated[
        list[str],
        typer.Argument(metavar="MENTION...", help="Mentions of one entity, as `judgements explain` shows them."),
    ],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take mentions out of their entity, with what else their documents say of it."""
    from api.cli import output

    made = _call("POST", "/v1/review/split", data_dir, body={"mentions": mentions})
    if as_json:
        output.say_json(made)
        return
    for judgement in made["judgements"]:
        output.say(f"{judgement['id']}: {judgement['left']} and {judgement['right']} are different")
    output.say("take it back with: loregraph judgements undo ID, for each")


def _decide(question: str, verdict: str, data_dir: Any, as_json: bool) -> None:
    from api.cli import output

    made = _call("POST", f"/v1/review/{question}", data_dir, body={"verdict": verdict})
    output.say_json(made) if as_json else output.say(
        f"{made['id']}: {made['left']} and {made['right']} are {made['verdict']}"
    )


def _call(method: str, path: str, data_dir: Any, **request: Any) -> Any:
    from api.cli.client import connect
    from api.settings import Settings

    with connect(Settings.load(data_dir=data_dir), graph=True) as client:
        return client.call(method, path, **request)


def _because(reasons: dict[str, float]) -> str:
    ordered = sorted(reasons.items(), key=lambda item: -abs(item[1]))
    return ", ".join(f"{name} {weight:+.1f}" for name, weight in ordered)
