"""Commands that answer: `ask` and `search`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.options import AsJson, DataDir, Groups, joined, split

if TYPE_CHECKING:
    from api.cli.client import Client
    from assistant.question_set import Question


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(ask)
    app.command()(search)


def ask(
    question: Annotated[str, typer.Argument(help="A question, in English or Chinese.", show_default=False)] = "",
    file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help='Many questions: JSON lines, {"question": "..."} each.', show_default=False),
    ] = None,
    after: Annotated[
        list[str] | None,
        typer.Option(
            help='A question asked before, that this one points back to ("it"); may be repeated.', show_default=False
        ),
    ] = None,
    groups: Groups = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the query and how the question was understood.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, with the sentences that the answer rests on."""
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings
    from assistant.question_set import read
    from kg.errors import InputError

    if bool(question) == (file is not None):
        raise InputError("ask one question, or name a file of questions with --file")
    questions = read(file) if file is not None else []
    with connect(Settings.load(data_dir=data_dir), graph=True) as client:
        if file is not None:
            for asked, found in each_answer(client, questions, groups):
                _line(asked, found, as_json)
            return
        found = client.call(
            "POST", "/v1/ask", body={"question": question, "groups": split(groups), "history": after or []}
        )
    if as_json:
        output.say_json(found)
        return
    show(found)
    if explain:
        output.say()
        output.say(found["query"] or "no query was run")
        for name, value in found["trace"].items():
            output.paragraph(f"{name}: {value}", "  ")


def each_answer(
    client: Client, questions: list[Question], groups: str | None
) -> Iterator[tuple[Question, dict[str, Any]]]:
    """Ask the questions of a set one after the other, with a bar of progress where a person looks on."""
    from tqdm import tqdm

    for asked in tqdm(questions, unit="question", disable=None, dynamic_ncols=True):
        yield asked, client.call("POST", "/v1/ask", body={"question": asked.question, "groups": split(groups)})


def _line(asked: Question, found: dict[str, Any], as_json: bool) -> None:
    from api.cli import output

    if as_json:
        named = {"id": asked.id} if asked.id else {}
        print(json.dumps({**named, "question": asked.question, **found}, ensure_ascii=False), flush=True)
        return
    output.paragraph(asked.question)
    output.paragraph(found["answer"], "  ")


def show(found: dict[str, Any]) -> None:
    """Print an answer and the sentences that it rests on for people."""
    from api.cli import output

    output.paragraph(found["answer"])
    for number, cited in enumerate(found["citations"], 1):
        output.say()
        output.paragraph(f"“{cited['quote']}”", "  ")
        output.paragraph(f"[{number}] {cited['document']['title'] or cited['document']['external_id']}", "  ")
        output.paragraph(f"{cited['document']['external_id']} ({cited['start']}–{cited['end']})", "      ")


def search(
    query: Annotated[str, typer.Argument(help="Words, in any order.", show_default=False)],
    groups: Groups = None,
    limit: Annotated[int, typer.Option(help="Most passages to show.", min=1, max=100)] = 10,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Find passages by words, by meaning, and by what the graph says is near."""
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    with connect(Settings.load(data_dir=data_dir), graph=True) as client:
        found = client.call("GET", "/v1/search", params={"q": query, "groups": joined(groups), "limit": limit})
    if as_json:
        output.say_json(found)
        return
    if not found["results"]:
        output.say("Nothing was found.")
    for number, hit in enumerate(found["results"], 1):
        output.say(f"{number:2}. {hit['document']['title'] or hit['document']['external_id']}")
        output.say(f"    {output.marked(hit['snippet'], hit['matches'])}")
        output.say(f"    {hit['document']['external_id']}")
