"""Cypher: run a query, or have a question written as one."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from api.cli.options import AsJson, DataDir, Groups, split


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(cypher)


def cypher(
    query: Annotated[str | None, typer.Argument(help="One read-only statement.", show_default=False)] = None,
    ask: Annotated[
        str | None,
        typer.Option(
            "--ask", metavar="QUESTION", help="Write the query of a question, and run none.", show_default=False
        ),
    ] = None,
    uri: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="With --ask: a graph database that was not made by Loregraph, neo4j://user:password@host/database.",
            show_default=False,
        ),
    ] = None,
    sparql: Annotated[bool, typer.Option("--sparql", help="With --ask: SPARQL for the export in RDF.")] = False,
    parameters: Annotated[
        str, typer.Option("--parameters", "-p", metavar="JSON", help="Parameters of the statement.")
    ] = "{}",
    limit: Annotated[int, typer.Option(help="Most rows to fetch.", min=1, max=100_000)] = 10_000,
    groups: Groups = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Query the graph in Cypher, read-only, over everything; or write the Cypher of a question without running it."""
    if (query is None) == (ask is None):
        raise typer.BadParameter("give one query, or one question with --ask")
    if ask is None and (uri is not None or sparql):
        raise typer.BadParameter("--uri and --sparql go with --ask")
    if uri is not None and sparql:
        raise typer.BadParameter("there is no SPARQL for a graph database that was not made by Loregraph")
    if uri is not None:
        _foreign(str(ask), uri, as_json)
    elif ask is not None:
        _asked(ask, {"groups": split(groups)}, sparql, data_dir, as_json)
    else:
        _run(str(query), parameters, limit, data_dir, as_json)


def _run(query: str, parameters: str, limit: int, data_dir: DataDir, as_json: bool) -> None:
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    try:
        given = json.loads(parameters)
    except ValueError as error:
        raise typer.BadParameter(f"no JSON: {error}", param_hint="--parameters") from error
    with connect(Settings.load(data_dir=data_dir), graph=True) as client:
        body = {"query": query, "parameters": given, "limit": limit}
        found = client.call("POST", "/v1/cypher", body=body)
    if as_json:
        output.say_json(found)
        return
    output.table(found["columns"], found["rows"])
    if found["truncated"]:
        output.say(f"... and more: --limit shows more than {len(found['rows'])}")


def _asked(question: str, about: dict[str, Any], sparql: bool, data_dir: DataDir, as_json: bool) -> None:
    from api.cli import output
    from api.cli.client import connect
    from api.settings import Settings

    given = {name: value for name, value in about.items() if value is not None}
    with connect(Settings.load(data_dir=data_dir), graph=True) as client:
        found = client.call("POST", "/v1/cypher/question", body={"question": question, **given})
    if as_json:
        output.say_json(found)
    elif not found["queries"]:
        output.say("No query was found for this question.")
    else:
        best, *others = found["queries"]
        output.say(f"// {best['form']}" if not sparql else f"# {best['form']}")
        output.say(best["sparql"] if sparql else best["cypher"])
        if best["parameters"] and not sparql:
            output.say(f"// parameters: {json.dumps(best['parameters'], ensure_ascii=False)}")
        for other in others:
            output.say(f"{'#' if sparql else '//'} or, less likely: {other['form']}")


def _foreign(question: str, uri: str, as_json: bool) -> None:
    from api.cli import output
    from api.settings import Settings
    from assistant.explore.query import text
    from assistant.explore.translate import Translator, Weights
    from kg.graphs.schema import read_schema
    from nlp.pretrained import cypher_folder

    password = Settings.load().source_password
    schema = read_schema(uri, password.get_secret_value() if password else "")
    found = Translator(Weights.load(cypher_folder() / "weights.npz")).translate(question, schema)
    queries = [{"cypher": text(one.query), "score": round(one.chance, 4)} for one in found]
    if as_json:
        output.say_json({"queries": queries})
    elif not queries:
        output.say("No query was found for this question.")
    else:
        output.say(str(queries[0]["cypher"]))
        for other in queries[1:3]:
            output.say("\n// or, less likely:\n" + str(other["cypher"]))
